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
        Self::shown(count as u64, &format!("{doing} {{pos}}/{{len}} {things} {{bar:30}} {{elapsed}}, {{eta}} left"))
    }

    /// Over so many bytes.
    pub(crate) fn of_bytes(doing: &str, bytes: u64) -> Self {
        Self::shown(bytes, &format!("{doing} {{bytes}}/{{total_bytes}} {{bar:30}} {{elapsed}}"))
    }

    fn shown(count: u64, template: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(count), ProgressDrawTarget::hidden());
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar, begun: Instant::now(), waits: std::io::stderr().is_terminal() }
    }

    /// `count` more are done.
    pub(crate) fn add(&mut self, count: usize) {
        self.at(self.bar.position() + count as u64);
    }

    /// So many are done.
    pub(crate) fn at(&mut self, position: u64) {
        if self.waits && self.begun.elapsed() > PATIENCE {
            self.waits = false;
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(4));
        }
        self.bar.set_position(position);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
