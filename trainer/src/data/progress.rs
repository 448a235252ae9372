//! How far the reading of several files is.

use crate::progress::Progress;
use std::cell::{Cell, RefCell};

/// A bar over the bytes of all files.
#[derive(Debug)]
pub(super) struct Reading {
    bar: RefCell<Progress>,
    /// Bytes of the files that were read, and of the one that is being read.
    done: Cell<u64>,
    file: Cell<u64>,
}

impl Reading {
    /// Of so many bytes in all.
    pub(super) fn new(bytes: u64) -> Self {
        Self { bar: RefCell::new(Progress::of_bytes("reading", bytes)), done: Cell::new(0), file: Cell::new(0) }
    }

    /// A file of so many bytes begins, compressed or not; the one before is read.
    pub(super) fn file(&self, bytes: u64) {
        self.done.set(self.done.get() + self.file.replace(bytes));
        self.within(0.0);
    }

    /// So much of the file that is being read is done, 0 to 1.
    pub(super) fn within(&self, share: f64) {
        self.bar.borrow_mut().at(self.done.get() + (share * self.file.get() as f64) as u64);
    }
}
