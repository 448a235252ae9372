//! The table `[network]`.

use super::activation::Activation;
use super::layer::LayerConfig;
use super::numbers::Numbers;
use serde::{Deserialize, Serialize};

/// How a convolutional step makes its map shorter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The largest of neighbours.
    #[default]
    Max,
    /// Their mean.
    Average,
    /// By the convolution's stride.
    Stride,
}

/// How its mirror makes a map longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Up {
    /// Nearest upsampling and a convolution.
    #[default]
    Upsample,
    /// A transposed convolution.
    Transpose,
}

/// What lies between encoder and decoder of a convolutional autoencoder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bottleneck {
    /// A convolution to `latent` channels at every position.
    #[default]
    Conv,
    /// A dense layer to `latent` values in all, and one back.
    Dense,
}

/// Which form a network is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A list of layers: `encoder`, `decoder`.
    List,
    /// A convolutional autoencoder: `channels`.
    Convolutional,
    /// A dense one: `hidden`.
    Dense,
    /// A linear one of blocks: `block`.
    Block,
}

impl Form {
    /// The keys that tell one form from another.
    pub const KEYS: [(&'static str, Self); 5] = [
        ("encoder", Self::List),
        ("decoder", Self::List),
        ("channels", Self::Convolutional),
        ("hidden", Self::Dense),
        ("block", Self::Block),
    ];
}

/// A network as it is written; `docs/networks.md` explains every key. Its input's shape comes from the data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Name in messages and files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Steps of a convolutional autoencoder: the channels behind each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<usize>>,
    /// Kernel of every step, or a list of one each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kernel: Option<Numbers>,
    /// By how much every step makes its map shorter, or a list of one each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<Numbers>,
    /// How it does so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pooling: Option<Pooling>,
    /// Kernel of the convolution to the latent map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent_kernel: Option<Numbers>,
    /// Kernel of each step's mirror; `kernel` where it is missing. In the steps' order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder_kernel: Option<Numbers>,
    /// How the mirror makes its map longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Up>,
    /// Whether the latent is a map or a few values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bottleneck: Option<Bottleneck>,
    /// Values of the layers of a dense autoencoder between input and latent; none make it linear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Vec<usize>>,
    /// Extent of a block of the linear autoencoder; 0 is one that a signal's window has a whole number of, at most 250 long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<Numbers>,
    /// Size of the latent: channels of a map, values of a dense bottleneck, values a block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent: Option<usize>,
    /// Behind every layer between input and latent, and back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
    /// Behind the latent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latent_activation: Option<Activation>,
    /// Behind the reconstruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_activation: Option<Activation>,
    /// Layers from the input to the latent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<Vec<LayerConfig>>,
    /// Layers from the latent to the reconstruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decoder: Option<Vec<LayerConfig>>,
}
