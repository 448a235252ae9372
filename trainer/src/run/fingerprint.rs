//! Which samples a run was trained on, to tell a recording that has changed since.

use crate::config::{RunConfig, Source};
use crate::data::mnist::FILES;
use crate::data::{self, Windows};
use crate::error::{Error, Result};
use crate::pipeline::Prepared;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// Most values that are hashed. Of more, every so many-th sample is.
const VALUES: usize = 1 << 26;

/// The samples of a training: how many, a hash of their values, and the files that they came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// Samples to train on.
    pub train: usize,
    /// Samples to validate on.
    pub validation: usize,
    /// Normal samples to test with.
    pub test: usize,
    /// Abnormal samples to test with.
    pub abnormal: usize,
    /// SHA-256 of how samples were normalized and of the samples as the network takes them, in lower-case hexadecimal.
    pub sha256: String,
    /// The files, for messages.
    pub files: Vec<SourceFile>,
}

/// A file that samples came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// As the configuration names it.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
}

impl Fingerprint {
    /// Of samples that were prepared as `config` says.
    pub fn of(config: &RunConfig, prepared: &Prepared) -> Self {
        let mut hash = Sha256::new();
        // A recording in another unit gives the same values to the network, by another normalization.
        for channel in &prepared.normalizer.channels {
            [channel.mean, channel.std].iter().for_each(|v| hash.update((v + 0.0).to_le_bytes()));
        }
        hash.update([prepared.normalizer.encoding as u8]);
        [&prepared.train, &prepared.validation, &prepared.test].iter().for_each(|set| add(&mut hash, set));
        for (name, set) in prepared.abnormal() {
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name);
            add(&mut hash, set);
        }
        let files = source_files(config).into_iter().filter_map(|path| {
            let bytes = std::fs::metadata(&path).ok()?.len();
            Some(SourceFile { path, bytes })
        });
        Self {
            train: prepared.train.len(),
            validation: prepared.validation.len(),
            test: prepared.test.len(),
            abnormal: prepared.abnormal().iter().map(|(_, set)| set.len()).sum(),
            sha256: super::manifest::hex(&hash.finalize()),
            files: files.collect(),
        }
    }

    /// What is different in samples that were prepared `now`, in words; `None` for the same samples, wherever their files lie.
    pub fn difference(&self, now: &Self) -> Option<String> {
        let counts = |f: &Self| [f.train, f.validation, f.test, f.abnormal];
        if counts(self) == counts(now) && self.sha256 == now.sha256 {
            return None;
        }
        for (was, is) in self.files.iter().zip(&now.files) {
            if was.bytes != is.bytes {
                let path = is.path.display();
                return Some(format!("{path} has changed since training ({} bytes then, {} now)", was.bytes, is.bytes));
            }
        }
        if counts(self) != counts(now) {
            let [was, is] = [self, now].map(|f| {
                format!("{} to train, {} to validate, {} + {} to test", f.train, f.validation, f.test, f.abnormal)
            });
            return Some(format!("the samples have changed since training ({was} then, {is} now)"));
        }
        Some(match &now.files[..] {
            [] => "the samples have changed since training (as many, with other values)".into(),
            [one] => format!("{} has changed since training (as many bytes, with other values)", one.path.display()),
            [first, ..] => {
                let count = now.files.len();
                format!(
                    "the values in {} and the other {} files have changed since training",
                    first.path.display(),
                    count - 1
                )
            }
        })
    }

    /// Refuses samples that have changed.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming what has changed and what can be done.
    pub fn check(&self, now: &Self) -> Result<()> {
        match self.difference(now) {
            Some(what) => {
                Err(Error::invalid(format!("{what}; restore the recording, or train again with --overwrite")))
            }
            None => Ok(()),
        }
    }
}

/// Hashes shape, number, labels and values.
fn add(hash: &mut Sha256, set: &Windows) {
    let n = set.sample_len().max(1);
    set.shape().iter().chain([&set.len()]).for_each(|v| hash.update((*v as u64).to_le_bytes()));
    hash.update((set.labels().len() as u64).to_le_bytes());
    hash.update(set.labels());
    let step = set.len().saturating_mul(n).div_ceil(VALUES).max(1);
    let (mut values, mut bytes) = (Vec::with_capacity(n), Vec::with_capacity(4 * n));
    for i in (0..set.len()).step_by(step) {
        values.clear();
        bytes.clear();
        set.gather(i, &mut values);
        // −0 and 0 are one value to every network.
        bytes.extend(values.iter().flat_map(|v| (v + 0.0).to_le_bytes()));
        hash.update(&bytes);
    }
}

/// The files that a configuration's samples come from.
fn source_files(config: &RunConfig) -> Vec<PathBuf> {
    match config.data.source {
        Source::Signals => Vec::new(),
        Source::Recording | Source::Images => {
            let found = data::find_files(&config.data.files).unwrap_or_default();
            found.into_iter().map(|file| file.path).collect()
        }
        Source::Mnist => FILES.iter().map(|file| config.data.mnist.folder.join(file.name)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;

    fn prepared(values: &[f32]) -> Prepared {
        let set = |values: &[f32]| Windows::from(Samples { shape: [1, 1, 2], values: values.to_vec(), labels: vec![] });
        Prepared {
            train: set(values),
            validation: set(&[1.0, 2.0]),
            test: set(&[]),
            kinds: vec![("spike".into(), set(&[9.0, 9.0]))],
            ..Prepared::default()
        }
    }

    #[test]
    fn one_value_is_enough_to_tell_and_counts_are_named() {
        let config = RunConfig::default();
        let of = |values: &[f32]| Fingerprint::of(&config, &prepared(values));
        let was = of(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!(was.difference(&of(&[1.0, 2.0, 3.0, 4.0])), None);
        assert!(was.difference(&of(&[1.0, 2.0, 3.0, 4.0000005])).unwrap().contains("other values"));
        let fewer = was.check(&of(&[1.0, 2.0])).unwrap_err();
        assert!(fewer.to_string().contains("1 to train") && fewer.to_string().contains("--overwrite"), "{fewer}");
        assert_eq!(fewer.exit_code(), 2);
        let mut moved = prepared(&[1.0, 2.0, 3.0, 4.0]);
        (moved.test, moved.kinds[0].1) = (moved.kinds[0].1.clone(), moved.test.clone());
        assert!(was.difference(&Fingerprint::of(&config, &moved)).is_some());
    }
}
