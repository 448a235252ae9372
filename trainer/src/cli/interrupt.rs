//! Ctrl-C: training stops after its step; everything else ends at once, which leaves a run as it was.

use super::output::note;
use crate::error::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a shell expects of a program that Ctrl-C ended.
const ENDED: i32 = 130;

/// What is known of Ctrl-C.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    training: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens.
    ///
    /// # Errors
    /// [`Error::Interrupt`].
    pub(super) fn listen() -> Result<Self> {
        let this = Self::default();
        let heard = this.clone();
        ctrlc::set_handler(move || {
            if !heard.training.load(Ordering::SeqCst) || heard.stop.swap(true, Ordering::SeqCst) {
                std::process::exit(ENDED);
            }
            note!("stopping after this step; once more to stop at once");
        })
        .map_err(Error::Interrupt)?;
        Ok(this)
    }

    /// Training is under way: Ctrl-C sets the flag that it looks at.
    pub(super) fn training(&self) -> &AtomicBool {
        self.training.store(true, Ordering::SeqCst);
        &self.stop
    }

    /// Training is over.
    pub(super) fn training_over(&self) {
        self.training.store(false, Ordering::SeqCst);
    }
}
