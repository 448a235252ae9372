//! Settings of a training run.

use super::objective::Loss;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// How the learning rate goes over the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The same throughout (after the warm-up).
    Constant,
    /// Half a cosine from the given rate down to zero at the last step (Loshchilov and Hutter 2017, without restarts).
    #[default]
    Cosine,
}

/// How weights are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// Step by step down the gradient.
    #[default]
    Gradient,
    /// At once, by principal components: of a linear autoencoder of blocks.
    ClosedForm,
}

/// Settings of a training run; the optimizer is AdamW with β₁ 0.9, β₂ 0.999, ε 1e-8 (Loshchilov and Hutter 2019), which
/// is Adam when `weight_decay` is 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FitConfig {
    /// How weights are found; the other settings are the gradient's.
    pub solver: Solver,
    /// Passes over the training samples, at least 1.
    pub epochs: usize,
    /// Least number of optimizer steps of the whole run, 0 for none: with few samples every epoch goes through them several
    /// times, each time in another order.
    pub min_steps: usize,
    /// Samples a step, at least 1; the last step of an epoch takes what is left.
    pub batch_size: usize,
    /// Largest learning rate, above 0.
    pub learning_rate: f64,
    /// How the learning rate goes over the run.
    pub schedule: Schedule,
    /// Epochs (fractions allowed) over which the learning rate rises linearly from zero.
    pub warmup_epochs: f64,
    /// Decoupled weight decay, 0 or more.
    pub weight_decay: f64,
    /// Epochs without a better validation loss after which training stops; 0 never stops early.
    pub patience: usize,
    /// How much smaller the validation loss must be to count as better for `patience`.
    pub min_delta: f64,
    /// Seed of the initial weights, the order of samples and the noise.
    pub seed: u64,
    /// Threads, each with its share of every batch; 0 takes one a core. Results depend on it in their last bits.
    pub threads: usize,
    /// What is minimized between reconstruction and sample.
    pub loss: Loss,
    /// Standard deviation of Gaussian noise added to the input, not to the target: a denoising autoencoder
    /// (Vincent et al. 2008). 0 adds none.
    pub noise: f32,
}

impl Default for FitConfig {
    fn default() -> Self {
        Self {
            solver: Solver::Gradient,
            epochs: 10,
            min_steps: 0,
            batch_size: 64,
            learning_rate: 1e-3,
            schedule: Schedule::Cosine,
            warmup_epochs: 0.0,
            weight_decay: 0.0,
            patience: 0,
            min_delta: 0.0,
            seed: 0,
            threads: 0,
            loss: Loss::Mse,
            noise: 0.0,
        }
    }
}

/// Most epochs of a run.
const MOST_EPOCHS: usize = 1_000_000;

/// Most steps that a run may be made to have.
const MOST_STEPS: usize = 1_000_000_000;

impl FitConfig {
    /// Steps of one epoch over `samples`, of which there is at least one.
    pub fn steps_per_epoch(&self, samples: usize) -> usize {
        samples.div_ceil(self.batch_size.max(1)).max(self.min_steps.div_ceil(self.epochs.max(1)))
    }

    /// Checks every value's range.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the setting and its range.
    pub fn check(&self) -> Result<()> {
        let bad = |key: &str, value: f64, expected: &str| Err(Error::setting(format!("fit.{key}"), value, expected));
        if self.epochs == 0 {
            return bad("epochs", 0.0, "at least 1");
        }
        if self.epochs > MOST_EPOCHS {
            return bad("epochs", self.epochs as f64, "at most 1000000");
        }
        if self.min_steps > MOST_STEPS {
            return bad("min_steps", self.min_steps as f64, "at most 1000000000");
        }
        if self.batch_size == 0 {
            return bad("batch_size", 0.0, "at least 1");
        }
        if !(self.learning_rate.is_finite() && self.learning_rate > 0.0) {
            return bad("learning_rate", self.learning_rate, "a number above 0");
        }
        for (name, value) in [
            ("warmup_epochs", self.warmup_epochs),
            ("weight_decay", self.weight_decay),
            ("min_delta", self.min_delta),
            ("noise", f64::from(self.noise)),
        ] {
            if !(value.is_finite() && value >= 0.0) {
                return bad(name, value, "a number of at least 0");
            }
        }
        Ok(())
    }

    /// Learning rate of step `step` (from 0) of `steps` in all, `per_epoch` of them an epoch.
    pub fn rate(&self, step: usize, steps: usize, per_epoch: usize) -> f64 {
        let warmup = self.warmup_epochs * per_epoch as f64;
        let at = step as f64;
        if at < warmup {
            return self.learning_rate * (at + 1.0) / (warmup + 1.0);
        }
        match self.schedule {
            Schedule::Constant => self.learning_rate,
            Schedule::Cosine => {
                let share = (at - warmup) / (steps as f64 - warmup).max(1.0);
                self.learning_rate * 0.5 * (1.0 + (std::f64::consts::PI * share).cos())
            }
        }
    }

    /// Threads to use on this machine.
    pub fn thread_count(&self) -> usize {
        if self.threads > 0 {
            return self.threads;
        }
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_warm_up_and_go_down() {
        let config = FitConfig { warmup_epochs: 1.0, learning_rate: 2.0, ..FitConfig::default() };
        let rates: Vec<f64> = (0..40).map(|s| config.rate(s, 40, 10)).collect();
        assert!(rates[..10].is_sorted() && rates[0] > 0.0 && rates[9] < 2.0);
        assert_eq!(rates[10], 2.0);
        assert!(rates[10..].is_sorted_by(|a, b| a > b) && rates[39] < 0.02);
        assert!((rates[25] - 1.0).abs() < 1e-12, "half way down at half of the steps");
        let constant = FitConfig { schedule: Schedule::Constant, learning_rate: 2.0, ..FitConfig::default() };
        assert_eq!(constant.rate(39, 40, 10), 2.0);
    }

    #[test]
    fn few_samples_get_enough_steps() {
        let config = FitConfig { epochs: 40, min_steps: 1000, ..FitConfig::default() };
        assert_eq!(config.steps_per_epoch(4000), 63, "4,000 samples have more");
        assert_eq!(config.steps_per_epoch(30), 25);
        assert_eq!(FitConfig { min_steps: 0, ..config }.steps_per_epoch(30), 1);
    }

    #[test]
    fn bad_settings_are_named() {
        let bad = |c: FitConfig| c.check().unwrap_err().to_string();
        assert!(bad(FitConfig { epochs: 0, ..FitConfig::default() }).contains("epochs"));
        assert!(bad(FitConfig { learning_rate: f64::NAN, ..FitConfig::default() }).contains("learning_rate"));
        assert!(bad(FitConfig { epochs: usize::MAX, ..FitConfig::default() }).contains("at most 1000000"));
        assert!(bad(FitConfig { min_steps: usize::MAX, ..FitConfig::default() }).contains("min_steps"));
        assert!(bad(FitConfig { noise: -1.0, ..FitConfig::default() }).contains("noise"));
        FitConfig::default().check().unwrap();
    }

    #[test]
    fn unknown_keys_are_refused_and_missing_ones_are_defaults() {
        let config: FitConfig = toml::from_str("epochs = 3\nloss = \"huber\"\nschedule = \"constant\"").unwrap();
        assert_eq!(
            config,
            FitConfig { epochs: 3, loss: Loss::Huber, schedule: Schedule::Constant, ..FitConfig::default() }
        );
        assert!(toml::from_str::<FitConfig>("epoch = 3").unwrap_err().to_string().contains("epoch"));
    }
}
