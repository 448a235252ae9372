//! Where a layer of a list stands.

/// What the layers in front have made, and what the network is for. Shapes are `[channels, height, width]`.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Shape in front of the layer.
    pub(super) shape: [usize; 3],
    /// Whether the data are signals: height 1.
    pub(super) one_dimensional: bool,
    /// Shape of the network's input.
    pub(super) input: [usize; 3],
    /// The network's key `latent`.
    pub(super) latent: Option<usize>,
    /// Shape in front of the last `flatten`.
    pub(super) flattened: Option<[usize; 3]>,
}
