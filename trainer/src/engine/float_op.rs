//! What a step of a compiled network does.

use super::feature_map::FeatureMap;

/// What a op works on: shapes of its maps, its parameters, and how many samples.
pub(crate) struct Io<'a> {
    pub(crate) samples: usize,
    /// Its input and output, and their gradients: the same extents, other halos.
    pub(crate) x: FeatureMap,
    pub(crate) y: FeatureMap,
    pub(crate) dx: FeatureMap,
    pub(crate) dy: FeatureMap,
    /// Its parameters, in its own order.
    pub(crate) parameters: &'a [f32],
    /// What [`FloatOp::prepare`] made of them.
    pub(crate) prepared: &'a [f32],
}

/// What a backward pass reads and writes.
pub(crate) struct Backward<'a> {
    /// Input and output of the forward pass.
    pub(crate) x: &'a [f32],
    pub(crate) y: &'a [f32],
    /// Gradient of the output; may be changed.
    pub(crate) dy: &'a mut [f32],
    /// Where the input's gradient goes, if it is wanted.
    pub(crate) dx: Option<&'a mut [f32]>,
    /// The parameters' gradient, to add to.
    pub(crate) gradient: &'a mut [f32],
    /// Memory for anything.
    pub(crate) scratch: &'a mut [f32],
}

/// A step of a compiled network, forward and backward. Implementations allocate nothing.
pub(crate) trait FloatOp: Send + Sync {
    /// What it is called in a profile.
    fn label(&self) -> &'static str;

    /// FeatureMap behind it.
    fn output(&self) -> FeatureMap;

    /// Positions of zeros it wants in front of and behind its input.
    fn input_halo(&self) -> [usize; 2] {
        [0, 0]
    }

    /// Positions it wants in front of and behind its output's gradient; it makes them zero itself.
    fn gradient_halo(&self) -> [usize; 2] {
        [0, 0]
    }

    /// For each of its parameters the position in the table's flat vector.
    fn parameters(&self) -> Vec<u32> {
        Vec::new()
    }

    /// Values that [`prepare`](Self::prepare) writes.
    fn prepared_len(&self) -> usize {
        0
    }

    /// Writes forms of the parameters that the passes use, once a step.
    fn prepare(&self, _parameters: &[f32], _prepared: &mut [f32]) {}

    /// Values of scratch memory that its passes want for `samples` samples.
    fn scratch_len(&self, _samples: usize) -> usize {
        0
    }

    /// Multiply-accumulates of one sample's forward pass.
    fn macs(&self) -> usize {
        0
    }

    /// Writes the values of `y`; its halo is left alone.
    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], scratch: &mut [f32]);

    /// Adds to `gradient` (that by the parameters) and writes `dx` if it is asked for; `dy` may be destroyed.
    fn backward(&self, io: &Io<'_>, pass: Backward<'_>);
}
