//! How large a network may be: what trains and quantizes on a workstation, beyond every microcontroller.

use crate::error::ArchitectureError;
use crate::graph::Limits;
use crate::spec::Layer;

/// Most layers of a network.
const LAYERS: usize = 64;

/// What a network has cost so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    layers: usize,
    parameters: u128,
    values: u128,
    work: u128,
}

impl Cost {
    /// Adds a layer between two shapes.
    ///
    /// # Errors
    /// [`ArchitectureError::TooLarge`] where it is more than the integer network may have.
    pub(super) fn add(
        &mut self,
        network: &str,
        layer: &Layer,
        input: [usize; 3],
        output: [usize; 3],
    ) -> Result<(), ArchitectureError> {
        let limits = Limits::default();
        self.layers += 1;
        self.parameters += layer.parameters() as u128;
        self.values = self.values.saturating_add(count(output));
        self.work = self.work.saturating_add(work(layer, input, output));
        let bytes = self.parameters.saturating_add(self.values);
        let too_large = |what: String, most: u128, remedy| {
            Err(ArchitectureError::TooLarge { network: network.into(), number: self.layers, what, most, remedy })
        };
        if self.layers > LAYERS {
            return too_large(format!("{} layers", self.layers), LAYERS as u128, "use fewer layers");
        }
        if bytes > u128::from(limits.bytes) {
            let what = format!("{} parameters and {} values in its maps together", self.parameters, self.values);
            return too_large(
                what,
                limits.bytes.into(),
                "use fewer channels, a smaller hidden layer or a shorter window",
            );
        }
        if self.work > u128::from(limits.work) {
            let what = format!("{} multiplications a window", self.work);
            return too_large(
                what,
                limits.work.into(),
                "use fewer channels, shorter kernels, more pooling or a shorter window",
            );
        }
        Ok(())
    }
}

fn count(shape: [usize; 3]) -> u128 {
    shape.iter().fold(1_u128, |all, extent| all.saturating_mul(*extent as u128))
}

/// Multiplications of a layer, or the values that it makes.
fn work(layer: &Layer, input: [usize; 3], output: [usize; 3]) -> u128 {
    let weights = layer
        .weight_shapes(false)
        .map_or(0, |shapes| shapes.weight.iter().fold(1_u128, |all, extent| all.saturating_mul(*extent as u128)));
    let positions = |shape: [usize; 3]| (shape[1] as u128).saturating_mul(shape[2] as u128);
    let times = match layer {
        Layer::Conv(_) => positions(output),
        Layer::ConvTranspose(_) => positions(input),
        _ => 1,
    };
    weights.saturating_mul(times).max(count(output))
}
