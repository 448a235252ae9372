//! The order of the crates.

use super::package::Package;

/// How far up each crate stands. It may depend on crates that stand below it.
const LEVELS: [(&str, usize); 6] = [
    ("picoae", 0),
    ("picoae-compiler", 1),
    ("picoae-tflite", 2),
    ("picoae-trainer", 3),
    // Builds in seconds, without the tensor library below the trainer.
    ("xtask", 2),
    ("picoae-fuzz", 4),
];

/// Everything else of ours: tests, benchmarks, programs. Nothing depends on it.
const TOP: usize = 5;

fn level(name: &str) -> usize {
    LEVELS.iter().find(|(known, _)| *known == name).map_or(TOP, |(_, level)| *level)
}

/// Each dependency of a package on one that does not stand below it, development dependencies included.
pub(super) fn upward(packages: &[Package]) -> Vec<String> {
    let ours = |name: &str| packages.iter().any(|package| package.name == name);
    let mut findings = Vec::new();
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dependency| ours(&dependency.name)) {
            if level(&dependency.name) >= level(&package.name) {
                findings.push(format!("upward: {} depends on {}", package.name, dependency.name));
            }
        }
    }
    findings
}
