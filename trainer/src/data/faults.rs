//! The faults that a synthetic window can have.

use super::random::Stream;
use super::signals::normal_window;
use super::signals_config::SignalConfig;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Other frequencies.
    Frequency,
    /// The whole window smaller or larger.
    Amplitude,
    /// Single samples far off.
    Spike,
    /// A stretch of extra noise.
    Burst,
    /// A stretch of zeros.
    DropOut,
    /// A sudden lasting offset.
    Step,
    /// A slowly growing offset.
    Drift,
    /// A limited range.
    Clipping,
}

/// A name that is no fault's.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no fault; expected one of {names}", names = Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// All kinds, in the order of their labels.
    pub const ALL: [Self; 8] = [
        Self::Frequency,
        Self::Amplitude,
        Self::Spike,
        Self::Burst,
        Self::DropOut,
        Self::Step,
        Self::Drift,
        Self::Clipping,
    ];

    /// Its name in files, options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::Amplitude => "amplitude",
            Self::Spike => "spike",
            Self::Burst => "burst",
            Self::DropOut => "drop-out",
            Self::Step => "step",
            Self::Drift => "drift",
            Self::Clipping => "clipping",
        }
    }

    /// Its label in [`Samples::labels`](super::Samples::labels): 1 to 8; 0 is normal.
    pub fn label(self) -> u8 {
        self as u8 + 1
    }

    /// A fresh window with this fault.
    pub(super) fn window(self, config: &SignalConfig, random: &mut Stream) -> Vec<f64> {
        let faults = &config.faults;
        let frequencies = if self == Self::Frequency { &faults.frequency.frequencies } else { &config.frequencies };
        let mut y = normal_window(config, frequencies, random);
        let n = y.len();
        match self {
            Self::Frequency => {}
            Self::Amplitude => {
                let factor = faults.amplitude.factors[random.below(faults.amplitude.factors.len())];
                y.iter_mut().for_each(|v| *v *= factor);
            }
            Self::Spike => {
                // The head of a partial shuffle: positions without repetition.
                let mut positions: Vec<usize> = (0..n).collect();
                for i in 0..faults.spike.count {
                    positions.swap(i, i + random.below(n - i));
                    y[positions[i]] += random.sign() * random.uniform(faults.spike.size);
                }
            }
            Self::Burst => {
                for v in &mut y[stretch(n, faults.burst.length, random)] {
                    *v += random.normal(faults.burst.noise);
                }
            }
            Self::DropOut => y[stretch(n, faults.drop_out.length, random)].fill(0.0),
            Self::Step => {
                let from = random.below(n);
                let size = random.sign() * random.uniform(faults.step.size);
                y[from..].iter_mut().for_each(|v| *v += size);
            }
            Self::Drift => {
                let size = random.sign() * random.uniform(faults.drift.size);
                y.iter_mut().enumerate().for_each(|(i, v)| *v += size * i as f64 / n as f64);
            }
            Self::Clipping => {
                let limit = faults.clipping.limit;
                y.iter_mut().for_each(|v| *v = v.clamp(-limit, limit));
            }
        }
        y
    }
}

/// A stretch of random length, wholly inside the window.
fn stretch(n: usize, length: [usize; 2], random: &mut Stream) -> std::ops::Range<usize> {
    let length = random.between(length);
    let start = random.between([0, n - length]);
    start..start + length
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.name() == name).ok_or_else(|| UnknownFault(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same stream gives the same normal window first, so the difference is the fault alone.
    fn with_and_without(fault: Fault, draw: u64) -> (Vec<f64>, Vec<f64>) {
        let config = SignalConfig::default();
        let normal = normal_window(&config, &config.frequencies, &mut Stream::new(draw, "t"));
        (normal, fault.window(&config, &mut Stream::new(draw, "t")))
    }

    #[test]
    fn names_and_labels_round_trip() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse::<Fault>().unwrap(), fault);
            assert_eq!(Fault::ALL[usize::from(fault.label()) - 1], fault);
            assert_eq!(toml::Value::try_from(fault).unwrap().as_str(), Some(fault.name()));
        }
        let error = "dropout".parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("\"dropout\"") && error.contains("drop-out"), "{error}");
    }

    #[test]
    fn each_fault_does_what_it_says() {
        for draw in 0..40 {
            let (a, b) = with_and_without(Fault::Amplitude, draw);
            let ratio = b[500] / a[500];
            assert!((ratio - 0.3).abs() < 1e-12 || ratio == 2.0, "{ratio}");

            let (a, b) = with_and_without(Fault::Spike, draw);
            let moved: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (b - a).abs()).filter(|d| *d > 0.0).collect();
            assert_eq!(moved.len(), 3);
            assert!(moved.iter().all(|d| (1.999..4.001).contains(d)), "{moved:?}");

            for fault in [Fault::Burst, Fault::DropOut] {
                let (a, b) = with_and_without(fault, draw);
                let changed: Vec<usize> = (0..1000).filter(|&i| a[i] != b[i]).collect();
                let span = changed[changed.len() - 1] - changed[0] + 1;
                assert!((50..=200).contains(&span) && span == changed.len(), "{fault} {span}");
                if fault == Fault::DropOut {
                    assert!(changed.iter().all(|&i| b[i] == 0.0));
                }
            }

            let (a, b) = with_and_without(Fault::Step, draw);
            let first = (0..1000).find(|&i| a[i] != b[i]).unwrap();
            let size = b[999] - a[999];
            assert!((0.999..2.001).contains(&size.abs()));
            assert!((first..1000).all(|i| (b[i] - a[i] - size).abs() < 1e-9));

            let (a, b) = with_and_without(Fault::Drift, draw);
            let slope = (b[500] - a[500]) / 0.5;
            assert!((0.999..3.001).contains(&slope.abs()));
            assert!((0..1000).all(|i| (b[i] - a[i] - slope * i as f64 / 1000.0).abs() < 1e-9));

            let (a, b) = with_and_without(Fault::Clipping, draw);
            assert!(a.iter().zip(&b).all(|(a, b)| *b == a.clamp(-0.7, 0.7)));
        }
    }

    #[test]
    fn frequency_fault_has_its_power_at_its_frequencies() {
        let power = |y: &[f64], from: usize, to: usize| -> f64 {
            (from..to)
                .map(|k| {
                    let angle = |i: usize| std::f64::consts::TAU * (k * i) as f64 / 1000.0;
                    let re: f64 = y.iter().enumerate().map(|(i, v)| v * angle(i).cos()).sum();
                    let im: f64 = y.iter().enumerate().map(|(i, v)| v * angle(i).sin()).sum();
                    re * re + im * im
                })
                .sum()
        };
        let (normal, fault) = with_and_without(Fault::Frequency, 1);
        assert!(power(&normal, 1, 28) > 20.0 * power(&normal, 28, 100));
        assert!(power(&fault, 28, 100) > 20.0 * power(&fault, 1, 28));
    }
}
