//! A language of networks: what a person writes in TOML, and the [`Architecture`](super::Architecture) that it means for a shape
//! of input.
//!
//! A network is a list of layers ([`LayerConfig`]) or one of three short forms: a convolutional autoencoder (`channels`), a dense
//! one (`hidden`) or a linear one of blocks (`block`). Whatever follows from the layer in front, such as a number of input
//! channels, is not written. `docs/networks.md` is the reference.

mod activation;
mod block;
mod config;
mod convolutional;
mod dense;
mod fit_length;
mod layer;
pub mod layers;
mod limits;
mod list;
mod meaning;
mod named;
mod numbers;
mod place;
mod remedy;
mod size;
mod stack;

pub use activation::Activation;
pub use config::{Bottleneck, Form, NetworkConfig, Pooling, Up};
pub use layer::LayerConfig;
pub use named::NAMES;
pub use numbers::Numbers;
pub use size::Size;
