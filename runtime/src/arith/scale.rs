//! A requantization's scale.

use crate::record::record;

record! {
    /// A requantization: multiplier in 2³⁰ to 2³¹ − 1 (or 0), shift in −31 to 30, positive to the left.
    #[derive(Eq)]
    pub struct Scale {
        /// The multiplier.
        pub multiplier: i32,
        /// The shift.
        pub shift: i32,
    }
}
