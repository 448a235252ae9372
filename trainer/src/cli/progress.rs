//! Shows that a command goes on whose result goes into a file.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal as _;

/// A bar over so many windows on standard error; nothing where that is no terminal, or where the results themselves are seen.
pub(super) fn hidden_where_seen(windows: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(windows as u64), ProgressDrawTarget::stderr_with_hz(1));
    let style = ProgressStyle::with_template("scoring {pos}/{len} windows {bar:30} {elapsed}, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
