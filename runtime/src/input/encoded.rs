//! What becomes of a sample.

/// A sample as the network takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoded {
    /// The int8 value.
    pub value: i8,
    /// Whether int8 holds no value for the sample, so that `value` is only the nearest one.
    pub outside: bool,
}
