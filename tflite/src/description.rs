//! What a model of ours says of its network in its metadata.

use serde::{Deserialize, Serialize};

/// The entry of the metadata that a network's description stands in.
pub(crate) const METADATA: &str = "picoae";

/// What a model cannot say of a network otherwise.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    /// The network's name.
    pub(crate) name: String,
    /// The layer that makes the latent.
    pub(crate) latent: String,
}
