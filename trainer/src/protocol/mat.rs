//! A variable of a MATLAB file (level 5, compressed or not), by the crate `matfile`.

use crate::error::{Error, Result};
use matfile::{Array, MatFile, NumericData};
use std::path::Path;

/// The real numbers of the variable whose name ends in `ending`. Of several it is the one whose number is that of the
/// file's name, as in `X097_DE_time` of `97.mat`: some files hold the variables of others too.
///
/// # Errors
/// [`Error::File`] for a file of another format, and for one without such a variable or with several; values that are no numbers.
pub(super) fn variable(path: &Path, bytes: &[u8], ending: &str) -> Result<Vec<f32>> {
    // What comes with the error is a number of the parser's own.
    let file =
        MatFile::parse(bytes).map_err(|_| Error::file(path, "no MATLAB file that can be read, expected level 5"))?;
    let named: Vec<&Array> = file.arrays().iter().filter(|a| a.name().ends_with(ending)).collect();
    let names = |arrays: &[&Array]| arrays.iter().map(|a| a.name().to_owned()).collect::<Vec<_>>().join(", ");
    let array = match named[..] {
        [array] => array,
        [] => {
            let found = names(&file.arrays().iter().collect::<Vec<_>>());
            let message = format!("no variable whose name ends in {ending}, expected one besides {found}");
            return Err(Error::file(path, if found.is_empty() { "no variable of numbers".into() } else { message }));
        }
        _ => {
            let own = path.file_stem().and_then(|s| number(&s.to_string_lossy()));
            let of_file: Vec<&Array> =
                named.iter().copied().filter(|a| own.is_some() && number(a.name()) == own).collect();
            let [array] = of_file[..] else {
                let message = format!(
                    "the variables {} end in {ending}, expected one, or one with the file's number",
                    names(&named)
                );
                return Err(Error::file(path, message));
            };
            array
        }
    };
    let values = reals(array.data());
    if values.is_empty() || values.len() != array.size().iter().product::<usize>() {
        let message = format!("{} has {} values, expected {:?}", array.name(), values.len(), array.size());
        return Err(Error::file(path, message));
    }
    if let Some(at) = values.iter().position(|v| !v.is_finite()) {
        return Err(Error::file(path, format!("{} is {} at {at}, expected a number", array.name(), values[at])));
    }
    Ok(values)
}

/// The first number in a name.
fn number(name: &str) -> Option<u32> {
    let from = name.find(|c: char| c.is_ascii_digit())?;
    let digits = &name[from..];
    digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse().ok()
}

fn reals(data: &NumericData) -> Vec<f32> {
    match data {
        NumericData::Double { real, .. } => real.iter().map(|v| *v as f32).collect(),
        NumericData::Single { real, .. } => real.clone(),
        NumericData::Int8 { real, .. } => real.iter().map(|v| f32::from(*v)).collect(),
        NumericData::UInt8 { real, .. } => real.iter().map(|v| f32::from(*v)).collect(),
        NumericData::Int16 { real, .. } => real.iter().map(|v| f32::from(*v)).collect(),
        NumericData::UInt16 { real, .. } => real.iter().map(|v| f32::from(*v)).collect(),
        NumericData::Int32 { real, .. } => real.iter().map(|v| *v as f32).collect(),
        NumericData::UInt32 { real, .. } => real.iter().map(|v| *v as f32).collect(),
        NumericData::Int64 { real, .. } => real.iter().map(|v| *v as f32).collect(),
        NumericData::UInt64 { real, .. } => real.iter().map(|v| *v as f32).collect(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A MATLAB file of columns of doubles: the header of 128 bytes, then a matrix each of flags, dimensions, name and
    /// values.
    pub(in super::super) fn mat(columns: &[(&str, &[f64])]) -> Vec<u8> {
        let element = |kind: u32, bytes: &[u8]| {
            let mut out = [kind.to_le_bytes(), (bytes.len() as u32).to_le_bytes()].concat();
            out.extend_from_slice(bytes);
            out.resize(out.len().next_multiple_of(8), 0);
            out
        };
        let mut out = vec![b' '; 124];
        out.extend_from_slice(&[0, 1, b'I', b'M']);
        for (name, values) in columns {
            let double = [6u32.to_le_bytes(), [0; 4]].concat();
            let size = [(values.len() as u32).to_le_bytes(), 1u32.to_le_bytes()].concat();
            let values: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
            let parts = [element(6, &double), element(5, &size), element(1, name.as_bytes()), element(9, &values)];
            out.extend(element(14, &parts.concat()));
        }
        out
    }

    #[test]
    fn the_variable_is_found_by_its_ending() {
        let bytes = mat(&[("X097_FE_time", &[9.0]), ("X097_DE_time", &[1.0, -2.5]), ("X097RPM", &[1796.0])]);
        assert_eq!(variable(Path::new("97.mat"), &bytes, "DE_time").unwrap(), [1.0, -2.5]);
        let two = mat(&[("X098_DE_time", &[1.0]), ("X099_DE_time", &[2.0])]);
        assert_eq!(variable(Path::new("99.mat"), &two, "DE_time").unwrap(), [2.0]);
        let message = |bytes: &[u8]| variable(Path::new("a.mat"), bytes, "DE_time").unwrap_err().to_string();
        assert!(message(&two).starts_with("a.mat: the variables X098_DE_time, X099_DE_time end in DE_time"));
        let other = message(&mat(&[("X1", &[1.0])]));
        assert_eq!(other, "a.mat: no variable whose name ends in DE_time, expected one besides X1");
        assert!(message(&mat(&[("X1_DE_time", &[f64::NAN])])).ends_with("is NaN at 0, expected a number"));
    }

    #[test]
    fn compressed_variables_are_read() {
        let plain = mat(&[("X097_DE_time", &[1.0, -2.5])]);
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut packed, &plain[128..]).unwrap();
        let packed = packed.finish().unwrap();
        let (kind, length) = (15u32.to_le_bytes(), (packed.len() as u32).to_le_bytes());
        let bytes = [&plain[..128], &kind, &length, &packed].concat();
        assert_eq!(variable(Path::new("97.mat"), &bytes, "DE_time").unwrap(), [1.0, -2.5]);
    }

    #[test]
    fn damage_is_refused() {
        let good = mat(&[("X097_DE_time", &[1.0, -2.5])]);
        for n in 0..good.len() {
            assert!(variable(Path::new("97.mat"), &good[..n], "DE_time").is_err(), "{n} bytes");
        }
    }
}
