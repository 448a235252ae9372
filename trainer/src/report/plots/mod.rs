//! The kinds of pictures, one a file.

pub(super) mod confusion;
pub(super) mod dots;
pub(super) mod histogram;
pub(super) mod images;
pub(super) mod lines;
pub(super) mod ridges;
pub(super) mod scatter;
pub(super) mod signal;
