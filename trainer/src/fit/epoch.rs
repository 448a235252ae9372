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
    /// How many times training had diverged and begun anew with a smaller learning rate before this epoch.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub restarts: usize,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// Why training began anew.
#[derive(Debug, Clone, PartialEq)]
pub struct Restart {
    /// The epoch that it diverged in, from 1.
    pub epoch: usize,
    /// Loss of the first step.
    pub start: f64,
    /// Loss that it came to; may be infinite.
    pub loss: f64,
    /// The largest learning rate that was too large.
    pub learning_rate: f64,
    /// The one that it begins anew with.
    pub next: f64,
}
