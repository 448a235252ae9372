//! `cargo xtask`: tool chain set-up, tests on host and device, benchmarks, the CI steps.

fn main() {}
