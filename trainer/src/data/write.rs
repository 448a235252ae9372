//! Windows as CSV.

use super::Samples;
use crate::error::{Error, Result};
use picoae_compiler::files::write_atomic;
use std::path::Path;

/// How [`write_windows`] writes.
#[derive(Debug, Clone, Copy, Default)]
pub struct CsvColumns {
    /// A first line with the columns' names: `x0`, `x1`, …
    pub header: bool,
    /// A first column `label` with the name of the window's set.
    pub label: bool,
}

/// Writes one window a row, the sets one behind the other, each with the name that goes into the label column. Numbers are
/// written with as many digits as bring the same `f32` back.
///
/// # Errors
/// [`Error::Io`] with the path; nothing is left half-written.
pub fn write_windows(path: impl AsRef<Path>, sets: &[(&str, &Samples)], columns: CsvColumns) -> Result<()> {
    let bytes = windows_as_csv(sets, columns).map_err(|e| e.in_file(&path))?;
    Ok(write_atomic(path, bytes)?)
}

/// The text that [`write_windows`] writes.
///
/// # Errors
/// [`Error::Encode`], never for sets of samples.
pub fn windows_as_csv(sets: &[(&str, &Samples)], columns: CsvColumns) -> Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut row = |label: &str, fields: &mut dyn Iterator<Item = String>| {
        let record = columns.label.then(|| label.to_owned()).into_iter().chain(fields);
        out.write_record(record).map_err(|e| Error::encode("CSV", e))
    };
    if let Some((_, first)) = sets.first().filter(|_| columns.header) {
        row("label", &mut (0..first.sample_len()).map(|i| format!("x{i}")))?;
    }
    for (name, samples) in sets {
        samples.iter().try_for_each(|window| row(name, &mut window.iter().map(f32::to_string)))?;
    }
    out.into_inner().map_err(|e| Error::encode("CSV", e.into_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_header_and_labels() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/out.csv");
        let a = Samples { shape: [1, 1, 2], values: vec![1.0, -0.1, 0.0, 3.5e-9], labels: vec![] };
        let b = Samples { shape: [1, 1, 2], values: vec![2.0, 0.25], labels: vec![] };
        write_windows(&path, &[("normal", &a), ("step", &b)], CsvColumns { header: true, label: true }).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text, "label,x0,x1\nnormal,1,-0.1\nnormal,0,0.0000000035\nstep,2,0.25\n");
        write_windows(&path, &[("normal", &a), ("step", &b)], CsvColumns::default()).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "1,-0.1\n0,0.0000000035\n2,0.25\n");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }
}
