//! Why a description of a network is refused, one variant a cause.

/// Why a description of a network is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ArchitectureError {
    /// A layer does not fit its input.
    #[error("{network}: {layer}: {fault}")]
    Layer {
        /// Name of the network.
        network: String,
        /// `encoder.0` and so on.
        layer: String,
        /// What does not fit.
        fault: SpecFault,
    },
    /// It is no autoencoder.
    #[error(
        "{network}: the reconstruction has shape {output:?} but the input {input:?}; an autoencoder must give back its \
         input's shape"
    )]
    NotItsInput {
        /// Name of the network.
        network: String,
        /// Shape of the reconstruction.
        output: [usize; 3],
        /// Shape of the input.
        input: [usize; 3],
    },
    /// A one-dimensional network has maps of several rows.
    #[error("{0}: a one-dimensional network has a layer of height above 1")]
    Height(String),
}

/// What about a layer does not fit its input.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecFault {
    /// Its number of input channels.
    #[error("a layer takes {takes} channels but is given {given}")]
    Channels {
        /// What the layer says.
        takes: usize,
        /// What comes.
        given: usize,
    },
    /// Its number of input values.
    #[error("a linear layer takes {takes} values but is given {given}")]
    Values {
        /// What the layer says.
        takes: usize,
        /// What comes.
        given: usize,
    },
    /// A setting is 0.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// A size that cannot be counted.
    #[error("its sizes multiply to more than can be counted")]
    Overflow,
    /// Channel groups.
    #[error("{groups} groups do not divide {input} input and {output} output channels")]
    Groups {
        /// Groups.
        groups: usize,
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
    },
    /// A kernel is larger than its input.
    #[error("a {}×{} kernel spans {span} positions of an axis that has {padded} with its padding", kernel[0], kernel[1])]
    Kernel {
        /// Kernel extents.
        kernel: [usize; 2],
        /// Positions from its first to its last tap.
        span: usize,
        /// Positions that there are.
        padded: usize,
    },
    /// A pooling window is larger than its input.
    #[error("a {}×{} pooling window is larger than its {}×{} input", kernel[0], kernel[1], input[0], input[1])]
    Window {
        /// Extents of the window.
        kernel: [usize; 2],
        /// Height and width of the input.
        input: [usize; 2],
    },
    /// A transposed convolution's padding leaves nothing.
    #[error("a padding of {padding} cuts away all {full} positions of an axis")]
    Cut {
        /// What is cut off each side.
        padding: usize,
        /// Positions before that.
        full: usize,
    },
    /// A reshape changes the number of values.
    #[error("the values of {input:?} do not make {output:?}")]
    Reshape {
        /// Shape in front.
        input: [usize; 3],
        /// Shape behind.
        output: [usize; 3],
    },
    /// A trim keeps nothing or more than there is.
    #[error("cannot trim {}×{} to {size:?}", input[0], input[1])]
    Trim {
        /// Height and width of the input.
        input: [usize; 2],
        /// What is to be kept.
        size: [usize; 2],
    },
}
