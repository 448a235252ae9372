//! Which parts of the score count, and on which side.

use crate::error::{Error, Result};
use picoae::{Part, PartSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// On which side of its usual values a part is abnormal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Too small.
    Below,
    /// Too large.
    Above,
    /// Either.
    Both,
    /// Far below all that is normal: a quarter of the smallest validation score. Such a limit raises no false alarms that would have to be
    /// shared with the others.
    Fence,
}

/// The parts that a model's score has, with the sides that count. The samples outside always count above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, Side>", into = "BTreeMap<String, Side>")]
pub struct PartSides {
    /// Parts that may be too small.
    pub below: PartSet,
    /// Parts that may be too large.
    pub above: PartSet,
    /// Parts that may be far too small.
    pub fence: PartSet,
}

impl PartSides {
    /// Of what a score is made where nothing is said: too much of the error altogether, in its worst stretch, or in the course of the
    /// input; and a stretch that stands still.
    pub fn robust() -> Self {
        Self::from_iter([
            (Part::Total, Side::Above),
            (Part::LargestSegment, Side::Above),
            (Part::Coarse, Side::Above),
            (Part::Flat, Side::Fence),
        ])
    }

    /// Every part of signals, both sides of all but flat: for many normal windows of a known kind. What lacks a component that is always
    /// there is unusually near the middle of all normal windows.
    pub fn sharp() -> Self {
        Self::from_iter([
            (Part::Total, Side::Both),
            (Part::LargestSegment, Side::Both),
            (Part::SmallestSegment, Side::Both),
            (Part::Coarse, Side::Both),
            (Part::Flat, Side::Below),
        ])
    }

    /// The residuals' parts on both sides: for images.
    pub fn residuals() -> Self {
        Part::OF_RESIDUALS.into_iter().map(|part| (part, Side::Both)).collect()
    }

    /// The parts, the samples outside among them.
    pub fn parts(&self) -> PartSet {
        PartSet::from_bits(self.below.bits() | self.above.bits() | self.fence.bits()).with(Part::Outside)
    }

    /// Whether a part counts.
    pub fn uses(&self, part: Part) -> bool {
        self.parts().contains(part)
    }

    /// Without a part.
    #[must_use]
    pub fn without(self, part: Part) -> Self {
        let less = |set: PartSet| PartSet::from_bits(set.bits() & !PartSet::NONE.with(part).bits());
        Self { below: less(self.below), above: less(self.above), fence: less(self.fence) }
    }
}

impl FromIterator<(Part, Side)> for PartSides {
    fn from_iter<I: IntoIterator<Item = (Part, Side)>>(sides: I) -> Self {
        let mut all = Self::default();
        for (part, side) in sides {
            match side {
                Side::Below => all.below = all.below.with(part),
                Side::Above => all.above = all.above.with(part),
                Side::Both => (all.below, all.above) = (all.below.with(part), all.above.with(part)),
                Side::Fence => all.fence = all.fence.with(part),
            }
        }
        all
    }
}

impl TryFrom<BTreeMap<String, Side>> for PartSides {
    type Error = Error;

    fn try_from(named: BTreeMap<String, Side>) -> Result<Self> {
        let part = |(name, side): (String, Side)| {
            // Samples outside count in any case.
            let known = Part::ALL.into_iter().filter(|part| *part != Part::Outside);
            let names: Vec<&str> = known.clone().map(Part::name).collect();
            let found = known.clone().find(|part| part.name() == name);
            let found = found.ok_or_else(|| Error::unknown("part of the score", &name, names.join(", ")))?;
            Ok((found, side))
        };
        let sides = named.into_iter().map(part).collect::<Result<Vec<_>>>()?;
        if sides.is_empty() {
            return Err(Error::setting("threshold.parts", "empty", "at least one part, such as { total = \"above\" }"));
        }
        Ok(sides.into_iter().collect())
    }
}

impl From<PartSides> for BTreeMap<String, Side> {
    fn from(sides: PartSides) -> Self {
        let side = |part: Part| match (sides.below.contains(part), sides.above.contains(part)) {
            (true, true) => Some(Side::Both),
            (true, false) => Some(Side::Below),
            (false, true) => Some(Side::Above),
            (false, false) => sides.fence.contains(part).then_some(Side::Fence),
        };
        Part::ALL.into_iter().filter_map(|part| Some((part.name().to_string(), side(part)?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_written_as_they_are_read() {
        for sides in [PartSides::robust(), PartSides::sharp(), PartSides::residuals()] {
            let text = toml::to_string(&sides).unwrap();
            assert_eq!(toml::from_str::<PartSides>(&text).unwrap(), sides, "{text}");
        }
        let read = |text: &str| toml::from_str::<PartSides>(text).map_err(|e| e.to_string());
        assert!(read("total = \"above\"").unwrap().uses(Part::Outside));
        for (bad, why) in [("totals = \"above\"", "totals"), ("coarse = \"beside\"", "beside"), ("", "at least one")] {
            assert!(read(bad).unwrap_err().contains(why), "{bad}");
        }
        assert!(!PartSides::robust().without(Part::Coarse).uses(Part::Coarse));
    }
}
