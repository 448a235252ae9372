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
}
