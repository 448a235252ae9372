//! Rates of an instruction set.

use super::class::Class;
use super::features::Features;

/// Instructions for each of the features, by class.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateTable {
    /// The classes that were measured on the instruction set.
    pub(crate) by_class: &'static [(Class, Features)],
}

impl RateTable {
    /// Estimated instructions of what has these features. A kernel of another processor runs in its portable form, which
    /// costs what the portable convolution does.
    pub(crate) fn estimate(&self, class: Class, features: &Features) -> f64 {
        let of = |class: Class| self.by_class.iter().find(|(known, _)| *known == class);
        let rates = of(class).or_else(|| of(Class::PortableConv)).map_or([0.0; _], |(_, rates)| *rates);
        features.iter().zip(rates).map(|(feature, rate)| feature * rate).sum()
    }

    /// As [`RateTable::estimate`], with the rates in `apart` before the table's own.
    pub(crate) fn estimate_with(&self, apart: &'static [(Class, Features)], class: Class, features: &Features) -> f64 {
        let known = apart.iter().any(|(known, _)| *known == class);
        if known { RateTable { by_class: apart }.estimate(class, features) } else { self.estimate(class, features) }
    }
}

/// Rates of `block_dense`, from counts of dense layers of 128 and 640 values in QEMU, apart from those that are fitted: a product, an
/// output, a tile.
pub(crate) mod apart {
    use super::{Class, Features};

    /// With the DSP extension.
    pub(crate) const ARMV7EM: &[(Class, Features)] =
        &[(Class::BlockDense, [1.1875, 11.5, 0.0, 0.0, 294.0, 0.0, 0.0, 0.0])];
    /// ARMv6-M.
    pub(crate) const ARMV6M: &[(Class, Features)] =
        &[(Class::BlockDense, [4.413, 31.1, 0.0, 0.0, 1253.0, 0.0, 0.0, 0.0])];
}
