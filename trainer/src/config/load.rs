//! Reading a configuration: a preset, a file over it, single settings over that.

use super::run::RunConfig;
use crate::error::{Error, Result};
use picoae_compiler::files;
use std::path::{Path, PathBuf};

impl RunConfig {
    /// The preset (or that of the file's `model`, or `timeseries`), then what `file` says, then each of `settings`:
    /// `key = value` in TOML, such as `data.signals.noise = 0.1`.
    ///
    /// # Errors
    /// A file that cannot be read; an unknown key, a wrong type or a value out of range, with file, line and key.
    pub fn load(preset: Option<&str>, file: Option<&Path>, settings: &[String]) -> Result<Self> {
        let mut layers: Vec<(PathBuf, String)> = Vec::new();
        if let Some(path) = file {
            layers.push((path.into(), files::read_text(path)?));
        }
        layers.extend(settings.iter().map(|s| (PathBuf::from("setting"), s.clone())));
        let mut merged = toml::Table::new();
        for (path, text) in &layers {
            // Once into the structure for the types and unknown keys with their lines, once into a table for the merge.
            parse::<Self>(path, text)?;
            merge(&mut merged, parse(path, text)?);
        }
        let own = merged.get("model").and_then(toml::Value::as_str).map(str::to_owned);
        if let Some(own) = own.as_deref().filter(|own| !Self::MODELS.contains(own)) {
            let known = Self::MODELS.join(" or ");
            return Err(named(file, Error::unknown("model", own, known)));
        }
        let name = preset.or(own.as_deref()).unwrap_or("timeseries");
        let preset = Self::preset(name).map_err(|e| named(file, e))?;
        if let Some(own) = own.as_ref().filter(|own| **own != preset.model) {
            let message = format!("the configuration is for model {own:?}, but {name:?} was asked for");
            return Err(named(file, Error::invalid(message)));
        }
        let mut table = toml::Table::try_from(&preset).map_err(|e| Error::encode("configuration", e))?;
        merge(&mut table, merged);
        let config: Self = table.try_into().map_err(|e| Error::Merged(Box::new(e)))?;
        config.check().map_err(|e| named(file, e))?;
        Ok(config)
    }

    /// Reads a whole configuration, as a run folder has it: no preset beneath it, only the defaults of missing keys.
    ///
    /// # Errors
    /// As [`RunConfig::load`].
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_text(path, &files::read_text(path)?)
    }

    /// The same from a file's text; `path` is for the message.
    ///
    /// # Errors
    /// As [`RunConfig::read`].
    pub fn from_text(path: &Path, text: &str) -> Result<Self> {
        let config: Self = parse(path, text)?;
        config.check().map_err(|e| named(Some(path), e))?;
        Ok(config)
    }
}

/// Names the file that bad values came from.
pub(super) fn named(file: Option<&Path>, error: Error) -> Error {
    match file {
        Some(path) => error.in_file(path),
        None => error,
    }
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| {
        let start = e.span().map_or(0, |s| s.start.min(text.len()));
        let line = 1 + text.as_bytes()[..start].iter().filter(|&&b| b == b'\n').count() as u64;
        Error::Toml { path: path.into(), line, source: Box::new(e) }
    })
}

/// Lays `over` on `base`: tables key by key, everything else as a whole.
pub(super) fn merge(base: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => merge(below, above),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Source;

    fn load(text: &str, settings: &[&str]) -> Result<RunConfig> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        std::fs::write(&path, text).unwrap();
        let settings: Vec<String> = settings.iter().map(|&s| s.into()).collect();
        RunConfig::load(None, Some(&path), &settings)
    }

    fn error(text: &str, settings: &[&str]) -> String {
        let error = load(text, settings).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let message = error.to_string();
        assert!(!message.contains('\n'), "{message}");
        message[message.find("run.toml").unwrap_or(0)..].to_owned()
    }

    #[test]
    fn presets_files_and_settings_lie_on_each_other() {
        let config = load(
            "model = \"digits\"\nseed = 7\n[data.mnist]\nvalidation = 100\n[fit]\nepochs = 3\n",
            &["seed = 9", "data.signals.noise = 0.25", "fit.batch_size = 8"],
        )
        .unwrap();
        assert_eq!((config.seed, config.data.source, config.data.mnist.validation), (9, Source::Mnist, 100));
        assert_eq!(config.data.mnist.folder, PathBuf::from("data/mnist"));
        assert_eq!(config.data.signals.noise, 0.25);
        assert_eq!((config.fit.epochs, config.fit.batch_size), (3, 8));
        let plain = RunConfig::load(None, None, &[]).unwrap();
        assert_eq!(plain, RunConfig::preset("timeseries").unwrap());
    }

    #[test]
    fn round_trips_whole() {
        for name in RunConfig::PRESETS {
            let config = RunConfig::preset(name).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("config.toml");
            std::fs::write(&path, config.to_toml().unwrap()).unwrap();
            assert_eq!(RunConfig::read(&path).unwrap(), config);
            assert_eq!(RunConfig::load(Some(name), Some(&path), &[]).unwrap(), config);
        }
        let csv =
            load("[data]\nsource = \"csv\"\nfile = \"a.csv\"\n[data.csv]\ncolumn = \"x\"\nhop = 5\n", &[]).unwrap();
        let text = csv.to_toml().unwrap();
        assert_eq!(toml::from_str::<RunConfig>(&text).unwrap(), csv);
    }

    #[test]
    fn unknown_keys_are_named_with_file_and_line() {
        let cases = [
            ("sed = 1\n", 1, "sed"),
            ("seed = 1\n[data]\n\nsorce = \"csv\"\n", 4, "sorce"),
            ("[data.signals.faults.step]\nsizes = [1.0, 2.0]\n", 2, "sizes"),
            ("[data.csv]\nhop = 1\nhopp = 2\n", 3, "hopp"),
            ("[quantize]\nhead = 2\n", 2, "head"),
            ("[threshold]\n\nlower = 2\n", 3, "lower"),
            ("[data.mnist]\ndir = \"x\"\n", 2, "dir"),
            ("[data.split]\ntrain = 0.5\n", 2, "train"),
        ];
        for (text, line, key) in cases {
            let message = error(text, &[]);
            assert!(
                message.starts_with(&format!("run.toml, line {line}: unknown field `{key}`, expected")),
                "{message}"
            );
        }
        assert!(error("", &["data.noise = 1"]).starts_with("setting, line 1: unknown field `noise`"));
    }

    #[test]
    fn wrong_types_and_values_are_named() {
        assert!(
            error("seed = 1\n[quantize]\nheadroom = \"much\"\n", &[]).starts_with("run.toml, line 3: invalid type")
        );
        assert!(error("[data\n", &[]).starts_with("run.toml, line 1: "));
        assert!(error("[data]\nsource = \"sql\"\n", &[]).contains("line 2: unknown variant `sql`"));
        assert_eq!(
            error("[quantize]\nheadroom = 0.5\n", &[]),
            "run.toml: quantize.headroom is 0.5, expected a factor of at least 1"
        );
        assert_eq!(
            error("[data]\nsource = \"csv\"\n", &[]),
            "run.toml: data.file is missing, expected the CSV file's path"
        );
        assert!(error("model = \"lstm\"\n", &[]).contains("no model \"lstm\", expected timeseries or digits"));
        assert!(error("[threshold]\nupper_percentile = 0.1\n", &[]).contains("threshold.upper_percentile is 0.1"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        std::fs::write(&path, "model = \"digits\"\n").unwrap();
        let message = RunConfig::load(Some("timeseries"), Some(&path), &[]).unwrap_err().to_string();
        assert!(message.contains("run.toml: the configuration is for model \"digits\""), "{message}");
    }
}
