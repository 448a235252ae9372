//! The regression guard: no committed figure may grow by more than 2 % unnoticed.

use super::figures::{Figures, Model};

/// Growth that is let pass, in hundredths. Small figures may also grow by [`SLACK`].
const PERCENT: u64 = 2;
/// Bytes or instructions: alignment moves small sizes by that much.
const SLACK: u64 = 16;

/// One line for each figure that grew too much, and for each that is no longer measured.
pub(crate) fn growth(committed: &Figures, measured: &Figures) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, cores) in &committed.models {
        for (core, before) in cores {
            let Some(now) = measured.models.get(name).and_then(|cores| cores.get(core)) else {
                lines.push(format!("{name} on {core}: committed, but not measured any more"));
                continue;
            };
            for ((key, before), (_, now)) in keyed(before).into_iter().zip(keyed(now)) {
                let (Some(before), Some(now)) = (before, now) else {
                    if before.is_some() {
                        lines.push(format!("{name} on {core}: {key} is committed, but not measured any more"));
                    }
                    continue;
                };
                if now > before + (before * PERCENT / 100).max(SLACK) {
                    let percent = 100.0 * (now as f64 - before as f64) / before.max(1) as f64;
                    lines.push(format!("{name} on {core}: {key} grew from {before} to {now} ({percent:+.1} %)"));
                }
            }
        }
    }
    lines
}

fn keyed(model: &Model) -> [(&'static str, Option<u64>); 6] {
    [
        ("instructions", Some(model.instructions)),
        ("cycles_estimate", model.cycles_estimate),
        ("arena_bytes", Some(model.arena_bytes)),
        ("stack_bytes", Some(model.stack_bytes)),
        ("flash_code_bytes", Some(model.flash_code_bytes)),
        ("flash_data_bytes", Some(model.flash_data_bytes)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::figures::{Figures, Model};
    use super::growth;

    fn figures(instructions: u64, stack_bytes: u64) -> Figures {
        let model = Model { instructions, stack_bytes, arena_bytes: 392, ..Model::default() };
        let cores = [("M4F".to_owned(), model)].into();
        Figures { compiler: String::new(), models: [("timeseries".to_owned(), cores)].into() }
    }

    #[test]
    fn growth_beyond_two_percent_is_told() {
        let committed = figures(1_000_000, 400);
        assert!(growth(&committed, &figures(1_020_000, 416)).is_empty());
        assert!(growth(&committed, &figures(900_000, 100)).is_empty());
        assert_eq!(
            growth(&committed, &figures(1_020_001, 417)),
            [
                "timeseries on M4F: instructions grew from 1000000 to 1020001 (+2.0 %)",
                "timeseries on M4F: stack_bytes grew from 400 to 417 (+4.2 %)"
            ]
        );
    }

    #[test]
    fn what_is_not_measured_is_told() {
        assert_eq!(growth(&figures(1, 1), &Figures::default()).len(), 1);
        let mut timed = figures(1, 1);
        timed.models.get_mut("timeseries").unwrap().get_mut("M4F").unwrap().cycles_estimate = Some(1);
        assert_eq!(growth(&timed, &figures(1, 1)).len(), 1);
        assert!(growth(&figures(1, 1), &timed).is_empty());
    }
}
