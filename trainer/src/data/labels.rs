//! `[data.labels]`: where it is written what is not normal.

use super::format::ColumnRef;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Where labels are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelSource {
    /// In a column, if one is called so.
    #[default]
    Auto,
    /// Nowhere: everything is normal, and a column that is called so is left alone.
    None,
    /// In the column `column`.
    Column,
    /// In the names of folders: those of each file's folder.
    Folders,
    /// In the file `file`: rows of start, end and, if there is more than one kind, a name.
    Intervals,
}

/// Where labels are and what they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LabelConfig {
    /// Where labels are.
    pub from: LabelSource,
    /// The column, with `from = "column"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<ColumnRef>,
    /// The file, with `from = "intervals"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
    /// The labels that mean normal; by default `normal`, in capitals or not.
    pub normal: Vec<String>,
}

impl LabelConfig {
    /// Checks that the settings belong together.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad =
            |key: &str, value: &str, expected: &str| Err(Error::setting(format!("data.labels.{key}"), value, expected));
        match (self.from, &self.column, &self.file) {
            (LabelSource::Column, None, _) => bad("column", "missing", "the column of labels, by name or number"),
            (LabelSource::Intervals, _, None) => bad("file", "missing", "the file of intervals"),
            (from, Some(_), _) if from != LabelSource::Column => {
                bad("column", "set", "data.labels.from = \"column\" with it")
            }
            (from, _, Some(_)) if from != LabelSource::Intervals => {
                bad("file", "set", "data.labels.from = \"intervals\" with it")
            }
            (LabelSource::None | LabelSource::Intervals, ..) if !self.normal.is_empty() => bad(
                "normal",
                "set",
                "labels in a column or in the names of folders with it; it has no effect otherwise",
            ),
            _ => Ok(()),
        }
    }

    /// Whether a label means normal.
    pub fn is_normal(&self, label: &str) -> bool {
        match &self.normal[..] {
            [] => label.eq_ignore_ascii_case("normal"),
            normal => normal.iter().any(|n| same(n, label)),
        }
    }
}

/// Whether two labels are the same, as text or as numbers (`0` and `0.0`).
fn same(a: &str, b: &str) -> bool {
    a == b || matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

/// Whether a column of that name has labels.
pub(super) fn is_label_name(name: &str) -> bool {
    const NAMES: [&str; 21] = [
        "label",
        "labels",
        "anomaly",
        "anomalies",
        "is_anomaly",
        "isanomaly",
        "anomalous",
        "class",
        "target",
        "fault",
        "is_fault",
        "ground_truth",
        "outlier",
        "is_outlier",
        "broken",
        "failure",
        "failed",
        "faulty",
        "defect",
        "defective",
        "is_broken",
    ];
    NAMES.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

/// Whether a column of that name, if it has words in it, has labels.
pub(super) fn is_state_name(name: &str) -> bool {
    const NAMES: [&str; 9] =
        ["state", "status", "condition", "machine_status", "machine_state", "health", "category", "kind", "zustand"];
    NAMES.iter().any(|known| name.trim().eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_normal_is_stated() {
        let stated = LabelConfig { normal: vec!["0".into()], ..LabelConfig::default() };
        assert!(
            stated.is_normal("0") && stated.is_normal("0.0") && !stated.is_normal("1") && !stated.is_normal("normal")
        );
        let open = LabelConfig::default();
        assert!(open.is_normal("normal") && open.is_normal("Normal") && !open.is_normal("0"));
        assert!(is_label_name("Anomaly") && is_label_name(" label") && !is_label_name("value"));
    }

    #[test]
    fn settings_that_do_nothing_are_refused() {
        let message = |config: LabelConfig| config.check().map_or_else(|e| e.to_string(), |()| "accepted".into());
        assert_eq!(message(LabelConfig::default()), "accepted");
        let column = LabelConfig { from: LabelSource::Column, ..LabelConfig::default() };
        assert!(message(column).starts_with("data.labels.column is missing"));
        let stray = LabelConfig { file: Some("a".into()), ..LabelConfig::default() };
        assert!(message(stray).starts_with("data.labels.file is set"));
        let normal = LabelConfig { from: LabelSource::None, normal: vec!["0".into()], ..LabelConfig::default() };
        assert!(message(normal).contains("no effect"));
    }
}
