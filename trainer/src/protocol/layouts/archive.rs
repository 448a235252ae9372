//! Series whose names say what is in them: the UCR anomaly archive.

use super::reader::Reader;
use crate::data::InputFile;
use crate::error::{Error, Result};
use crate::protocol::case::Case;
use crate::protocol::cut::{Cut, overlap};
use crate::protocol::folder::{Folder, stem, text};
use crate::protocol::numbers;
use serde::{Deserialize, Serialize};

/// `[layout.archive]`: files named `…_NAME_TRAINED_FROM_TO.txt`. The first `TRAINED` values are normal and learnt from;
/// the values `FROM` to `TO`, both included and counted from 1, are the one anomaly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// What the names have in front, such as `UCR_Anomaly_`. Names that have more in front of the name, such as
    /// `DISTORTED`, are others.
    pub prefix: String,
    /// The names of the series, each a case.
    pub names: Vec<String>,
    /// What all of them are, as the cases' group.
    pub group: String,
    /// By how many values the anomaly is widened to both sides for the place of the highest score.
    pub widen: usize,
}

/// What a file's name says: the series, the first rows, the rows of the anomaly.
#[derive(Debug, PartialEq, Eq)]
struct Said<'a> {
    name: &'a str,
    trained: usize,
    anomaly: std::ops::Range<usize>,
}

impl Archive {
    /// What the name of a file says that has the prefix, be there a number in front of it or not.
    fn said<'a>(&self, stem: &'a str) -> Option<Said<'a>> {
        let at = stem.find(&self.prefix)?;
        let number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '_');
        let rest = number(&stem[..at]).then(|| &stem[at + self.prefix.len()..])?;
        let mut parts = rest.rsplitn(4, '_');
        let (to, from, trained) = (parts.next()?, parts.next()?, parts.next()?);
        let (to, from) = (to.parse::<usize>().ok()?, from.parse::<usize>().ok()?);
        Some(Said { name: parts.next()?, trained: trained.parse().ok()?, anomaly: from.checked_sub(1)?..to })
    }

    fn found<'a>(&self, folder: &'a Folder) -> Vec<(Said<'a>, &'a InputFile)> {
        let texts = folder.files(|name| name.ends_with(".txt"));
        let said = texts.filter_map(|file| Some((self.said(stem(file))?, file)));
        said.filter(|(said, _)| self.names.iter().any(|n| n == said.name)).collect()
    }

    fn case(&self, said: &Said<'_>, file: &InputFile, cut: &Cut) -> Result<Case> {
        let values = numbers::column(&file.path, &text(file)?)?;
        let (trained, anomaly) = (said.trained, &said.anomaly);
        if anomaly.is_empty() || anomaly.start < trained || anomaly.end > values.len() {
            let message = format!(
                "{} values, expected {trained} without an anomaly and one from {} to {} behind them, as the name says",
                values.len(),
                anomaly.start + 1,
                anomaly.end
            );
            return Err(Error::file(&file.path, message));
        }
        let mut case = Case::new(said.name, &self.group, "value");
        let length = values.len() - trained;
        case.train = values[..trained].to_vec();
        case.test = values[trained..].to_vec();
        case.cut_train(cut.window, cut.train_step);
        let anomaly = anomaly.start - trained..anomaly.end - trained;
        case.cut_test(cut.window, cut.test_step, |rows| overlap(&rows, &anomaly));
        case.highest_within = Some(anomaly.start.saturating_sub(self.widen)..(anomaly.end + self.widen).min(length));
        case.events = vec![anomaly];
        case.check(cut.window).map_err(|e| e.in_file(&file.path))?;
        Ok(case)
    }
}

impl Reader for Archive {
    fn check(&self, _: &Cut) -> Result<()> {
        if self.names.is_empty() {
            return Err(Error::setting("layout.archive.names", "[]", "names of series"));
        }
        if self.prefix.is_empty() {
            return Err(Error::setting(
                "layout.archive.prefix",
                "\"\"",
                "what all names begin with, such as UCR_Anomaly_",
            ));
        }
        Ok(())
    }

    fn wanted(&self) -> String {
        format!("*{}NAME_TRAINED_FROM_TO.txt with {} for NAME", self.prefix, self.names.join(", "))
    }

    fn is_in(&self, folder: &Folder) -> bool {
        !self.found(folder).is_empty()
    }

    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>> {
        let found = self.found(folder);
        let missing: Vec<&str> =
            self.names.iter().map(String::as_str).filter(|n| found.iter().all(|(said, _)| said.name != *n)).collect();
        if missing.len() == self.names.len() {
            return Err(folder.missing(&self.wanted()));
        }
        if !missing.is_empty() {
            let message =
                format!("no files *{}NAME_TRAINED_FROM_TO.txt with {} for NAME", self.prefix, missing.join(", "));
            return Err(folder.bad(message));
        }
        let case = |name: &String| {
            let mut of_name = found.iter().filter(|(said, _)| said.name == *name);
            match (of_name.next(), of_name.next()) {
                (Some((said, file)), None) => self.case(said, file, cut),
                (Some((_, first)), Some((_, second))) => Err(folder.twice(name, first, second)),
                (None, _) => Err(folder.missing(name)),
            }
        };
        self.names.iter().map(case).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: Cut = Cut { window: 4, train_step: 1, test_step: 1 };

    fn archive(names: &[&str]) -> Archive {
        let names = names.iter().map(|n| (*n).to_owned()).collect();
        Archive { prefix: "UCR_Anomaly_".into(), names, group: "bleeding".into(), widen: 2 }
    }

    #[test]
    fn names_say_the_parts() {
        let layout = archive(&["Bleeding14"]);
        let said = layout.said("122_UCR_Anomaly_Bleeding14_2800_5607_5634").unwrap();
        assert_eq!(said, Said { name: "Bleeding14", trained: 2800, anomaly: 5606..5634 });
        assert_eq!(layout.said("UCR_Anomaly_Bleeding14_2800_5607_5634").unwrap(), said);
        assert_eq!(layout.said("014_UCR_Anomaly_DISTORTEDBleeding14_1_2_3").unwrap().name, "DISTORTEDBleeding14");
        for none in
            ["014_DISTORTED_UCR_Anomaly_Bleeding14_1_2_3", "UCR_Anomaly_Bleeding14_1_2", "UCR_Anomaly_Bleeding14_1_0_3"]
        {
            assert_eq!(layout.said(none), None, "{none}");
        }
    }

    #[test]
    fn the_series_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let lines: String = (0..20).map(|i| format!("{i}\n")).collect();
        write("122_UCR_Anomaly_B14_8_13_14.txt", &lines);
        write("014_UCR_Anomaly_DISTORTEDB14_8_13_14.txt", &lines);
        write("123_UCR_Anomaly_B15_8_13_14.txt", &lines);
        write("124_UCR_Anomaly_B141_8_13_14.txt", &lines);
        write("125_UCR_Anomaly_B16_8_13_14.txt", &lines.replace('\n', "  "));
        let folder = Folder::open(folder.path()).unwrap();
        let cases = archive(&["B14", "B16"]).cases(&folder, &CUT).unwrap();
        assert_eq!(cases.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["B14", "B16"]);
        let case = &cases[0];
        assert_eq!((case.train.len(), case.train_starts.len(), case.test[0]), (8, 5, 8.0));
        // Values 13 and 14 are rows 4 and 5 behind the eight that are learnt from.
        assert_eq!(case.events, std::slice::from_ref(&(4..6)));
        assert_eq!(case.test_abnormal, [false, true, true, true, true, true, false, false, false]);
        assert_eq!(case.highest_within, Some(2..8));
        assert_eq!((cases[1].train.len(), cases[1].test.len()), (8, 12));
    }

    #[test]
    fn refusals() {
        let folder = tempfile::tempdir().unwrap();
        let message =
            |layout: &Archive| layout.cases(&Folder::open(folder.path()).unwrap(), &CUT).unwrap_err().to_string();
        std::fs::write(folder.path().join("readme.txt"), "x").unwrap();
        let looked = "for *UCR_Anomaly_NAME_TRAINED_FROM_TO.txt with B14, B16 for NAME, found none";
        assert!(message(&archive(&["B14", "B16"])).ends_with(looked));
        std::fs::write(folder.path().join("1_UCR_Anomaly_B14_8_13_14.txt"), "1\n".repeat(13)).unwrap();
        assert!(message(&archive(&["B14", "B16"])).ends_with("with B16 for NAME"));
        assert!(
            message(&archive(&["B14"])).ends_with(
                "13 values, expected 8 without an anomaly and one from 13 to 14 behind them, as the name says"
            )
        );
        std::fs::write(folder.path().join("2_UCR_Anomaly_B14_8_13_14.txt"), "1\n").unwrap();
        assert!(message(&archive(&["B14"])).ends_with("are B14, expected one"));
        assert!(archive(&[]).check(&CUT).unwrap_err().to_string().contains("names of series"));
        let blank = Archive { prefix: String::new(), ..archive(&["a"]) };
        assert!(blank.check(&CUT).unwrap_err().to_string().contains("layout.archive.prefix"));
    }
}
