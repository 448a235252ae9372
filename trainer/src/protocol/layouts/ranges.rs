//! One series with times, and ranges of times in a file of labels: NAB.

use super::reader::Reader;
use crate::data::time;
use crate::error::{Error, Result};
use crate::evaluate::events::runs;
use crate::protocol::case::Case;
use crate::protocol::cut::{Cut, overlap};
use crate::protocol::folder::{Folder, text};
use crate::protocol::numbers::Table;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `[layout.ranges]`: a table of times and values, and a JSON object that has lists of `[begin, end]`, both included,
/// under the names of series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranges {
    /// Name of the series' file.
    pub file: String,
    /// Its column of times.
    pub time: String,
    /// Its column of values.
    pub value: String,
    /// Name of the file of labels.
    pub labels: String,
    /// The series' name there.
    pub key: String,
    /// First row to learn from.
    pub train_from: usize,
    /// The row behind the last one to learn from, and the first of those that are tested.
    pub train_to: usize,
    /// Whether the rows in front of `train_from` are tested too, as a recording of their own: no window reaches from them into later ones.
    #[serde(default)]
    pub earlier: bool,
}

impl Ranges {
    /// Begins and ends in seconds.
    fn ranges(&self, folder: &Folder) -> Result<Vec<[f64; 2]>> {
        let file = folder.one(&self.labels)?;
        let all: BTreeMap<String, Vec<[String; 2]>> =
            serde_json::from_str(&text(file)?).map_err(|source| Error::Json { path: file.path.clone(), source })?;
        let missing = || Error::file(&file.path, format!("no key {}, expected that of the series", self.key));
        let bad = |text: &str| Error::file(&file.path, format!("{}: {text:?}, expected a time", self.key));
        let time = |text: &String| time::parse(text).ok_or_else(|| bad(text));
        all.get(&self.key).ok_or_else(missing)?.iter().map(|[from, to]| Ok([time(from)?, time(to)?])).collect()
    }
}

impl Reader for Ranges {
    fn check(&self, cut: &Cut) -> Result<()> {
        let trained = self.train_to.saturating_sub(self.train_from);
        if trained < cut.window {
            let expected = format!("at least a window of {} behind train_from, {}", cut.window, self.train_from);
            return Err(Error::setting("layout.ranges.train_to", self.train_to, expected));
        }
        Ok(())
    }

    fn wanted(&self) -> String {
        format!("{} and {}", self.file, self.labels)
    }

    fn is_in(&self, folder: &Folder) -> bool {
        folder.files(|name| name.strip_suffix(".gz").unwrap_or(name) == self.file).next().is_some()
    }

    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>> {
        let file = folder.one(&self.file)?;
        let ranges = self.ranges(folder)?;
        let content = text(file)?;
        let table = Table::read(&file.path, &content, b',')?;
        let times = table.fields(table.column(&self.time)?, "a time", time::parse)?;
        let values = table.numbers(&[table.column(&self.value)?])?;
        let trained = self.train_from..self.train_to;
        if values.len() <= trained.end {
            let message = format!("{} rows, expected more than the first {}", values.len(), trained.end);
            return Err(Error::file(&file.path, message));
        }
        let abnormal: Vec<bool> =
            times.iter().map(|t| ranges.iter().any(|[from, to]| (*from..=*to).contains(t))).collect();
        if let Some(rows) = runs(abnormal.iter().copied()).into_iter().find(|rows| overlap(rows, &trained)) {
            let message =
                format!("rows {rows:?} are labelled, expected rows {trained:?} to be normal to learn from them");
            return Err(Error::file(&file.path, message));
        }
        let name = self.file.strip_suffix(".csv").unwrap_or(&self.file);
        let mut case = Case::new(name, name, &self.value);
        case.train = values[trained.clone()].to_vec();
        case.cut_train(cut.window, cut.train_step);
        if self.earlier {
            for (name, rows) in [("earlier", 0..trained.start), ("later", trained.end..values.len())] {
                case.add_test_by_end(name, &values[rows.clone()], cut.window, cut.test_step, &abnormal[rows]);
            }
        } else {
            case.test = values[trained.end..].to_vec();
            case.cut_test_by_end(cut.window, cut.test_step, &abnormal[trained.end..]);
        }
        case.check(cut.window).map_err(|e| e.in_file(&file.path))?;
        Ok(vec![case])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const CUT: Cut = Cut { window: 2, train_step: 1, test_step: 1 };

    fn ranges() -> Ranges {
        Ranges {
            file: "m.csv".into(),
            time: "timestamp".into(),
            value: "value".into(),
            labels: "windows.json".into(),
            key: "known/m.csv".into(),
            train_from: 1,
            train_to: 4,
            earlier: false,
        }
    }

    fn write(folder: &Path, labels: &str) {
        std::fs::create_dir_all(folder.join("data")).unwrap();
        let rows: String = (0..10).map(|i| format!("2013-12-02 21:{:02}:00,{i}.25\n", 5 * i)).collect();
        std::fs::write(folder.join("data/m.csv"), format!("timestamp,value\n{rows}")).unwrap();
        std::fs::write(folder.join("windows.json"), labels).unwrap();
    }

    #[test]
    fn a_window_is_what_its_end_is() {
        let folder = tempfile::tempdir().unwrap();
        let times = r#"["2013-12-02 21:30:00.000000", "2013-12-02 21:35:00.000000"]"#;
        write(folder.path(), &format!(r#"{{"known/m.csv": [{times}], "other.csv": []}}"#));
        let cases = ranges().cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap();
        let [case] = &cases[..] else { panic!("{cases:?}") };
        assert_eq!(
            (case.name.as_str(), case.train.as_slice(), &case.train_starts),
            ("m", [1.25, 2.25, 3.25].as_slice(), &vec![0, 1])
        );
        // Rows 4 to 9 are tested, of which 6 and 7 are labelled.
        assert_eq!((case.test.len(), case.test[0]), (6, 4.25));
        assert_eq!(case.events, std::slice::from_ref(&(2..4)));
        assert_eq!(case.test_starts, [0, 1, 2, 3, 4]);
        assert_eq!(case.test_abnormal, [false, true, true, false, false]);
    }

    /// Rows 0 to 2 and 6 to 9 are tested, of which 1, 2, 6 and 7 are labelled: two events, though nothing lies between them.
    #[test]
    fn earlier_rows_are_a_recording_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let times = r#"["2013-12-02 21:05:00", "2013-12-02 21:10:00"], ["2013-12-02 21:30:00", "2013-12-02 21:35:00"]"#;
        write(folder.path(), &format!(r#"{{"known/m.csv": [{times}]}}"#));
        let layout = Ranges { train_from: 3, train_to: 6, earlier: true, ..ranges() };
        let cases = layout.cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap();
        assert_eq!(cases[0].train, [3.25, 4.25, 5.25]);
        assert_eq!(cases[0].test, [0.25, 1.25, 2.25, 6.25, 7.25, 8.25, 9.25]);
        assert_eq!(cases[0].recordings, [("earlier".into(), 0..3), ("later".into(), 3..7)]);
        assert_eq!(
            (cases[0].test_starts.as_slice(), &cases[0].events),
            ([0, 1, 3, 4, 5].as_slice(), &vec![1..3, 3..5])
        );
        assert_eq!(cases[0].test_abnormal, [true, true, true, false, false]);
    }

    #[test]
    fn refusals() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |layout: &Ranges| layout.cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap_err().to_string();
        std::fs::write(folder.path().join("x"), "").unwrap();
        assert!(message(&ranges()).ends_with("for m.csv, found none"));
        write(folder.path(), r#"{"known/m.csv": [["2013-12-02 21:10:00", "2013-12-02 21:10:00"]]}"#);
        assert!(
            message(&ranges()).ends_with("rows 2..3 are labelled, expected rows 1..4 to be normal to learn from them")
        );
        assert!(message(&Ranges { key: "n".into(), ..ranges() }).ends_with("no key n, expected that of the series"));
        assert!(message(&Ranges { train_to: 10, ..ranges() }).ends_with("10 rows, expected more than the first 10"));
        assert!(
            message(&Ranges { value: "v".into(), ..ranges() })
                .contains("no column v, expected one of timestamp, value")
        );
        assert!(message(&Ranges { time: "value".into(), ..ranges() }).ends_with("\"0.25\", expected a time"));
        write(folder.path(), r#"{"known/m.csv": [["x", "y"]]}"#);
        assert!(message(&ranges()).ends_with("known/m.csv: \"x\", expected a time"));
        write(folder.path(), "[]");
        assert!(message(&ranges()).contains("windows.json, line 1"));
        let check = |layout: Ranges| layout.check(&CUT).unwrap_err().to_string();
        assert!(check(Ranges { train_to: 2, ..ranges() }).starts_with("layout.ranges.train_to is 2"));
    }
}
