//! Folders of tables, one a case, each with its labels in a column: SKAB.

use super::reader::Reader;
use crate::data::InputFile;
use crate::error::{Error, Result};
use crate::protocol::case::Case;
use crate::protocol::cut::Cut;
use crate::protocol::folder::{Folder, name, stem, text};
use crate::protocol::numbers::Table;
use serde::{Deserialize, Serialize};

/// `[layout.tables]`: every file `*.csv` in one of `folders` is a case whose first rows are learnt from and whose
/// others are tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tables {
    /// Names of the folders. A case's group is its folder.
    pub folders: Vec<String>,
    /// How many files there must be in all.
    pub files: usize,
    /// What stands between two fields.
    pub delimiter: char,
    /// Column of labels: 0 is normal, 1 is not.
    pub label: String,
    /// Columns that are no channels, besides that of the labels.
    pub leave_out: Vec<String>,
    /// The first rows of a file, to learn from; at least a window. Windows that end in later rows are tested; the first
    /// of them reach back into these.
    pub train_rows: usize,
}

impl Tables {
    fn files<'a>(&self, folder: &'a Folder) -> Vec<&'a InputFile> {
        let wanted = |file: &&InputFile| file.folder.as_ref().is_some_and(|f| self.folders.contains(f));
        folder.files(|name| name.ends_with(".csv")).filter(wanted).collect()
    }

    fn case(&self, file: &InputFile, cut: &Cut) -> Result<Case> {
        let content = text(file)?;
        let table = Table::read(&file.path, &content, self.delimiter as u8)?;
        let label = table.column(&self.label)?;
        for name in &self.leave_out {
            table.column(name)?;
        }
        let channels: Vec<usize> =
            (0..table.names.len()).filter(|c| *c != label && !self.leave_out.contains(&table.names[*c])).collect();
        if channels.is_empty() {
            return Err(Error::line(&file.path, 1, "no channels, expected columns besides those that are left out"));
        }
        if table.len() <= self.train_rows {
            let message = format!("{} rows, expected more than the {} to learn from", table.len(), self.train_rows);
            return Err(Error::file(&file.path, message));
        }
        let values = table.numbers(&channels)?;
        let abnormal = table.fields(label, "0 (normal) or 1", |field| match field.trim().parse() {
            Ok(0.0) => Some(false),
            Ok(1.0) => Some(true),
            _ => None,
        })?;
        let group = file.folder.clone().unwrap_or_default();
        let mut case = Case::new(format!("{group}/{}", stem(file)), group, "");
        case.channels = channels.iter().map(|c| table.names[*c].clone()).collect();
        case.train = values[..self.train_rows * channels.len()].to_vec();
        case.cut_train(cut.window, cut.train_step);
        let first = self.train_rows + 1 - cut.window;
        case.test = values[first * channels.len()..].to_vec();
        case.cut_test_by_end(cut.window, cut.test_step, &abnormal[first..]);
        Ok(case)
    }
}

impl Reader for Tables {
    fn check(&self, cut: &Cut) -> Result<()> {
        if self.folders.is_empty() {
            return Err(Error::setting("layout.tables.folders", "[]", "names of folders"));
        }
        if self.files == 0 {
            return Err(Error::setting("layout.tables.files", 0, "at least 1"));
        }
        if !self.delimiter.is_ascii() {
            return Err(Error::setting("layout.tables.delimiter", self.delimiter, "an ASCII character"));
        }
        if self.train_rows < cut.window {
            let expected = format!("at least the {} rows of a window", cut.window);
            return Err(Error::setting("layout.tables.train_rows", self.train_rows, expected));
        }
        Ok(())
    }

    fn wanted(&self) -> String {
        self.folders.iter().map(|folder| format!("{folder}/*.csv")).collect::<Vec<_>>().join(", ")
    }

    fn is_in(&self, folder: &Folder) -> bool {
        let files = self.files(folder);
        self.folders.iter().all(|wanted| files.iter().any(|file| file.folder.as_ref() == Some(wanted)))
    }

    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>> {
        let files = self.files(folder);
        if files.is_empty() {
            return Err(folder.missing(&self.wanted()));
        }
        if files.len() != self.files {
            let names: Vec<&str> = files.iter().map(|file| name(file)).take(3).collect();
            let (found, wanted) = (files.len(), self.wanted());
            let message = format!("{found} files {wanted} ({}, …), expected {}", names.join(", "), self.files);
            return Err(folder.bad(message));
        }
        let cases = files.iter().enumerate().map(|(i, file)| {
            let mut case = self.case(file, cut)?;
            case.fold = i % 2;
            case.check(cut.window).map_err(|e| e.in_file(&file.path))?;
            Ok(case)
        });
        cases.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const CUT: Cut = Cut { window: 3, train_step: 1, test_step: 1 };

    fn tables() -> Tables {
        Tables {
            folders: vec!["valve1".into(), "other".into()],
            files: 2,
            delimiter: ';',
            label: "anomaly".into(),
            leave_out: vec!["datetime".into(), "changepoint".into()],
            train_rows: 4,
        }
    }

    /// Ten rows, of which the sixth and seventh are abnormal.
    fn write(folder: &Path, name: &str) {
        let mut text = "datetime;A;B;anomaly;changepoint\n".to_owned();
        for i in 0..10 {
            let label = if (5..7).contains(&i) { "1.0" } else { "0.0" };
            text += &format!("2020-03-09 10:14:{i:02};{i}.5;-{i};{label};0.0\n");
        }
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    #[test]
    fn windows_that_end_in_test_rows_begin_in_others() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["data/valve1/0.csv", "data/other/1.csv", "data/anomaly-free/anomaly-free.csv"] {
            write(folder.path(), name);
        }
        let folder = Folder::open(folder.path()).unwrap();
        let layout = tables();
        layout.check(&CUT).unwrap();
        assert!(layout.is_in(&folder));
        let cases = layout.cases(&folder, &CUT).unwrap();
        let names: Vec<_> = cases.iter().map(|c| (c.name.as_str(), c.group.as_str(), c.fold)).collect();
        assert_eq!(names, [("other/1", "other", 0), ("valve1/0", "valve1", 1)]);
        let case = &cases[1];
        assert_eq!(case.channels, ["A", "B"]);
        assert_eq!((case.train_rows(), &case.train[6..], &case.train_starts), (4, [3.5, -3.0].as_slice(), &vec![0, 1]));
        // Rows 2 and 3 are those of the first window in front of the row it ends in, which is row 4.
        assert_eq!((case.test[0], case.test_rows()), (2.5, 8));
        assert_eq!(case.test_starts, [0, 1, 2, 3, 4, 5]);
        assert_eq!(case.test_abnormal, [false, true, true, false, false, false]);
        assert_eq!(case.events, std::slice::from_ref(&(3..5)));
    }

    #[test]
    fn refusals() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |layout: &Tables| layout.cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap_err().to_string();
        write(folder.path(), "elsewhere/0.csv");
        assert!(message(&tables()).ends_with("for valve1/*.csv, other/*.csv, found none"));
        write(folder.path(), "valve1/0.csv");
        assert!(message(&tables()).ends_with("1 files valve1/*.csv, other/*.csv (0.csv, …), expected 2"));
        let one = Tables { files: 1, ..tables() };
        assert!(
            message(&Tables { train_rows: 10, ..one.clone() })
                .ends_with("10 rows, expected more than the 10 to learn from")
        );
        assert!(message(&Tables { label: "A".into(), ..one.clone() }).ends_with("\"0.5\", expected 0 (normal) or 1"));
        assert!(message(&Tables { leave_out: vec!["x".into()], ..one.clone() }).contains("no column x"));
        assert!(message(&Tables { train_rows: 8, ..one }).contains("0 of 2 test windows are abnormal"));
        let check = |layout: Tables| layout.check(&CUT).unwrap_err().to_string();
        assert_eq!(
            check(Tables { train_rows: 2, ..tables() }),
            "layout.tables.train_rows is 2, expected at least the 3 rows of a window"
        );
        assert!(check(Tables { delimiter: 'é', ..tables() }).contains("ASCII"));
        assert!(check(Tables { folders: vec![], ..tables() }).contains("folders"));
        assert!(check(Tables { files: 0, ..tables() }).contains("files is 0"));
    }
}
