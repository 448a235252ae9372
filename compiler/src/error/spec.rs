//! Why a description of a network is refused, one variant a cause.

/// Why a description of a network is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ArchitectureError {
    /// A layer does not fit its input.
    #[error("{network}: layer {number} ({layer}) on an input of {}: {fault}", shape(input))]
    Layer {
        /// Name of the network.
        network: String,
        /// Its number, from 1, the encoder's first.
        number: usize,
        /// `encoder.0` and so on.
        layer: String,
        /// Shape in front of it, `[channels, height, width]`.
        input: [usize; 3],
        /// What does not fit.
        fault: Box<SpecFault>,
    },
    /// It is no autoencoder.
    #[error("{network}: the reconstruction has {} but the input {}; {remedy}", shape(output), shape(input))]
    NotItsInput {
        /// Name of the network.
        network: String,
        /// Shape of the reconstruction.
        output: [usize; 3],
        /// Shape of the input.
        input: [usize; 3],
        /// What to change.
        remedy: String,
    },
    /// A key of the table `[network]` is missing or has a value that makes no sense.
    #[error("{network}: {key} is {value}, expected {expected}")]
    Key {
        /// Name of the network.
        network: String,
        /// The key.
        key: String,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
    /// A key that says nothing where it stands.
    #[error("{network}: {key} has no effect in {form}; leave it out")]
    NoEffect {
        /// Name of the network.
        network: String,
        /// The key.
        key: String,
        /// How the network is written.
        form: &'static str,
    },
    /// Keys of two ways to write a network.
    #[error("{network}: network.{} and network.{} are two different ways to write a network; keep one", keys[0], keys[1])]
    TwoForms {
        /// Name of the network.
        network: String,
        /// A key of each.
        keys: [&'static str; 2],
    },
    /// More than a workstation can train and quantize.
    #[error("{network}: with layer {number} it has {what}, but {most} are the most; {remedy}")]
    TooLarge {
        /// Name of the network.
        network: String,
        /// The layer that is too much, from 1.
        number: usize,
        /// What there is too much of.
        what: String,
        /// How much there may be.
        most: u128,
        /// What to change.
        remedy: &'static str,
    },
    /// A one-dimensional network has maps of several rows.
    #[error("{0}: a one-dimensional network has a layer of height above 1")]
    Height(String),
}

/// A shape in words.
fn shape([channels, height, width]: &[usize; 3]) -> String {
    let channels = format!("{channels} channel{}", if *channels == 1 { "" } else { "s" });
    match height {
        1 => format!("{channels} × {width}"),
        _ => format!("{channels} × {height} × {width}"),
    }
}

/// What about a layer does not fit its input.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecFault {
    /// A key of it.
    #[error("{key} is {value}, expected {expected}")]
    Key {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: String,
    },
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
    #[error("{groups} groups do not divide {input} input and {output} output channels; use a number that divides both")]
    Groups {
        /// Groups.
        groups: usize,
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
    },
    /// A kernel is larger than its input.
    #[error(
        "a {}×{} kernel spans {span} positions of an axis that has {padded} with its padding; use a shorter kernel, more \
         padding or less pooling in front of it",
        kernel[0], kernel[1]
    )]
    Kernel {
        /// Kernel extents.
        kernel: [usize; 2],
        /// Positions from its first to its last tap.
        span: usize,
        /// Positions that there are.
        padded: usize,
    },
    /// A pooling window is larger than its input.
    #[error(
        "a {}×{} pooling window is larger than its {}×{} input; pool less or take a longer window of samples",
        kernel[0], kernel[1], input[0], input[1]
    )]
    Window {
        /// Extents of the window.
        kernel: [usize; 2],
        /// Height and width of the input.
        input: [usize; 2],
    },
    /// A transposed convolution's padding leaves nothing.
    #[error("a padding of {padding} cuts away all {full} positions of an axis; use a smaller padding")]
    Cut {
        /// What is cut off each side.
        padding: usize,
        /// Positions before that.
        full: usize,
    },
    /// A reshape changes the number of values.
    #[error(
        "its values do not make {} ({} and {} values); use a shape of as many values",
        shape(output),
        product(input),
        product(output)
    )]
    Reshape {
        /// Shape in front.
        input: [usize; 3],
        /// Shape behind.
        output: [usize; 3],
    },
    /// A trim keeps nothing or more than there is.
    #[error(
        "cannot trim {}×{} to {}×{}: there is nothing to keep or not so much; upsample more or trim to less",
        input[0], input[1], size[0], size[1]
    )]
    Trim {
        /// Height and width of the input.
        input: [usize; 2],
        /// What is to be kept.
        size: [usize; 2],
    },
}

/// Values of a shape, for a message.
fn product(shape: &[usize; 3]) -> String {
    let values = shape.iter().try_fold(1_usize, |all, extent| all.checked_mul(*extent));
    values.map_or_else(|| "uncountably many".into(), |values| values.to_string())
}
