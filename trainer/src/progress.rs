//! Shows that something goes on, where it takes longer than a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// What takes less is not worth a bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A bar over a number of things on standard error, from its second second on; nothing where that is no terminal. It goes when it is
/// dropped.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    /// Whether it may be seen and is not yet.
    waits: bool,
}

impl Progress {
    /// Over `count` things; `doing` says what is done with them and `things` what they are.
    pub(crate) fn new(doing: &str, count: usize, things: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::hidden());
        let template = format!("{doing} {{pos}}/{{len}} {things} {{bar:30}} {{elapsed}}, {{eta}} left");
        bar.set_style(ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, begun: Instant::now(), waits: std::io::stderr().is_terminal() }
    }

    /// `count` more are done.
    pub(crate) fn add(&mut self, count: usize) {
        if self.waits && self.begun.elapsed() > PATIENCE {
            self.waits = false;
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        }
        self.bar.inc(count as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
