//! Text files of numbers as people have them. [`dialect`] finds out how a file is written, [`columns`] what each column is,
//! [`read`](mod@read) reads it.

mod columns;
mod dialect;
mod doubts;
mod fields;
mod marks;
mod read;
#[cfg(test)]
mod tests;
mod times;
mod wanted;

pub use marks::read_marks;
pub(super) use marks::{At, Interval, read_intervals};
pub(super) use read::read;
pub(super) use wanted::Wanted;
