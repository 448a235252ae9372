//! Abnormal windows that limits are chosen by: the first half of each kind, which the test then does without.

use super::prepare::Prepared;
use crate::config::RunConfig;
use crate::data::Windows;
use crate::error::{Error, Result};
use crate::evaluate::Choice;

/// Windows of a kind that have a say; of more, as many spread over all.
const MOST: usize = 2000;

/// Sets half of the labelled windows aside, where the limits are chosen by labels.
///
/// # Errors
/// [`Error::Invalid`] without labelled windows, or where a stream's limits would be chosen so.
pub(super) fn set_aside(config: &RunConfig, mut prepared: Prepared) -> Result<Prepared> {
    if config.threshold.choice() == Choice::FalseAlarms {
        return Ok(prepared);
    }
    if config.lower.stream_hop.is_some() {
        return Err(Error::invalid(
            "limits of a stream (lower.stream_hop) are not chosen by labelled windows; ask for a rate (threshold.false_alarms)",
        ));
    }
    let (mut first, mut kept, mut rest) = (Vec::new(), 0, Vec::new());
    prepared.all_kinds = std::mem::take(&mut prepared.kinds);
    for (name, windows) in &prepared.all_kinds {
        let half = windows.len() / 2;
        first.push(windows.range(0..half).thinned(MOST));
        let later = behind(windows, half);
        kept += later.len();
        rest.push((name.clone(), later));
    }
    prepared.labelled = Windows::chained(&first);
    if prepared.labelled.is_empty() || kept == 0 {
        return Err(Error::invalid(
            "limits are chosen by half of the windows that are labelled abnormal and tested on the others, and there are fewer than two; \
             label some (--labels), or ask for a rate (threshold.false_alarms)",
        ));
    }
    prepared.kinds = rest;
    prepared.notes.push(format!(
        "limits are chosen by {} labelled windows; {kept} others are tested with",
        prepared.labelled.len()
    ));
    Ok(prepared)
}

/// The windows from `half` on that share no sample with those in front.
fn behind(windows: &Windows, half: usize) -> Windows {
    let end = half.checked_sub(1).map_or(0, |last| windows.start(last) + windows.rows());
    let from = (half..windows.len()).find(|i| !windows.is_recorded() || windows.start(*i) >= end);
    windows.range(from.unwrap_or(windows.len())..windows.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn prepared(starts: &[usize]) -> Prepared {
        let windows = Windows::at(Arc::new(vec![0.0; 200]), 1, 10, starts);
        Prepared { kinds: vec![("leak".into(), windows)], ..Prepared::default() }
    }

    fn config(set: &str) -> RunConfig {
        RunConfig::load(Some("timeseries"), None, &[set.to_string()]).unwrap()
    }

    #[test]
    fn halves_share_no_sample() {
        let aside = set_aside(&config("threshold.best_f1 = true"), prepared(&[0, 5, 10, 15, 20, 25])).unwrap();
        let starts = |w: &Windows| (0..w.len()).map(|i| w.start(i)).collect::<Vec<_>>();
        assert_eq!((starts(&aside.labelled), starts(&aside.kinds[0].1)), (vec![0, 5, 10], vec![20, 25]));
        let all = set_aside(&config("threshold.false_alarms = 0.02"), prepared(&[0, 5])).unwrap();
        assert_eq!((all.labelled.len(), all.kinds[0].1.len()), (0, 2));
    }

    #[test]
    fn too_few_labels_are_refused_with_the_remedy() {
        for starts in [&[][..], &[3]] {
            let error = set_aside(&config("threshold.recall = 0.9"), prepared(starts)).unwrap_err();
            assert!(error.exit_code() == 2 && error.to_string().contains("label some"), "{error}");
        }
    }
}
