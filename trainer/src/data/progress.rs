//! Shows that reading goes on, where it takes longer than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal as _;

/// A bar over the bytes of all files, on standard error; nothing where that is no terminal.
#[derive(Debug)]
pub(super) struct Reading {
    bar: ProgressBar,
    /// Bytes of the files that were read, and of the one that is being read.
    done: Cell<u64>,
    file: Cell<u64>,
}

impl Reading {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: u64) -> Self {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::with_draw_target(Some(bytes), ProgressDrawTarget::stderr_with_hz(1)),
            false => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("reading {bytes}/{total_bytes} {bar:30} {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, done: Cell::new(0), file: Cell::new(0) }
    }

    /// A file of so many bytes begins, compressed or not; the one before is read.
    pub(super) fn file(&self, bytes: u64) {
        self.done.set(self.done.get() + self.file.replace(bytes));
        self.bar.set_position(self.done.get());
    }

    /// So much of the file that is being read is done, 0 to 1.
    pub(super) fn within(&self, share: f64) {
        self.bar.set_position(self.done.get() + (share * self.file.get() as f64) as u64);
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
