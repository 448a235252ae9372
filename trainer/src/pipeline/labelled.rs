//! Abnormal windows that limits are chosen by: the first half of each kind, which the test then does without.

use crate::config::RunConfig;
use crate::data::Windows;
use crate::error::{Error, Result};
use crate::evaluate::Choice;

/// Windows of a kind that have a say; of more, as many spread over all.
const MOST: usize = 2000;

/// Labelled windows, divided.
pub(super) struct Divided {
    /// What limits are chosen by.
    pub(super) choosing: Windows,
    /// What is tested with, by kind.
    pub(super) testing: Vec<(String, Windows)>,
    /// Both, in words.
    pub(super) note: String,
}

/// Divides the labelled windows, where the limits are chosen by labels; none where they are not.
///
/// # Errors
/// [`Error::Invalid`] without labelled windows, or where a stream's limits would be chosen so.
pub(super) fn divided(config: &RunConfig, kinds: &[(String, Windows)]) -> Result<Option<Divided>> {
    if config.threshold.choice() == Choice::FalseAlarms {
        return Ok(None);
    }
    if config.lower.stream_hop.is_some() {
        return Err(Error::invalid(
            "limits of a stream (lower.stream_hop) are not chosen by labelled windows; ask for a rate (threshold.false_alarms)",
        ));
    }
    let (mut first, mut kept, mut testing) = (Vec::new(), 0, Vec::new());
    for (name, windows) in kinds {
        let half = windows.len() / 2;
        first.push(windows.range(0..half).thinned(MOST));
        let later = behind(windows, half);
        kept += later.len();
        testing.push((name.clone(), later));
    }
    let choosing = Windows::chained(&first);
    if choosing.is_empty() || kept == 0 {
        return Err(Error::invalid(
            "limits are chosen by half of the windows that are labelled abnormal and tested on the others, and there are fewer than two; \
             label some (--labels), or ask for a rate (threshold.false_alarms)",
        ));
    }
    let note = format!("limits are chosen by {} labelled windows; {kept} others are tested with", choosing.len());
    Ok(Some(Divided { choosing, testing, note }))
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

    fn kinds(starts: &[usize]) -> Vec<(String, Windows)> {
        vec![("leak".into(), Windows::at(Arc::new((0..200_u8).map(f32::from).collect()), 1, 10, starts))]
    }

    fn config(set: &str) -> RunConfig {
        RunConfig::load(Some("timeseries"), None, &[set.to_string()]).unwrap()
    }

    #[test]
    fn halves_share_no_sample() {
        let kinds = kinds(&[0, 5, 10, 15, 20, 25]);
        let halves = divided(&config("threshold.best_f1 = true"), &kinds).unwrap().unwrap();
        let first = |w: &Windows| (0..w.len()).map(|i| w.raw(i)[0]).collect::<Vec<_>>();
        assert_eq!((first(&halves.choosing), first(&halves.testing[0].1)), (vec![0.0, 5.0, 10.0], vec![20.0, 25.0]));
        assert!(divided(&config("threshold.false_alarms = 0.02"), &kinds).unwrap().is_none());
    }

    #[test]
    fn too_few_labels_are_refused_with_the_remedy() {
        for starts in [&[][..], &[3]] {
            let error = divided(&config("threshold.recall = 0.9"), &kinds(starts)).err().unwrap();
            assert!(error.exit_code() == 2 && error.to_string().contains("label some"), "{error}");
        }
    }
}
