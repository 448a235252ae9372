//! A signal with marks of beats: an electrocardiogram.

use super::reader::Reader;
use crate::data::read_marks;
use crate::error::{Error, Result};
use crate::protocol::case::Case;
use crate::protocol::cut::Cut;
use crate::protocol::folder::{Folder, text};
use crate::protocol::numbers;
use serde::{Deserialize, Serialize};

/// `[layout.beats]`: a file of one column, and one of rows of a sample number (from 0) and a symbol. A window lies
/// around each mark; one that would reach beyond the signal is left out, and so are marks of other symbols.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beats {
    /// Name of the signal's file; it may have `.gz` behind it.
    pub signal: String,
    /// Name of the file of marks; it may have `.gz` behind it.
    pub marks: String,
    /// Name of the channel.
    pub channel: String,
    /// Samples of a window in front of the mark; the mark's own and the others follow.
    pub before: usize,
    /// Beats in front of this sample are learnt from where they are normal; later ones are tested.
    pub train_samples: usize,
    /// Symbols that mean normal.
    pub normal: Vec<String>,
    /// Symbols that mean abnormal.
    pub abnormal: Vec<String>,
}

impl Reader for Beats {
    fn check(&self, cut: &Cut) -> Result<()> {
        if self.before >= cut.window {
            let expected = format!("less than the {} samples of a window", cut.window);
            return Err(Error::setting("layout.beats.before", self.before, expected));
        }
        if cut.train_step != 1 || cut.test_step != 1 {
            let steps = format!("{{ train = {}, test = {} }}", cut.train_step, cut.test_step);
            return Err(Error::setting("step", steps, "none, since windows lie around beats"));
        }
        if let Some(both) = self.abnormal.iter().find(|symbol| self.normal.contains(symbol)) {
            return Err(Error::setting("layout.beats.abnormal", both, "a symbol that is not in layout.beats.normal"));
        }
        for (key, symbols) in [("normal", &self.normal), ("abnormal", &self.abnormal)] {
            if symbols.is_empty() {
                return Err(Error::setting(format!("layout.beats.{key}"), "[]", "symbols of the marks, such as N"));
            }
        }
        Ok(())
    }

    fn wanted(&self) -> String {
        format!("{} and {}", self.signal, self.marks)
    }

    fn is_in(&self, folder: &Folder) -> bool {
        let has = |wanted: &str| folder.files(|n| n.strip_suffix(".gz").unwrap_or(n) == wanted).next().is_some();
        has(&self.signal) && has(&self.marks)
    }

    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>> {
        let (file, marks) = (folder.one(&self.signal)?, folder.one(&self.marks)?);
        let signal = numbers::column(&file.path, &text(file)?)?;
        let beyond = self.before.max(cut.window - self.before);
        // Windows reach from one part into the other by no more than this.
        let (train_end, test_begin) = (
            (self.train_samples + beyond).min(signal.len()),
            self.train_samples.saturating_sub(beyond).min(signal.len()),
        );
        let name = self.signal.strip_suffix(".csv").unwrap_or(&self.signal);
        let mut case = Case::new(name, name, &self.channel);
        for (at, symbol) in read_marks(&marks.path)? {
            if at >= signal.len() {
                let message = format!("a mark at sample {at}, expected one of the {} of {}", signal.len(), self.signal);
                return Err(Error::file(&marks.path, message));
            }
            let normal = self.normal.contains(&symbol);
            let fits = at.checked_sub(self.before).filter(|start| start + cut.window <= signal.len());
            let Some(start) = fits.filter(|_| normal || self.abnormal.contains(&symbol)) else { continue };
            if at >= self.train_samples {
                case.test_starts.push(start - test_begin);
                case.test_abnormal.push(!normal);
                if !normal {
                    case.events.push(at - test_begin..at - test_begin + 1);
                }
            } else if normal {
                case.train_starts.push(start);
            }
        }
        case.train = signal[..train_end].to_vec();
        case.test = signal[test_begin..].to_vec();
        case.check(cut.window).map_err(|e| e.in_file(&marks.path))?;
        Ok(vec![case])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const CUT: Cut = Cut { window: 4, train_step: 1, test_step: 1 };

    fn beats() -> Beats {
        Beats {
            signal: "ecg.csv".into(),
            marks: "ecg_beats.csv".into(),
            channel: "mlii".into(),
            before: 2,
            train_samples: 20,
            normal: vec!["N".into()],
            abnormal: vec!["A".into(), "V".into()],
        }
    }

    fn write(folder: &Path, marks: &str) {
        let rows: String = (0..40).map(|i| format!("{i}\n")).collect();
        std::fs::write(folder.join("ecg.csv"), format!("mlii_adc\n{rows}")).unwrap();
        std::fs::write(folder.join("ecg_beats.csv"), format!("sample,annotation\n{marks}")).unwrap();
    }

    #[test]
    fn windows_lie_around_beats() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "1,N\n5,N\n10,V\n19,N\n20,N\n26,A\n30,+\n33,V\n38,N\n39,N\n");
        let cases = beats().cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap();
        let [case] = &cases[..] else { panic!("{cases:?}") };
        // That at sample 1 would begin in front of the signal, that at 10 is not normal.
        assert_eq!(case.train_starts, [3, 17]);
        assert_eq!((case.train.len(), case.test.len(), case.test[0]), (22, 22, 18.0));
        let first: Vec<f32> = case.test_starts.iter().map(|s| case.test[*s]).collect();
        assert_eq!(first, [18.0, 24.0, 31.0, 36.0]);
        assert_eq!(case.test_abnormal, [false, true, true, false]);
        assert_eq!(case.events, [8..9, 15..16]);
        assert_eq!(case.channels, ["mlii"]);
    }

    #[test]
    fn refusals() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |layout: &Beats| layout.cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap_err().to_string();
        std::fs::write(folder.path().join("x"), "").unwrap();
        assert!(message(&beats()).ends_with("for ecg.csv, found none"));
        write(folder.path(), "5,N\n40,N\n");
        assert!(message(&beats()).ends_with("a mark at sample 40, expected one of the 40 of ecg.csv"));
        write(folder.path(), "5,N\n25,N\n");
        assert!(message(&beats()).contains("0 of 1 test windows are abnormal"));
        write(folder.path(), "25,N\n28,A\n");
        assert!(message(&beats()).contains("to learn from"));
        let check = |layout: Beats| layout.check(&CUT).unwrap_err().to_string();
        assert!(
            check(Beats { before: 4, ..beats() }).starts_with("layout.beats.before is 4, expected less than the 4")
        );
        assert!(check(Beats { normal: vec!["V".into()], ..beats() }).starts_with("layout.beats.abnormal is V"));
        assert!(check(Beats { normal: vec![], ..beats() }).starts_with("layout.beats.normal is []"));
        let steps = Cut { test_step: 2, ..CUT };
        assert!(beats().check(&steps).unwrap_err().to_string().starts_with("step is { train = 1, test = 2 }"));
    }
}
