//! The sets of windows that a configuration asks for.

use super::config::SignalConfig;
use super::fault::Fault;
use super::injection::faulty_window;
use super::normal::normal_window;
use crate::data::Samples;
use crate::data::random::Stream;
use crate::error::Result;
use crate::progress::Progress;

/// What one run of the generator makes. Windows have shape `[1, 1, window]`; labels are 0 for normal, [`Fault::label`] else.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalSet {
    /// Normal windows to train on.
    pub train: Samples,
    /// Normal windows to validate on.
    pub validation: Samples,
    /// Normal windows to test with.
    pub test_normal: Samples,
    /// Windows with a fault to test with, one set a configured kind.
    pub faults: Vec<(Fault, Samples)>,
}

impl SignalSet {
    /// The normal test windows and then all the faults', labels kept.
    pub fn test(&self) -> Samples {
        let mut all = self.test_normal.clone();
        for (_, samples) in &self.faults {
            all.values.extend_from_slice(&samples.values);
            all.labels.extend_from_slice(&samples.labels);
        }
        all
    }
}

/// Makes all the windows of `config`. The same configuration and seed give the same bits on every machine; each set has its
/// own random stream (see [`crate::data::random`]), so asking for more of one leaves the others as they are.
///
/// # Errors
/// [`crate::Error::Invalid`] naming the value of the configuration that makes no sense.
pub fn generate(config: &SignalConfig, seed: u64) -> Result<SignalSet> {
    config.check()?;
    let normal = |name: &str, count: usize| {
        fill(config, count, 0, Stream::new(seed, &format!("signals/{name}")), |config, random| {
            normal_window(config, &config.frequencies, random)
        })
    };
    Ok(SignalSet {
        train: normal("train", config.train_windows),
        validation: normal("validation", config.validation_windows),
        test_normal: normal("test", config.test_windows),
        faults: config
            .faults
            .kinds
            .iter()
            .map(|&fault| {
                let random = Stream::new(seed, &format!("signals/{fault}"));
                let windows = fill(config, config.fault_windows, fault.label(), random, |config, random| {
                    faulty_window(fault, config, random)
                });
                (fault, windows)
            })
            .collect(),
    })
}

fn fill(
    config: &SignalConfig,
    count: usize,
    label: u8,
    mut random: Stream,
    window: impl Fn(&SignalConfig, &mut Stream) -> Vec<f64>,
) -> Samples {
    let mut samples = Samples::new([1, 1, config.window]);
    samples.values.reserve(count * config.window);
    let mut progress = Progress::new("making", count, "windows");
    for _ in 0..count {
        progress.add(1);
        samples.values.extend(window(config, &mut random).iter().map(|&v| v as f32));
    }
    samples.labels = vec![label; count];
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    fn small() -> SignalConfig {
        SignalConfig {
            train_windows: 20,
            validation_windows: 5,
            test_windows: 6,
            fault_windows: 4,
            ..SignalConfig::default()
        }
    }

    #[test]
    fn counts_shapes_and_labels() {
        let set = generate(&small(), 1).unwrap();
        assert_eq!((set.train.len(), set.validation.len(), set.test_normal.len()), (20, 5, 6));
        assert_eq!(set.train.shape, [1, 1, 1000]);
        assert_eq!(set.faults.len(), 17);
        assert!(set.train.labels.iter().all(|&l| l == 0));
        for (fault, samples) in &set.faults {
            assert_eq!(samples.labels, vec![fault.label(); 4]);
        }
        assert_eq!(set.test().len(), 6 + 17 * 4);
        assert_eq!(set.test().labels.len(), 6 + 17 * 4);
    }

    #[test]
    fn seeds_and_sizes() {
        let set = generate(&small(), 1).unwrap();
        assert_eq!(set, generate(&small(), 1).unwrap());
        assert_ne!(set.train, generate(&small(), 2).unwrap().train);
        let larger = generate(&SignalConfig { train_windows: 25, ..small() }, 1).unwrap();
        assert_eq!(larger.train.sample(19), set.train.sample(19));
        assert_eq!(larger.faults, set.faults);
    }

    /// The generator uses no platform's mathematics, so its bits are a fact that a test can hold.
    #[test]
    fn bits_are_the_same_everywhere() {
        let hash = |kinds: &[Fault]| -> String {
            let mut config = small();
            config.faults.kinds = kinds.to_vec();
            let set = generate(&config, 1).unwrap();
            let mut hash = Sha256::new();
            for v in set.train.values.iter().chain(&set.test().values) {
                hash.update(v.to_le_bytes());
            }
            hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
        };
        assert_eq!(hash(&Fault::PLAIN), "66159d9941b4e01d1f698fa0e095869c954f67f5145ff0fa2e91f1cee3ec46bc");
        assert_eq!(hash(&Fault::HARD), "3c592dba9175d7b08329555519586385431f0b6e9c3159cd9a6b88d3a7bc84e5");
    }

    #[test]
    fn normal_windows_have_the_power_of_their_sines_and_noise() {
        let set = generate(&SignalConfig { train_windows: 400, ..small() }, 5).unwrap();
        let n = set.train.values.len() as f64;
        let power = set.train.values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / n;
        // E[A²] / 2 of each sine, E[U(a, b)²] = (a² + ab + b²) / 3, plus 0.05².
        let square = |a: f64, b: f64| (a * a + a * b + b * b) / 3.0;
        let expected = (square(0.8, 1.2) + square(0.4, 0.8) + square(0.2, 0.5)) / 2.0 + 0.0025;
        assert!((power / expected - 1.0).abs() < 0.03, "{power} {expected}");
        let quiet = SignalConfig { noise: 0.0, ..small() };
        let limit = 1.2 + 0.8 + 0.5;
        assert!(generate(&quiet, 5).unwrap().train.values.iter().all(|v| v.abs() <= limit));
    }
}
