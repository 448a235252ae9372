//! The protocol file: what a benchmark is, and what a run on it is configured to.

use super::case::Case;
use super::cut::Cut;
use super::folder::Folder;
use super::layouts::Layout;
use crate::data::{Normalization, SampleEncoding};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// How a benchmark is read, trained on and counted. TOML; `protocols/*.toml` are those that are built in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Its name.
    pub name: String,
    /// What is measured, in a sentence or two.
    pub about: String,
    /// Where the files come from.
    pub source: String,
    /// Rows of a window, at least 2.
    pub window: usize,
    /// Rows from one window to the next; 1 where nothing is said.
    #[serde(default)]
    pub step: Step,
    /// Samples a second, above 0, where they are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<f64>,
    /// How values are brought to the network's range, learnt from each case's own rows.
    #[serde(default = "standardize")]
    pub normalization: Normalization,
    /// What the values are.
    #[serde(default)]
    pub encoding: SampleEncoding,
    /// How scores become figures.
    #[serde(default)]
    pub score: Score,
    /// The preset to start from; by default that of the command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Over the preset's `[network]`. Checked where it becomes part of a configuration, as are the next two.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub network: toml::Table,
    /// Over the preset's `[quantize]`.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub quantize: toml::Table,
    /// Over the preset's `[threshold]`.
    #[serde(default, skip_serializing_if = "toml::Table::is_empty")]
    pub threshold: toml::Table,
    /// The files.
    pub layout: Layout,
}

/// `[step]`: rows from one window to the next, at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Step {
    /// Of the windows to learn from.
    pub train: usize,
    /// Of the windows to score.
    pub test: usize,
}

impl Default for Step {
    fn default() -> Self {
        Self { train: 1, test: 1 }
    }
}

/// `[score]`: how scores become figures. A verdict counts for its own window only: nothing is adjusted to a whole
/// event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Score {
    /// Whether the cases' scores, each in units of its case's own limits, are taken together for one figure.
    pub pooled: bool,
    /// Whether F1 is had with the limit that is best on the cases of the other [`Case::fold`].
    pub limit_of_other_fold: bool,
}

fn standardize() -> Normalization {
    Normalization::Standardize
}

impl Protocol {
    /// Those that are built in, in the order in which a folder is looked at.
    pub const NAMES: [&str; 5] = ["ecg", "skab", "ucr", "cwru", "nab"];

    /// Reads a protocol file.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Toml`] for a key that nobody knows or a value of another type, [`Error::Setting`] for a value out of range.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(path, &picoae_compiler::files::read_text(path)?)
    }

    /// A protocol that is built in.
    ///
    /// # Errors
    /// [`Error::Unknown`] naming those that there are.
    pub fn named(name: &str) -> Result<Self> {
        let text = match name {
            "ecg" => include_str!("protocols/ecg.toml"),
            "skab" => include_str!("protocols/skab.toml"),
            "ucr" => include_str!("protocols/ucr.toml"),
            "cwru" => include_str!("protocols/cwru.toml"),
            "nab" => include_str!("protocols/nab.toml"),
            _ => return Err(Error::unknown("protocol", name, Self::NAMES.join(", "))),
        };
        Self::parse(Path::new(&format!("{name}.toml")), text)
    }

    /// The built-in protocol whose files a folder has.
    ///
    /// # Errors
    /// [`Error::File`] saying what was looked for where that is none, and which where there are several; [`Error::Io`].
    pub fn detect(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = Folder::open(folder.as_ref())?;
        let all: Vec<Self> = Self::NAMES.into_iter().map(Self::named).collect::<Result<_>>()?;
        let mut found: Vec<&Self> = all.iter().filter(|p| p.layout.reader().is_in(&folder)).collect();
        match (found.pop(), &found[..]) {
            (Some(one), []) => Ok(one.clone()),
            (Some(last), others) => {
                let names: Vec<&str> = others.iter().map(|p| p.name.as_str()).chain([last.name.as_str()]).collect();
                Err(folder.bad(format!("files of several benchmarks, {}; name the protocol", names.join(", "))))
            }
            (None, _) => {
                let wanted = |p: &Self| format!("{} ({})", p.layout.reader().wanted(), p.name);
                Err(folder.missing(&all.iter().map(wanted).collect::<Vec<_>>().join("; ")))
            }
        }
    }

    /// Reads the cases of a folder, which has the files itself or in folders below it. At least one.
    ///
    /// # Errors
    /// [`Error::File`] in one line saying what was looked for where files are missing; whatever is wrong with a file, with its name.
    pub fn cases(&self, folder: impl AsRef<Path>) -> Result<Vec<Case>> {
        let mut cases = self.layout.reader().cases(&Folder::open(folder.as_ref())?, &self.cut())?;
        for case in &mut cases {
            case.sample_rate = self.sample_rate;
        }
        Ok(cases)
    }

    /// What the protocol lays over a run's configuration, as a table of it: `model` for the preset, `network`,
    /// `quantize`, `threshold`, each only where it is said.
    pub fn overrides(&self) -> toml::Table {
        let mut out = toml::Table::new();
        if let Some(preset) = &self.preset {
            out.insert("model".into(), preset.clone().into());
        }
        for (key, table) in [("network", &self.network), ("quantize", &self.quantize), ("threshold", &self.threshold)] {
            if !table.is_empty() {
                out.insert(key.into(), table.clone().into());
            }
        }
        out
    }

    /// The same as settings, `network.block = 125`, without the preset.
    pub fn settings(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (key, value) in self.overrides().into_iter().filter(|(key, _)| key != "model") {
            for (below, value) in value.as_table().into_iter().flatten() {
                out.push(format!("{key}.{below} = {value}"));
            }
        }
        out
    }

    fn cut(&self) -> Cut {
        Cut { window: self.window, train_step: self.step.train, test_step: self.step.test }
    }

    fn parse(path: &Path, text: &str) -> Result<Self> {
        let protocol: Self = toml::from_str(text).map_err(|e| Error::toml(path, text, e))?;
        protocol.check().map_err(|e| e.in_file(path))?;
        Ok(protocol)
    }

    fn check(&self) -> Result<()> {
        if self.name.is_empty() {
            return Err(Error::setting("name", "\"\"", "a name"));
        }
        if self.window < 2 {
            return Err(Error::setting("window", self.window, "at least 2 rows"));
        }
        for (key, step) in [("step.train", self.step.train), ("step.test", self.step.test)] {
            if step == 0 {
                return Err(Error::setting(key, step, "at least 1 row"));
            }
        }
        if let Some(rate) = self.sample_rate.filter(|rate| !(*rate > 0.0 && rate.is_finite())) {
            return Err(Error::setting("sample_rate", rate, "samples a second, above 0"));
        }
        self.layout.reader().check(&self.cut())
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
