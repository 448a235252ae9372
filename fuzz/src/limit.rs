//! An input that takes too long is a finding.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Most processor time for one input. Time of the process, not of the wall: other programs do not count.
pub const LIMIT: Duration = Duration::from_secs(1);

/// Runs `work`.
///
/// # Panics
/// When it took more than [`LIMIT`].
pub fn limited(work: impl FnOnce()) {
    let start = now();
    work();
    let taken = now().saturating_sub(start);
    assert!(taken <= LIMIT, "{} ms of processor time, at most {} are allowed", taken.as_millis(), LIMIT.as_millis());
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
