//! Counts what passed and what failed over many runners, and keeps the failures for the end.

use std::thread;

/// Passed and failed checks, with a line for each failure.
#[derive(Default)]
pub(crate) struct Tally {
    passed: usize,
    failures: Vec<String>,
}

impl Tally {
    /// One check that passed.
    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    /// One check that failed, and why, in one line.
    pub(crate) fn fail(&mut self, why: impl Into<String>) {
        let why = why.into();
        eprintln!("FAILED  {why}");
        self.failures.push(why);
    }

    /// Counts a result as one check.
    pub(crate) fn check(&mut self, name: &str, result: anyhow::Result<()>) {
        match result {
            Ok(()) => self.pass(),
            Err(error) => self.fail(format!("{name}: {error:#}")),
        }
    }

    /// Runs lanes side by side, what is in a lane one behind the other, and counts all of it.
    pub(crate) fn lanes<T: Send>(&mut self, lanes: Vec<Vec<T>>, run: impl Fn(&mut Tally, T) + Sync) {
        let one = |lane: Vec<T>| {
            let mut tally = Tally::default();
            lane.into_iter().for_each(|each| run(&mut tally, each));
            tally
        };
        thread::scope(|scope| {
            let running: Vec<_> = lanes.into_iter().map(|lane| scope.spawn(|| one(lane))).collect();
            for lane in running {
                match lane.join() {
                    Ok(tally) => {
                        self.passed += tally.passed;
                        self.failures.extend(tally.failures);
                    }
                    Err(_) => self.fail("a lane ended before its end, see above"),
                }
            }
        });
    }

    /// Reads one line of `cargo test`'s output. Returns whether it closed a test program.
    pub(crate) fn read_cargo_line(&mut self, line: &str) -> bool {
        if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(format!("test {name}"));
        }
        let Some(counts) = line.strip_prefix("test result: ") else { return false };
        let number = counts.split_whitespace().zip(counts.split_whitespace().skip(1));
        self.passed += number
            .filter(|(_, word)| word.starts_with("passed"))
            .filter_map(|(count, _)| count.parse::<usize>().ok())
            .sum::<usize>();
        true
    }

    /// How many checks failed so far.
    pub(crate) fn failed(&self) -> usize {
        self.failures.len()
    }

    /// Prints every failure again and the closing line `N passed, N failed`; an error when anything failed.
    pub(crate) fn close(self) -> anyhow::Result<()> {
        for failure in &self.failures {
            eprintln!("FAILED  {failure}");
        }
        println!("{} passed, {} failed", self.passed, self.failures.len());
        if self.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
    }
}

/// The failures were printed already; only the exit code is left to set.
#[derive(Debug)]
pub(crate) struct Failed;

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("something failed")
    }
}

impl std::error::Error for Failed {}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lanes_are_counted_together() {
        let mut tally = Tally::default();
        tally.lanes(vec![vec![1, 2, 3], vec![4]], |tally, n| if n == 4 { tally.fail("four") } else { tally.pass() });
        assert_eq!((tally.passed, tally.failed()), (3, 1));
        assert!(tally.close().is_err());
    }

    #[test]
    fn counts_the_lines_of_the_test_runner() {
        let mut tally = Tally::default();
        assert!(!tally.read_cargo_line("test score::sums ... ok"));
        assert!(!tally.read_cargo_line("test score::stretch ... FAILED"));
        assert!(tally.read_cargo_line("test result: FAILED. 12 passed; 1 failed; 0 ignored; finished in 0.01s"));
        assert!(tally.read_cargo_line("test result: ok. 30 passed; 0 failed; 0 ignored; finished in 0.01s"));
        assert_eq!((tally.passed, tally.failed()), (42, 1));
        assert!(tally.close().is_err());
    }
}
