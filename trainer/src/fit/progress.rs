//! Showing how training goes.

use super::epoch::{Epoch, Restart};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write as _};

/// Is told how training goes.
pub trait Observer {
    /// Training starts (or goes on) with epoch `first` (from 1) of `epochs`, `batches` steps each.
    fn start(&mut self, _first: usize, _epochs: usize, _batches: usize) {}
    /// A step is done: the `batch`-th (from 1) of its epoch, with its training loss.
    fn step(&mut self, _batch: usize, _loss: f64) {}
    /// An epoch is done; `best` when its validation loss is the smallest so far.
    fn epoch(&mut self, _epoch: &Epoch, _best: bool) {}
    /// Training diverged and begins anew with a smaller learning rate.
    fn restart(&mut self, _restart: &Restart) {}
    /// Training is over.
    fn finish(&mut self) {}
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {}

/// A bar with loss and time left where standard error is a terminal, else one line an epoch on standard error.
#[derive(Debug, Default)]
pub struct Progress {
    bar: Option<ProgressBar>,
    epochs: usize,
}

impl Progress {
    /// Nothing shown yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            // Nobody may be there to read it.
            None => {
                let _ = writeln!(std::io::stderr(), "{line}");
            }
        }
    }
}

/// One epoch in words.
pub fn line(epoch: &Epoch, epochs: usize, best: bool) -> String {
    format!(
        "epoch {:>3}/{epochs}  training loss {:.6}  validation loss {:.6}  {:.1} s{}",
        epoch.epoch,
        epoch.train_loss,
        epoch.validation_loss,
        epoch.seconds,
        if best { "  best so far" } else { "" }
    )
}

/// A restart in words.
pub fn restart_line(restart: &Restart) -> String {
    format!(
        "training diverged in epoch {}: the loss went from {:.3} to {:.3e} at a learning rate of {}; it begins anew at {}",
        restart.epoch, restart.start, restart.loss, restart.learning_rate, restart.next
    )
}

impl Observer for Progress {
    fn start(&mut self, first: usize, epochs: usize, batches: usize) {
        self.epochs = epochs;
        if std::io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{bar:32} {percent:>3} %  {msg}  {eta} left");
            let bar =
                ProgressBar::new((epochs * batches) as u64).with_style(style.unwrap_or(ProgressStyle::default_bar()));
            bar.set_position(((first - 1) * batches) as u64);
            bar.reset_eta();
            self.bar = Some(bar);
        }
    }

    fn step(&mut self, _batch: usize, loss: f64) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("loss {loss:.5}"));
            bar.inc(1);
        }
    }

    fn epoch(&mut self, epoch: &Epoch, best: bool) {
        self.say(&line(epoch, self.epochs, best));
    }

    fn restart(&mut self, restart: &Restart) {
        self.say(&restart_line(restart));
        if let Some(bar) = &self.bar {
            bar.set_position(0);
            bar.reset_eta();
        }
    }

    fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_epoch_losses_and_the_best() {
        let epoch = Epoch {
            epoch: 3,
            train_loss: 0.25,
            validation_loss: 0.125,
            learning_rate: 1e-3,
            seconds: 1.0,
            restarts: 0,
        };
        let best = line(&epoch, 10, true);
        assert!(best.contains("3/10") && best.contains("0.250000") && best.contains("0.125000"), "{best}");
        assert!(best.contains("best") && !line(&epoch, 10, false).contains("best"));
    }

    #[test]
    fn a_restart_names_both_rates_and_losses() {
        let restart = Restart { epoch: 2, start: 0.5, loss: f64::INFINITY, learning_rate: 1.0, next: 0.1 };
        let line = restart_line(&restart);
        assert!(
            line.contains("epoch 2")
                && line.contains("0.500 to inf")
                && line.contains("rate of 1; it begins anew at 0.1")
        );
    }
}
