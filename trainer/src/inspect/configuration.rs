//! An inspection as a commented configuration.

use super::Inspection;
use super::text::{short, text};
use crate::error::{Error, Result};
use toml::{Table, Value};

/// The configuration that trains on the recording as recommended. `data` is the table `[data]` that says how the recording is
/// read.
///
/// # Errors
/// [`Error::Encode`] for values that are no TOML.
pub fn configuration(found: &Inspection, data: &Table) -> Result<String> {
    let r = &found.recommendation;
    let mut out = String::from("# A configuration for `picoae train --config`. What `picoae inspect` found:\n#\n");
    for line in text(found).lines() {
        out += &format!("# {line}").trim_end().replace('\r', " ");
        out.push('\n');
    }
    out += "\n# The network: a preset's name.\nmodel = \"timeseries\"\n\n[data]\n";
    let mut data = data.clone();
    data.insert("source".into(), Value::String("recording".into()));
    let rows = i64::try_from(r.window).map_err(|e| Error::encode("window", e))?;
    data.insert("window".into(), Value::Integer(rows));
    let hop = i64::try_from(r.hop).map_err(|e| Error::encode("hop", e))?;
    data.insert("hop".into(), Value::Integer(hop));
    if !data.contains_key("channels") && !r.channels.is_empty() && found.channels.len() > 1 {
        data.insert("channels".into(), Value::Array(r.channels.iter().cloned().map(Value::String).collect()));
    }
    let comment = |key: &str| match key {
        "files" => "Files, folders or patterns; relative to where picoae is run.".into(),
        "window" => format!("Samples of a window: {}.", r.why),
        "hop" => "Samples from the start of one window to the start of the next.".into(),
        "channels" => "In the order that the device gives them.".into(),
        "rate" => "Samples a second.".into(),
        _ => String::new(),
    };
    let (tables, plain): (Table, Table) = data.into_iter().partition(|(_, value)| value.is_table());
    for (key, value) in &plain {
        if !comment(key).is_empty() {
            out += &format!("# {}\n", comment(key));
        }
        out += &format!("{key} = {value}\n");
    }
    for (key, table) in &tables {
        let inner = toml::to_string(table).map_err(|e| Error::encode("configuration", e))?;
        out += &format!("\n[data.{key}]\n{inner}");
    }
    out += &format!(
        "\n[data.split]\n# Parts of the windows to validate on (the limits rest on these) and to test with, by time.\n\
         validation = 0.15\ntest = 0.15\n\n[threshold]\n# Share of normal windows that may be called abnormal; {} windows verify a \
         rate of false alarms down to {} %.\nfalse_alarms = 0.01\n",
        r.validation_windows,
        short(100.0 * r.verifiable_rate)
    );
    Ok(out)
}
