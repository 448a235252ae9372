//! A user's images: PNG pictures, or IDX files of many.

use super::files::{self, InputFile};
use super::format::FormatConfig;
use super::idx::Idx;
use super::labels::{LabelConfig, LabelSource};
use super::{Content, Samples, gzip, png};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Images by what they are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Images {
    /// Normal ones.
    pub normal: Samples,
    /// Others, by kind.
    pub kinds: Vec<(String, Samples)>,
}

/// Reads images of shape `[1, height, width]`, values 0 to 1: a PNG picture, or an IDX file (compressed by gzip or not). The
/// content decides, not the name.
///
/// # Errors
/// [`Error::Io`], or [`Error::File`] saying what was found and expected.
pub fn read(path: impl AsRef<Path>, shape: [usize; 3]) -> Result<Samples> {
    let path = path.as_ref();
    if shape[0] != 1 {
        return Err(Error::invalid(format!(
            "the model takes inputs of shape {shape:?}, expected one channel for images"
        )));
    }
    let samples = decode(path, &gzip::read(path, gzip::LIMIT)?)?;
    check_size(path, samples.shape, shape)?;
    Ok(samples)
}

fn check_size(path: &Path, [_, found_height, found_width]: [usize; 3], shape: [usize; 3]) -> Result<()> {
    let [_, height, width] = shape;
    if [found_height, found_width] == [height, width] {
        return Ok(());
    }
    let message = format!("images of {found_width}×{found_height} pixels, expected {width}×{height}");
    Err(Error::file(path, message))
}

/// The images of a file's content.
fn decode(path: &Path, bytes: &[u8]) -> Result<Samples> {
    match Content::of(bytes) {
        Content::Png => png::decode(path, bytes),
        Content::Idx => Idx::parse(bytes).map_err(|e| Error::format(path, e))?.images(path),
        _ => Err(Error::file(path, "neither a PNG picture nor an IDX file, expected one of them")),
    }
}

/// Reads the images of files, folders and patterns, all of one size, by kinds where the names of folders say them.
///
/// # Errors
/// As [`read`]; [`Error::Setting`] for labels in columns or intervals.
pub fn find(names: &[PathBuf], labels: &LabelConfig, format: &FormatConfig) -> Result<Images> {
    let by_folder = match labels.from {
        LabelSource::Folders => true,
        LabelSource::Auto | LabelSource::None => false,
        _ => {
            let expected = "\"folders\" or nothing: images have neither columns nor intervals";
            return Err(Error::setting("data.labels.from", "set", expected));
        }
    };
    let inputs = files::find(names)?;
    let mut all = Images::default();
    let folder = |input: &InputFile| input.folder.clone().unwrap_or_default();
    if by_folder && !inputs.iter().any(|input| labels.is_normal(&folder(input))) {
        let message =
            format!("{:?} as a folder's name; which of them is normal? --normal NAME says it", folder(&inputs[0]));
        return Err(Error::file(&inputs[0].path, message));
    }
    let mut shape = None;
    for input in &inputs {
        let found = decode(&input.path, &input.bytes(format.most_bytes())?)?;
        check_size(&input.path, found.shape, *shape.get_or_insert(found.shape))?;
        let name = folder(input);
        let set = if !by_folder || labels.is_normal(&name) {
            &mut all.normal
        } else {
            let known = all.kinds.iter().position(|(kind, _)| *kind == name);
            let known = known.unwrap_or_else(|| {
                all.kinds.push((name, Samples::default()));
                all.kinds.len() - 1
            });
            &mut all.kinds[known].1
        };
        set.shape = found.shape;
        set.values.extend(found.values);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::idx::Idx;

    #[test]
    fn content_decides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images");
        let error = |path: &Path| read(path, [1, 2, 2]).unwrap_err().to_string();
        assert!(error(&path).contains("images: "));
        std::fs::write(&path, "hello").unwrap();
        assert!(error(&path).ends_with("images: neither a PNG picture nor an IDX file, expected one of them"));
        std::fs::write(&path, png::SIGNATURE).unwrap();
        assert!(error(&path).contains("images: no readable PNG picture"));
        Idx { dims: vec![2, 2, 3], values: vec![0; 12] }.write(&path).unwrap();
        assert!(error(&path).ends_with("images: images of 3×2 pixels, expected 2×2"));
        Idx { dims: vec![1, 2, 2], values: vec![0, 51, 255, 0] }.write(&path).unwrap();
        assert_eq!(read(&path, [1, 2, 2]).unwrap().values, [0.0, 0.2, 1.0, 0.0]);
        assert!(read(&path, [3, 2, 2]).is_err());
    }

    #[test]
    fn folders_say_the_kind() {
        let folder = tempfile::tempdir().unwrap();
        let f = folder.path();
        for (name, value) in [("good/a", 0), ("good/b", 51), ("bad/a", 255)] {
            Idx { dims: vec![2, 1, 2], values: vec![value; 4] }.write(f.join(name)).unwrap();
        }
        let names = [f.to_path_buf()];
        let format = FormatConfig::default();
        let plain = find(&names, &LabelConfig::default(), &format).unwrap();
        assert_eq!((plain.normal.len(), plain.kinds.len()), (6, 0));
        let labels = LabelConfig { from: LabelSource::Folders, normal: vec!["good".into()], ..LabelConfig::default() };
        let by_kind = find(&names, &labels, &format).unwrap();
        assert_eq!((by_kind.normal.len(), by_kind.kinds[0].0.as_str(), by_kind.kinds[0].1.len()), (4, "bad", 2));
        let open = LabelConfig { from: LabelSource::Folders, ..LabelConfig::default() };
        assert!(find(&names, &open, &format).unwrap_err().to_string().contains("--normal"));
        Idx { dims: vec![1, 1, 3], values: vec![0; 3] }.write(f.join("bad/c")).unwrap();
        assert!(find(&names, &labels, &format).unwrap_err().to_string().contains("3×1 pixels, expected 2×1"));
    }
}
