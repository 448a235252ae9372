//! How severe each fault is.

use serde::{Deserialize, Serialize};

macro_rules! severity {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $value:expr,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $value,)* }
            }
        }
    };
}

severity! {
    /// The sines have other frequencies.
    Frequency {
        /// In cycles a window, one range a sine.
        frequencies: Vec<[f64; 2]> = vec![[30.0, 45.0], [50.0, 65.0], [70.0, 90.0]],
    }
}
severity! {
    /// The window, noise included, times one of the factors.
    Amplitude {
        /// One is drawn a window.
        factors: Vec<f64> = vec![0.3, 2.0],
    }
}
severity! {
    /// Single samples, all different, are moved up or down.
    Spike {
        /// Samples a window.
        count: usize = 3,
        /// By how much.
        size: [f64; 2] = [2.0, 4.0],
    }
}
severity! {
    /// Extra noise over one stretch.
    Burst {
        /// Standard deviation of the extra noise.
        noise: f64 = 0.5,
        /// Length of the stretch in samples, both ends included.
        length: [usize; 2] = [50, 200],
    }
}
severity! {
    /// One stretch is exactly 0.
    DropOut {
        /// Length of the stretch in samples, both ends included.
        length: [usize; 2] = [50, 200],
    }
}
severity! {
    /// All samples from a random one on are moved up or down.
    Step {
        /// By how much.
        size: [f64; 2] = [1.0, 2.0],
    }
}
severity! {
    /// ± a · x is added.
    Drift {
        /// a, what would be reached at the end of the window.
        size: [f64; 2] = [1.0, 3.0],
    }
}
severity! {
    /// Samples are limited to ± a value.
    Clipping {
        /// The value.
        limit: f64 = 0.7,
    }
}

severity! {
    /// ± an offset over the whole window.
    Offset {
        /// By how much.
        size: [f64; 2] = [0.3, 1.0],
    }
}
severity! {
    /// ± a · (x − 1/2) is added.
    Ramp {
        /// a, from one end of the window to the other.
        size: [f64; 2] = [1.0, 3.0],
    }
}
severity! {
    /// A slow sine is added.
    Wander {
        /// In cycles a window.
        cycles: [f64; 2] = [0.5, 2.0],
        /// Its amplitude.
        size: [f64; 2] = [0.5, 1.0],
    }
}
severity! {
    /// The window times 1 + depth · sin.
    Modulation {
        /// In cycles a window.
        cycles: [f64; 2] = [1.0, 2.0],
        /// How far the factor swings about 1.
        depth: f64 = 0.6,
    }
}
severity! {
    /// From a sample in the middle half of the window on, all sines are further by a part of their turn.
    PhaseJump {
        /// In turns.
        size: [f64; 2] = [0.25, 0.75],
    }
}
severity! {
    /// A sine between the others is added.
    ExtraSine {
        /// In cycles a window.
        frequency: [f64; 2] = [13.0, 17.0],
        /// Its amplitude.
        size: [f64; 2] = [0.3, 0.6],
    }
}
severity! {
    /// The first sine has another frequency.
    ShiftedSine {
        /// In cycles a window.
        frequency: [f64; 2] = [6.0, 7.0],
    }
}
severity! {
    /// The noise is larger.
    Noise {
        /// Times its standard deviation.
        factor: f64 = 2.0,
    }
}
