//! `cargo xtask fuzz SECONDS`: coverage-guided fuzzing of every reader and of every plan, by libFuzzer.
//!
//! The targets are in `fuzz/`, in the layout that `cargo fuzz` knows. Here they are built without it: the instrumentation
//! is a few compiler flags, which a stable compiler takes too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::device::apt;
use crate::support::tally::Tally;
use crate::support::{paths, shell};

/// A package of targets.
struct Package {
    name: &'static str,
    targets: &'static [&'static str],
}

const PACKAGES: [Package; 2] = [
    Package { name: "picoae-fuzz", targets: &["artifact", "network", "weights"] },
    Package { name: "picoae-fuzz-readers", targets: &["csv", "wav", "npy", "png", "idx", "gzip", "config"] },
];

/// Names the folder in which `artifact` puts its seeds, before it starts.
const ARTIFACT_SEEDS: &str = "PICOAE_ARTIFACT_SEEDS";

/// What libFuzzer wants to see of a program: which edges it takes and what it compares.
const INSTRUMENTATION: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

/// An input that needs more than this, in MiB, is a finding.
const MOST_MEMORY: u32 = 1024;

/// So is one that takes longer, in seconds of the wall; the targets themselves measure processor time more closely.
const LONGEST: u32 = 20;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// For how long, all targets together.
    seconds: u64,
    /// Only these targets (repeat it for several).
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// Watches every memory access. Takes about three times as long.
    #[arg(long)]
    address: bool,
    /// Where the fuzzer's random numbers start [default: elsewhere each time]
    #[arg(long)]
    seed: Option<u32>,
}

impl Options {
    /// All targets for so long, with the same mutations each time: what has passed passes again.
    pub(crate) fn repeatable(seconds: u64) -> Self {
        Self { seconds, only: Vec::new(), address: false, seed: Some(1) }
    }
}

/// Makes sure that the targets can be built and run here.
///
/// # Errors
/// Why not.
pub(crate) fn possible() -> Result<()> {
    ensure!(cfg!(all(target_os = "linux", target_arch = "x86_64")), "it is set up for Linux on x86-64 only");
    if shell::ask(Command::new("c++").arg("--version")).is_none() {
        apt::install(&["g++"]).context("libFuzzer needs a C++ compiler")?;
    }
    Ok(())
}

/// Runs the targets in turn; the first finding ends it.
pub(crate) fn run(tally: &mut Tally, options: &Options) -> Result<()> {
    possible()?;
    let known: Vec<&str> = PACKAGES.iter().flat_map(|package| package.targets).copied().collect();
    if let Some(name) = options.only.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("no target `{name}`, expected one of {}", known.join(", "));
    }
    let is_wanted = |target: &&str| options.only.is_empty() || options.only.iter().any(|name| name == target);
    let count = known.iter().filter(|target| is_wanted(target)).count() as u64;
    let seconds = (options.seconds / count).max(1);
    for package in &PACKAGES {
        let wanted: Vec<&str> = package.targets.iter().copied().filter(|target| is_wanted(target)).collect();
        if wanted.is_empty() {
            continue;
        }
        let programs = build(package.name, options.address)?;
        for target in wanted {
            let executions =
                fuzz(target, &programs, seconds, options.seed).with_context(|| format!("fuzzing `{target}`"))?;
            println!("ok  {target}: {executions} executions in {seconds} s");
            tally.pass();
        }
    }
    Ok(())
}

/// Builds a package and returns the folder of its programs.
fn build(package: &str, address: bool) -> Result<PathBuf> {
    let host = shell::ask(Command::new("rustc").args(["--print", "host-tuple"])).context("rustc does not start")?;
    let folder = paths::target().join(if address { "fuzz-address" } else { "fuzz" });
    let mut flags = INSTRUMENTATION.to_vec();
    let mut cargo = shell::cargo();
    cargo.current_dir(paths::fuzz()).args([
        "build",
        "--locked",
        "--quiet",
        "--release",
        "--package",
        package,
        "--bins",
    ]);
    cargo.arg("--target-dir").arg(&folder).args(["--target", &host]);
    if address {
        // The flag is not stable yet, but its library comes with every compiler.
        flags.push("-Zsanitizer=address");
        cargo.env("RUSTC_BOOTSTRAP", "1");
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")).env_remove("RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
    shell::run(&mut cargo)?;
    Ok(folder.join(host).join("release"))
}

/// Runs one target and returns the number of its executions. What it has learnt is kept under `target/fuzz-corpus`.
fn fuzz(target: &str, programs: &Path, seconds: u64, seed: Option<u32>) -> Result<u64> {
    let corpus = paths::target().join("fuzz-corpus").join(target);
    let findings = paths::target().join("fuzz-findings").join(target);
    let seeds = match target {
        "artifact" => corpus.with_file_name("artifact-seeds"),
        _ => paths::fuzz().join("seeds").join(target),
    };
    for folder in [&corpus, &findings, &seeds] {
        fs::create_dir_all(folder).with_context(|| format!("{}: cannot make this folder", folder.display()))?;
    }
    let mut program = Command::new(programs.join(target));
    program.arg(&corpus).arg(&seeds).env(ARTIFACT_SEEDS, &seeds);
    program.arg(format!("-artifact_prefix={}/", findings.display()));
    program.arg(format!("-max_total_time={seconds}"));
    program.arg(format!("-timeout={LONGEST}"));
    program.arg(format!("-rss_limit_mb={MOST_MEMORY}"));
    program.args(["-print_final_stats=1", "-verbosity=0", "-max_len=20000"]);
    program.args(seed.map(|seed| format!("-seed={seed}")));
    program.env("RUST_BACKTRACE", "1").stdin(Stdio::null());
    eprintln!("$ {}", shell::shown(&program));
    let output = program.output().with_context(|| format!("cannot start `{target}`"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        let input = said.lines().rev().find_map(|line| line.split_once("Test unit written to ")).map(|(_, path)| path);
        let why = telling(&said);
        let again = programs.join(target);
        bail!(
            "a finding: {}\n    {}\n    run it again: {} {}",
            input.unwrap_or("no input was kept"),
            why.join("\n    "),
            again.display(),
            input.unwrap_or_default()
        );
    }
    let executions = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    executions.and_then(|count| count.trim().parse().ok()).context("it does not say how many executions there were")
}

/// The lines that say what was found, and where in our own sources.
fn telling(said: &str) -> Vec<&str> {
    let places = ["/runtime/src", "/compiler/src", "/trainer/src", "/fuzz/"];
    let mut lines = Vec::new();
    let mut is_message = false;
    for line in said.lines() {
        let is_place = line.trim_start().starts_with("at ") && places.iter().any(|place| line.contains(place));
        if is_message || is_place || line.contains("panicked at") || line.contains("ERROR: ") {
            lines.push(line.trim());
        }
        is_message = line.contains("panicked at");
    }
    lines.truncate(16);
    lines
}
