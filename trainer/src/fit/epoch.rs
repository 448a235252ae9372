//! What is known of an epoch.

use serde::{Deserialize, Serialize};

/// One pass over the training samples.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: usize,
    /// Mean loss of its training steps, each before the step.
    pub train_loss: f64,
    /// Loss on the validation samples behind it, without noise (the training loss where there are none).
    pub validation_loss: f64,
    /// Learning rate of its last step.
    pub learning_rate: f64,
    /// Time it took.
    pub seconds: f64,
}
