//! What the machines are made of.

use crate::data::random::Stream;
use std::f64::consts::TAU;

/// Whether a recording has faults in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    Normal,
    Faulty,
}

/// A shaft whose speed wanders a little, as real ones do.
pub(super) struct Shaft {
    /// Turns a sample: the one that it returns to, and the present one.
    nominal: f64,
    speed: f64,
    /// Standard deviation of a sample's change of speed, relative to the speed.
    restless: f64,
    turns: f64,
}

impl Shaft {
    /// A shaft of `hertz` turns a second, seen `rate` times a second.
    pub(super) fn new(hertz: f64, rate: f64, restless: f64) -> Self {
        let nominal = hertz / rate;
        Self { nominal, speed: nominal, restless, turns: 0.0 }
    }

    /// Its angle at the next sample, in turns.
    pub(super) fn next(&mut self, random: &mut Stream) -> f64 {
        self.speed += 0.002 * (self.nominal - self.speed) + random.normal(self.restless * self.nominal);
        self.turns += self.speed;
        self.turns
    }
}

/// The sine of an angle in turns.
pub(super) fn sine(turns: f64) -> f64 {
    libm::sin(TAU * turns)
}

/// What a converter of 12 bits makes of a value.
pub(super) fn counts(value: f64) -> i32 {
    value.round().clamp(0.0, 4095.0) as i32
}
