//! What a device is compared with: raw samples as it takes them, and the verdicts that must come of them.

use crate::data::Windows;
use crate::error::{Error, Result};
use crate::pipeline::device_words;
use picoae::{Alarm, Model, Score, Verdict};
use picoae_compiler::export;
use picoae_compiler::files::write_atomic;
use std::path::{Path, PathBuf};

/// Bytes of samples that an emulator is given at most: some hours of its time.
const MOST: usize = 256 << 20;

/// `samples.raw` and `verdicts.bin`, written at the end.
pub(super) struct DeviceFiles {
    folder: PathBuf,
    samples: Vec<u8>,
    verdicts: Vec<u8>,
    alarm: Alarm,
}

impl DeviceFiles {
    /// For a folder.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the samples are too many for a device that is emulated.
    pub(super) fn new(folder: &Path, windows: &Windows) -> Result<Self> {
        let bytes = windows.len().saturating_mul(windows.sample_len()).saturating_mul(4);
        if bytes > MOST {
            return Err(Error::invalid(format!(
                "--device-files: {} windows of {} samples are too many for an emulated device; give it a shorter recording",
                windows.len(),
                windows.sample_len()
            )));
        }
        Ok(Self {
            folder: folder.to_path_buf(),
            samples: Vec::with_capacity(bytes),
            verdicts: Vec::new(),
            alarm: Alarm::NONE,
        })
    }

    /// Adds a window.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the model takes counts and a value is none.
    pub(super) fn add(&mut self, model: &Model<'_>, windows: &Windows, window: usize, score: &Score) -> Result<()> {
        let verdict = model.verdict(*score);
        let alarm = self.alarm.next(&model.header().alarm, verdict.is_anomaly());
        self.samples.extend(device_words(windows, window, model)?);
        self.verdicts.extend(export::verdict(&Verdict { alarm, ..verdict }));
        Ok(())
    }

    /// Writes both files.
    ///
    /// # Errors
    /// [`Error::Compiler`] with the path.
    pub(super) fn write(self) -> Result<()> {
        write_atomic(self.folder.join("samples.raw"), self.samples)?;
        Ok(write_atomic(self.folder.join("verdicts.bin"), self.verdicts)?)
    }
}
