//! MNIST, the handwritten digits of LeCun, Cortes and Burges: 60,000 images to train on and 10,000 to test with, 28×28, with
//! their classes. [`load`](load()) reads and splits them. With the feature `mnist`, `obtain` puts the four files into a
//! folder, whole and checked or not at all.

#[cfg(feature = "mnist")]
mod fetch;
#[cfg(all(test, feature = "mnist"))]
mod fetch_tests;
mod files;
mod load;

#[cfg(feature = "mnist")]
pub use fetch::{Origin, obtain};
pub use files::{Expected, FILES, verify};
pub use load::{Mnist, load, present};
