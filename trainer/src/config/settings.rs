//! Settings over a configuration that is there already, and which of them a command takes.

use super::load::{merge, named, parse};
use super::network;
use super::run::RunConfig;
use crate::error::{Error, Result};
use picoae_compiler::files;
use std::path::Path;

impl RunConfig {
    /// This configuration with what `file` says laid over it, then each of `settings`.
    ///
    /// # Errors
    /// As [`RunConfig::load`].
    pub fn with(&self, file: Option<&Path>, settings: &[String]) -> Result<Self> {
        let mut table = table(self)?;
        // Into the structure for the types and unknown keys with their lines.
        let read = |path: &Path, text: &str| -> Result<toml::Table> {
            parse::<Self>(path, text)?;
            parse(path, text)
        };
        if let Some(path) = file {
            let over = read(path, &files::read_text(path)?)?;
            network::make_room_for_file(&mut table, &over);
            merge(&mut table, over);
        }
        for text in settings {
            let over = read(Path::new("setting"), text)?;
            network::make_room_for_settings(&mut table, &over);
            merge(&mut table, over);
        }
        let config: Self = table.try_into().map_err(|e| Error::Merged(Box::new(e)))?;
        config.check().map_err(|e| named(file, e))?;
        Ok(config)
    }

    /// The first key in which `other` differs, with the value here and the value there.
    ///
    /// # Errors
    /// None that could happen here.
    pub fn difference(&self, other: &Self) -> Result<Option<(String, String, String)>> {
        let (here, there) = (leaves(&table(self)?), leaves(&table(other)?));
        let value = |all: &[(String, String)], key: &str| {
            all.iter().find(|(k, _)| k == key).map_or("not set".into(), |(_, value)| value.clone())
        };
        let mut keys = here.iter().chain(&there).map(|(key, _)| key);
        let first = keys.find(|key| value(&here, key) != value(&there, key));
        Ok(first.map(|key| (key.clone(), value(&here, key), value(&there, key))))
    }
}

/// Refuses settings that have no effect on `command`: those that are not below one of the `allowed` keys.
///
/// # Errors
/// [`Error::Invalid`] naming the key and those that have one; [`Error::Toml`].
pub fn only(settings: &[String], allowed: &[&str], command: &str) -> Result<()> {
    for setting in settings {
        for (key, _) in leaves(&parse::<toml::Table>(Path::new("setting"), setting)?) {
            let below = |of: &str| key == of || key.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'));
            if !allowed.iter().any(|of| below(of)) {
                let known: Vec<String> = allowed.iter().map(|of| format!("{of}*")).collect();
                return Err(Error::invalid(format!(
                    "--set {key} has no effect on `picoae {command}`, which takes {}; other settings are for `picoae train`",
                    known.join(", ").replace("seed*", "seed").replace('*', ".*")
                )));
            }
        }
    }
    Ok(())
}

/// The configuration as a table.
fn table(config: &RunConfig) -> Result<toml::Table> {
    toml::Table::try_from(config).map_err(|e| Error::encode("configuration", e))
}

/// All keys that have a value, such as `data.signals.noise`, with the value.
fn leaves(table: &toml::Table) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(below) if !below.is_empty() => {
                out.extend(leaves(below).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            value => out.push((key.clone(), value.to_string())),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lies_over_a_configuration_and_the_difference_is_named() {
        let kept = RunConfig::preset("digits").unwrap();
        let same = kept.with(None, &["fit.epochs = 14".into()]).unwrap();
        assert_eq!((same == kept, kept.difference(&same).unwrap()), (true, None));
        let other = kept.with(None, &["fit.epochs = 15".into(), "lower.ram_budget = 4000".into()]).unwrap();
        let (key, was, is) = kept.difference(&other).unwrap().unwrap();
        assert_eq!([key.as_str(), &was, &is], ["fit.epochs", "14", "15"]);
        let file = kept.with(None, &["lower.ram_budget = 4000".into()]).unwrap();
        assert_eq!(kept.difference(&file).unwrap().unwrap().1, "not set");
        assert!(kept.with(None, &["fit.epoch = 1".into()]).unwrap_err().to_string().contains("epoch"));
    }

    #[test]
    fn what_has_no_effect_is_refused() {
        let check = |setting: &str| only(&[setting.into()], &["threshold", "seed"], "evaluate");
        check("threshold.upper_percentile = 99").unwrap();
        check("seed = 4").unwrap();
        check("[threshold]\nupper_percentile = 99").unwrap();
        for setting in ["fit.epochs = 5", "thresholds.a = 1", "seeds = 1", "threshold = {}\nfit = {epochs = 2}"] {
            let error = check(setting).unwrap_err();
            assert!(
                error.to_string().contains("no effect") && error.to_string().contains("threshold.*, seed;"),
                "{error}"
            );
            assert_eq!(error.exit_code(), 2);
        }
        assert!(
            RunConfig::default().with(None, &["fit.seed = 3".into()]).unwrap_err().to_string().contains("set `seed`")
        );
    }
}
