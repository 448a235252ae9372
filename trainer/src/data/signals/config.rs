//! Ranges and severities of the synthetic signals.

use super::fault::Fault;
use super::severity::{
    Amplitude, Burst, Clipping, Drift, DropOut, ExtraSine, Frequency, Modulation, Noise, Offset, PhaseJump, Ramp,
    ShiftedSine, Spike, Step, Wander,
};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// Synthetic windows y = Σᵢ Aᵢ sin(2π (fᵢ x + φᵢ)) + noise over x in [0, 1). Ranges are `[low, high]`, uniform.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignalConfig {
    /// Samples a window.
    pub window: usize,
    /// Normal windows to train on.
    pub train_windows: usize,
    /// Normal windows to validate on (early stopping, limits).
    pub validation_windows: usize,
    /// Normal windows to test with.
    pub test_windows: usize,
    /// Windows of each fault to test with.
    pub fault_windows: usize,
    /// Aᵢ, one range a sine.
    pub amplitudes: Vec<[f64; 2]>,
    /// fᵢ in cycles a window, one range a sine.
    pub frequencies: Vec<[f64; 2]>,
    /// φᵢ in cycles: `[0, 1]` is a whole turn.
    pub phase: [f64; 2],
    /// Standard deviation of the noise.
    pub noise: f64,
    /// The faults and how severe they are.
    pub faults: FaultConfig,
}

impl Default for SignalConfig {
    fn default() -> Self {
        Self {
            window: 1000,
            train_windows: 4000,
            validation_windows: 500,
            test_windows: 500,
            fault_windows: 300,
            amplitudes: vec![[0.8, 1.2], [0.4, 0.8], [0.2, 0.5]],
            frequencies: vec![[3.0, 5.0], [8.0, 12.0], [18.0, 26.0]],
            phase: [0.0, 1.0],
            noise: 0.05,
            faults: FaultConfig::default(),
        }
    }
}

/// The faults, each injected into fresh normal windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultConfig {
    /// Which faults to make.
    pub kinds: Vec<Fault>,
    /// Other frequencies.
    pub frequency: Frequency,
    /// The whole window smaller or larger.
    pub amplitude: Amplitude,
    /// Single samples far off.
    pub spike: Spike,
    /// A stretch of extra noise.
    pub burst: Burst,
    /// A stretch of zeros.
    pub drop_out: DropOut,
    /// A sudden lasting offset.
    pub step: Step,
    /// A slowly growing offset.
    pub drift: Drift,
    /// A limited range.
    pub clipping: Clipping,
    /// A small lasting offset.
    pub offset: Offset,
    /// A slope about the middle.
    pub ramp: Ramp,
    /// A slow wave.
    pub wander: Wander,
    /// Slow changes of the amplitude.
    pub modulation: Modulation,
    /// A jump of the phase.
    pub phase_jump: PhaseJump,
    /// One more sine.
    pub extra_sine: ExtraSine,
    /// The first sine at another frequency.
    pub shifted_sine: ShiftedSine,
    /// More noise throughout.
    pub noise: Noise,
}

impl Default for FaultConfig {
    fn default() -> Self {
        Self {
            kinds: Fault::EVERY.to_vec(),
            frequency: Frequency::default(),
            amplitude: Amplitude::default(),
            spike: Spike::default(),
            burst: Burst::default(),
            drop_out: DropOut::default(),
            step: Step::default(),
            drift: Drift::default(),
            clipping: Clipping::default(),
            offset: Offset::default(),
            ramp: Ramp::default(),
            wander: Wander::default(),
            modulation: Modulation::default(),
            phase_jump: PhaseJump::default(),
            extra_sine: ExtraSine::default(),
            shifted_sine: ShiftedSine::default(),
            noise: Noise::default(),
        }
    }
}

impl SignalConfig {
    /// Checks every value.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        positive("window", self.window)?;
        positive("train_windows", self.train_windows)?;
        positive("validation_windows", self.validation_windows)?;
        if self.amplitudes.is_empty() {
            return Err(bad("amplitudes", "[]", "one [low, high] a sine"));
        }
        ranges("amplitudes", &self.amplitudes)?;
        ranges("frequencies", &self.frequencies)?;
        same_count("frequencies", &self.frequencies, self.amplitudes.len())?;
        range("phase", self.phase)?;
        not_negative("noise", self.noise)?;
        let f = &self.faults;
        for (i, kind) in f.kinds.iter().enumerate() {
            if f.kinds[..i].contains(kind) {
                return Err(bad("faults.kinds", format!("{kind} twice"), "each fault at most once"));
            }
        }
        ranges("faults.frequency.frequencies", &f.frequency.frequencies)?;
        same_count("faults.frequency.frequencies", &f.frequency.frequencies, self.amplitudes.len())?;
        if f.amplitude.factors.is_empty() || f.amplitude.factors.iter().any(|v| !v.is_finite()) {
            return Err(bad("faults.amplitude.factors", format!("{:?}", f.amplitude.factors), "at least one number"));
        }
        if f.spike.count > self.window {
            let expected = format!("at most the window's {} samples", self.window);
            return Err(bad("faults.spike.count", f.spike.count, expected));
        }
        range("faults.spike.size", f.spike.size)?;
        not_negative("faults.burst.noise", f.burst.noise)?;
        self.stretch("faults.burst.length", f.burst.length)?;
        self.stretch("faults.drop_out.length", f.drop_out.length)?;
        range("faults.step.size", f.step.size)?;
        range("faults.drift.size", f.drift.size)?;
        not_negative("faults.clipping.limit", f.clipping.limit)?;
        range("faults.offset.size", f.offset.size)?;
        range("faults.ramp.size", f.ramp.size)?;
        range("faults.wander.cycles", f.wander.cycles)?;
        range("faults.wander.size", f.wander.size)?;
        range("faults.modulation.cycles", f.modulation.cycles)?;
        not_negative("faults.modulation.depth", f.modulation.depth)?;
        range("faults.phase_jump.size", f.phase_jump.size)?;
        range("faults.extra_sine.frequency", f.extra_sine.frequency)?;
        range("faults.extra_sine.size", f.extra_sine.size)?;
        range("faults.shifted_sine.frequency", f.shifted_sine.frequency)?;
        not_negative("faults.noise.factor", f.noise.factor)
    }

    fn stretch(&self, key: &str, length: [usize; 2]) -> Result<()> {
        if length[0] <= length[1] && length[1] <= self.window {
            return Ok(());
        }
        let expected = format!("[shortest, longest] within the window's {} samples", self.window);
        Err(bad(key, format!("{length:?}"), expected))
    }
}

fn bad(key: &str, value: impl std::fmt::Display, expected: impl std::fmt::Display) -> Error {
    Error::setting(format!("data.signals.{key}"), value, expected.to_string())
}

fn positive(key: &str, value: usize) -> Result<()> {
    if value == 0 { Err(bad(key, value, "at least 1")) } else { Ok(()) }
}

fn not_negative(key: &str, value: f64) -> Result<()> {
    if value.is_finite() && value >= 0.0 { Ok(()) } else { Err(bad(key, value, "a number of at least 0")) }
}

fn range(key: &str, [low, high]: [f64; 2]) -> Result<()> {
    if low.is_finite() && high.is_finite() && low <= high {
        Ok(())
    } else {
        Err(bad(key, format!("[{low}, {high}]"), "[low, high] with low ≤ high"))
    }
}

fn ranges(key: &str, all: &[[f64; 2]]) -> Result<()> {
    all.iter().try_for_each(|&r| range(key, r))
}

fn same_count(key: &str, all: &[[f64; 2]], sines: usize) -> Result<()> {
    if all.len() == sines {
        Ok(())
    } else {
        Err(bad(key, format!("{} ranges", all.len()), format!("{sines}, one for each of the amplitudes")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(change: impl FnOnce(&mut SignalConfig)) -> String {
        let mut config = SignalConfig::default();
        change(&mut config);
        config.check().map_or_else(|e| e.to_string(), |()| "accepted".into())
    }

    #[test]
    fn errors_name_the_key_the_value_and_what_was_expected() {
        assert_eq!(message(|_| ()), "accepted");
        assert_eq!(message(|c| c.window = 0), "data.signals.window is 0, expected at least 1");
        assert_eq!(message(|c| c.noise = -1.0), "data.signals.noise is -1, expected a number of at least 0");
        assert_eq!(
            message(|c| c.faults.spike.size = [3.0, 2.0]),
            "data.signals.faults.spike.size is [3, 2], expected [low, high] with low ≤ high"
        );
        assert!(message(|c| c.frequencies.truncate(2)).contains("2 ranges, expected 3"));
        assert!(message(|c| c.window = 100).contains("within the window's 100 samples"));
        assert!(message(|c| c.noise = f64::NAN).contains("noise is NaN"));
        assert!(message(|c| c.faults.kinds.push(Fault::Spike)).contains("spike twice"));
        assert!(message(|c| c.faults.amplitude.factors.clear()).contains("at least one number"));
        assert_eq!(
            message(|c| c.faults.phase_jump.size = [0.7, 0.3]),
            "data.signals.faults.phase_jump.size is [0.7, 0.3], expected [low, high] with low ≤ high"
        );
        assert!(message(|c| c.faults.noise.factor = -2.0).contains("faults.noise.factor is -2"));
    }

    #[test]
    fn round_trips_through_toml_and_refuses_unknown_keys() {
        let config = SignalConfig::default();
        let text = toml::to_string(&config).unwrap();
        assert_eq!(toml::from_str::<SignalConfig>(&text).unwrap(), config);
        assert!(toml::from_str::<SignalConfig>("[faults.step]\nsizes = [1.0, 2.0]").is_err());
        let part = toml::from_str::<SignalConfig>("noise = 0.1\n[faults.clipping]\nlimit = 0.5").unwrap();
        assert_eq!((part.noise, part.faults.clipping.limit, part.window), (0.1, 0.5, 1000));
    }
}
