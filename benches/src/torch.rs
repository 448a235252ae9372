//! PyTorch in a Python process beside this one, asked for steps when wanted.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// A running Python that has PyTorch.
pub struct Torch {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// PyTorch's version.
    pub version: String,
}

impl Torch {
    /// Starts `python`; `None` where there is no such program or it has no PyTorch.
    pub fn start(python: &str) -> Option<Self> {
        let mut process = Command::new(python)
            .args(["-c", include_str!("../torch/step.py")])
            // glibc gives large blocks back to the system at every step unless told not to, which costs PyTorch up to
            // half of its time: it is measured at its best.
            .env("MALLOC_MMAP_THRESHOLD_", "4000000000")
            .env("MALLOC_TRIM_THRESHOLD_", "8000000000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let (input, output) = (process.stdin.take()?, BufReader::new(process.stdout.take()?));
        let mut torch = Self { process, input, output, version: String::new() };
        torch.version = torch.line()?;
        Some(torch)
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.output.read_line(&mut line).ok().filter(|n| *n > 0)?;
        Some(line.trim().to_string())
    }

    /// Seconds of each of `steps` steps.
    pub fn steps(&mut self, model: &str, batch: usize, steps: usize, threads: usize) -> Option<Vec<f64>> {
        writeln!(self.input, "{model} {batch} {steps} {threads}").ok()?;
        self.input.flush().ok()?;
        self.line()?.split_whitespace().map(|v| v.parse().ok()).collect()
    }
}

impl Drop for Torch {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
