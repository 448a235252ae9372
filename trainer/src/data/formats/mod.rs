//! Binary formats of recordings.

mod npy;
mod raw;
mod wav;
mod zip;

pub(super) use npy::{read as read_npy, read_file as read_npy_file};
pub(super) use raw::read as read_raw;
pub(super) use wav::read as read_wav;
pub(super) use zip::read as read_npz;
