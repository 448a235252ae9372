//! Reading a configuration: a preset, a file over it, single settings over that.

use super::network;
use super::run::RunConfig;
use crate::error::{Error, Result};
use picoae_compiler::files;
use std::path::Path;

impl RunConfig {
    /// The preset (or that of the file's `model`, or `timeseries`), then what `file` says, then each of `settings`:
    /// `key = value` in TOML, such as `data.signals.noise = 0.1`.
    ///
    /// # Errors
    /// A file that cannot be read; an unknown key, a wrong type or a value out of range, with file, line and key.
    pub fn load(preset: Option<&str>, file: Option<&Path>, settings: &[String]) -> Result<Self> {
        // Each once into the structure for the types and unknown keys with their lines, once into a table for the merge.
        let read = |path: &Path, text: &str| -> Result<toml::Table> {
            parse::<Self>(path, text)?;
            parse(path, text)
        };
        let from_file = match file {
            Some(path) => read(path, &files::read_text(path)?)?,
            None => toml::Table::new(),
        };
        let mut from_settings = toml::Table::new();
        for setting in settings {
            merge(&mut from_settings, read(Path::new("setting"), setting)?);
        }
        let mut merged = from_file.clone();
        merge(&mut merged, from_settings.clone());
        let own = merged.get("model").and_then(toml::Value::as_str).map(str::to_owned);
        if let Some(own) = own.as_deref().filter(|own| !Self::MODELS.contains(own)) {
            let known = Self::MODELS.join(", ");
            return Err(named(file, Error::unknown("model", own, known)));
        }
        let name = preset.or(own.as_deref()).unwrap_or("timeseries");
        let preset = Self::preset(name).map_err(|e| named(file, e))?;
        if let Some(own) = own.as_ref().filter(|own| **own != preset.model) {
            let message = format!("the configuration is for model {own:?}, but {name:?} was asked for");
            return Err(named(file, Error::invalid(message)));
        }
        let mut table = toml::Table::try_from(&preset).map_err(|e| Error::encode("configuration", e))?;
        network::make_room_for_file(&mut table, &from_file);
        merge(&mut table, from_file);
        network::make_room_for_settings(&mut table, &from_settings);
        merge(&mut table, from_settings);
        if says(&merged, "fit", "epochs") && !says(&merged, "fit", "min_steps") {
            // Who names the epochs gets these and no more.
            merge(&mut table, parse(Path::new("setting"), "fit.min_steps = 0")?);
        }
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
        let config = config.with_network().map_err(|e| named(Some(path), e))?;
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

/// Whether a table of a configuration has a key.
fn says(config: &toml::Table, table: &str, key: &str) -> bool {
    config.get(table).and_then(toml::Value::as_table).is_some_and(|table| table.contains_key(key))
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| Error::toml(path, text, e))
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
    use picoae_compiler::spec::NetworkConfig;
    use picoae_compiler::spec::language::{Form, Numbers};
    use std::path::PathBuf;

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
            &["seed = 9", "data.mnist.anomalies = 25", "fit.batch_size = 8"],
        )
        .unwrap();
        assert_eq!((config.seed, config.data.source, config.data.mnist.validation), (9, Source::Mnist, 100));
        assert_eq!(config.data.mnist.folder, PathBuf::from("data/mnist"));
        assert_eq!(config.data.mnist.anomalies, 25);
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
        let recording = "[data]\nsource = \"recording\"\nfiles = [\"a.csv\"]\nwindow = 64\nhop = 5\nchannels = [\"x\", 2]\nexclude = [\"1..2\"]\n[data.format]\n\
             delimiter = \";\"\nmissing = \"hold\"\nmissing_values = [-200]\n[data.labels]\nnormal = [\"0\"]\n";
        let recording = load(recording, &[]).unwrap();
        let text = recording.to_toml().unwrap();
        assert_eq!(toml::from_str::<RunConfig>(&text).unwrap(), recording);
    }

    #[test]
    fn a_network_is_changed_by_keys_and_replaced_by_another_form() {
        let reference = NetworkConfig::named("timeseries").unwrap();
        let latent = load("", &["network.latent = 4"]).unwrap().network;
        assert_eq!(latent, NetworkConfig { latent: Some(4), name: None, ..reference.clone() });
        let same_form = load("", &["network.channels = [8, 4]"]).unwrap().network;
        assert_eq!((same_form.channels, same_form.pool), (Some(vec![8, 4]), reference.pool.clone()));
        // In any order.
        for settings in [["network.latent = 3", "network.hidden = [9]"], ["network.hidden = [9]", "network.latent = 3"]]
        {
            let dense = load("[network]\nactivation = \"sigmoid\"\n", &settings).unwrap().network;
            let expected = NetworkConfig { hidden: Some(vec![9]), latent: Some(3), ..NetworkConfig::default() };
            assert_eq!(dense, expected);
        }
        let file = "[network]\nchannels = [6]\nlatent = 2\n";
        let whole = load(file, &["network.pool = 4"]).unwrap().network;
        let own = NetworkConfig { channels: Some(vec![6]), latent: Some(2), ..NetworkConfig::default() };
        assert_eq!(whole, NetworkConfig { pool: Some(Numbers::One(4)), ..own });
        assert_eq!(load("model = \"digits\"\n", &[]).unwrap().network.form().unwrap(), Form::List);
        assert!(error("[network]\nchanels = [8]\n", &[]).starts_with("run.toml, line 2: unknown field `chanels`"));
        let layer = "[network]\nencoder = [\n\"relu\",\n{ type = \"conv\", chanels = 3 },\n]\n";
        assert!(error(layer, &[]).contains("unknown field `chanels`"), "{}", error(layer, &[]));
    }

    #[test]
    fn a_run_keeps_its_network() {
        let list = "[network]\nlatent = 2\nencoder = [\"flatten\", { type = \"linear\", outputs = \"latent\" }]\n\
                    decoder = [{ type = \"linear\", outputs = \"input\" }, { type = \"reshape\", shape = \"input\" }]\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for text in [
            "",
            "model = \"digits\"",
            list,
            "[network]\nblock = 50\nlatent = 4\n",
            "[network]\nhidden = []\nlatent = 4\n",
        ] {
            let config = load(text, &["network.latent = 7"]).unwrap();
            std::fs::write(&path, config.to_toml().unwrap()).unwrap();
            assert_eq!(RunConfig::read(&path).unwrap(), config);
            assert_eq!(
                RunConfig::load(None, Some(&path), &["threshold.upper_percentile = 99".into()]).unwrap().network,
                config.network
            );
        }
        // A run from before networks were configuration.
        std::fs::write(&path, "model = \"digits\"\n").unwrap();
        assert_eq!(RunConfig::read(&path).unwrap().network, NetworkConfig::named("digits").unwrap());
    }

    #[test]
    fn named_epochs_are_all_there_is() {
        let steps = |text: &str, settings: &[&str]| load(text, settings).unwrap().fit.min_steps;
        assert!(steps("", &[]) > 0);
        assert_eq!(steps("[fit]\nepochs = 3\n", &[]), 0);
        assert_eq!(steps("", &["fit.epochs = 3"]), 0);
        assert_eq!(steps("[fit]\nepochs = 3\n", &["fit.min_steps = 50"]), 50);
    }

    #[test]
    fn a_window_belongs_to_a_recording() {
        assert!(error("[data]\nwindow = 64\n", &[]).contains("data.window is 64, expected nothing"));
        let recording = "[data]\nsource = \"recording\"\nfiles = [\"a.csv\"]\nwindow = 64\n";
        assert_eq!(load(recording, &[]).unwrap().data.window, Some(64));
        assert!(error(recording, &["data.window = 0"]).contains("data.window is 0"));
    }

    #[test]
    fn unknown_keys_are_named_with_file_and_line() {
        let cases = [
            ("sed = 1\n", 1, "sed"),
            ("seed = 1\n[data]\n\nsorce = \"recording\"\n", 4, "sorce"),
            ("[data.signals.faults.step]\nsizes = [1.0, 2.0]\n", 2, "sizes"),
            ("[data.format]\nhold = 1\nholds = 2\n", 3, "holds"),
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
            error("[data]\nsource = \"recording\"\n", &[]),
            "run.toml: data.files is missing, expected at least one file, folder or pattern (--data PATH)"
        );
        assert!(
            error("model = \"lstm\"\n", &[])
                .contains("no model \"lstm\", expected timeseries, digits, linear, dense, conv")
        );
        assert!(error("[threshold]\nupper_percentile = 0.1\n", &[]).contains("threshold.upper_percentile is 0.1"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.toml");
        std::fs::write(&path, "model = \"digits\"\n").unwrap();
        let message = RunConfig::load(Some("timeseries"), Some(&path), &[]).unwrap_err().to_string();
        assert!(message.contains("run.toml: the configuration is for model \"digits\""), "{message}");
    }

    #[test]
    fn what_has_no_effect_is_refused() {
        let recording = "[data]\nsource = \"recording\"\nfiles = [\"a.csv\"]\n";
        let message = error(recording, &["data.signals.noise = 0.5"]);
        assert!(
            message.contains("data.signals.noise is 0.5, expected nothing there: the samples come from a recording")
        );
        assert!(error(recording, &["data.mnist.anomalies = 3"]).contains("data.mnist.anomalies is 3"));
        assert!(error("", &["data.window = 200"]).contains("data.window is 200"));
        assert!(error("", &["data.format.delimiter = \";\""]).contains("synthetic signals, so it has no effect"));
        assert!(error("model = \"digits\"\n", &["data.split.test = 0.3"]).contains("data.split.test is 0.3"));
        let none = load(recording, &["data.normalization = \"none\""]).unwrap();
        assert_eq!(none.data.normalization(), crate::data::Normalization::None);
    }
}
