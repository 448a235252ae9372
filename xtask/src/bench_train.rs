//! `cargo xtask bench-train`: time of training steps of the reference models, beside PyTorch's on the same cores.

use std::fmt::Write;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::Deserialize;

use crate::support::{paths, shell};

const BEGIN: &str = "<!-- training:begin -->";
const END: &str = "<!-- training:end -->";

/// Where PyTorch is and how figures are printed.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How the figures are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A Python that has PyTorch, to measure beside; else the one that `PICOAE_PYTHON` names, else python3. Without
    /// PyTorch only this project's figures are taken.
    #[arg(long)]
    python: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown tables.
    Text,
    /// JSON: per model and batch `seconds_per_1000`, `torch_seconds_per_1000`, `ratio` and more.
    Json,
}

/// What the benchmark program prints.
#[derive(Deserialize)]
struct Figures {
    processor: String,
    threads: usize,
    torch: Option<String>,
    peak_gflops: f64,
    steps: Vec<Step>,
    profiles: Vec<Profile>,
}

#[derive(Deserialize)]
struct Step {
    model: String,
    batch: usize,
    seconds_per_1000: f64,
    samples_per_second: f64,
    torch_seconds_per_1000: Option<f64>,
    ratio: Option<f64>,
    share_of_peak: f64,
    peak_memory_bytes: Option<u64>,
}

#[derive(Deserialize)]
struct Profile {
    model: String,
    batch: usize,
    operators: Vec<Operator>,
}

#[derive(Deserialize)]
struct Operator {
    stage: Option<usize>,
    operator: String,
    macs: u64,
    forward_us: f64,
    backward_us: f64,
}

/// Measures, prints, and writes the training part of `docs/benchmarks.md`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let python = options.python.clone().or_else(|| std::env::var("PICOAE_PYTHON").ok());
    let mut command = shell::cargo();
    command.args([
        "run",
        "--locked",
        "--quiet",
        "--release",
        "--package",
        "picoae-benches",
        "--bin",
        "bench-train",
        "--",
    ]);
    command.arg(python.as_deref().unwrap_or("python3")).stderr(Stdio::inherit());
    eprintln!("$ {}", shell::shown(&command));
    let output = command.output().context("cannot start cargo")?;
    if !output.status.success() {
        bail!("the benchmark program failed ({})", output.status);
    }
    let json = String::from_utf8(output.stdout).context("the benchmark program's answer is not text")?;
    let figures: Figures = serde_json::from_str(&json).context("the benchmark program's answer is not as expected")?;
    if figures.torch.is_none() {
        eprintln!("no PyTorch found (`--python PATH` or PICOAE_PYTHON names a Python that has it)");
    }
    let text = markdown(&figures);
    match options.format {
        Format::Text => println!("{text}"),
        Format::Json => println!("{}", json.trim_end()),
    }
    let path = paths::root().join("docs").join("benchmarks.md");
    let page = std::fs::read_to_string(&path).unwrap_or_else(|_| String::from("# Benchmarks\n"));
    std::fs::write(&path, placed(&page, &text)).with_context(|| format!("{}: cannot write", path.display()))
}

/// The page with the training part put between its markers, or at its end where it has none.
fn placed(page: &str, text: &str) -> String {
    let part = format!("{BEGIN}\n{}\n{END}", text.trim_end());
    match (page.find(BEGIN), page.find(END)) {
        (Some(from), Some(to)) if from < to => format!("{}{part}{}", &page[..from], &page[to + END.len()..]),
        _ => format!("{}\n\n## Training\n\n{part}\n", page.trim_end()),
    }
}

fn markdown(figures: &Figures) -> String {
    let torch = figures.torch.as_ref().map_or_else(
        || "not found".into(),
        |v| {
            format!("{v}, as many threads, its allocator told to keep memory from step to step (which makes it faster)")
        },
    );
    let mut text = format!(
        "A training step is forward pass, backward pass and optimizer. {}, {} threads; PyTorch: {torch}. Medians of \
         turns that alternate between the two. Matrix multiplication alone reaches {:.0} GFLOP/s here (all threads, \
         512×512 matrices), which the share of the peak refers to; only operations that the live region needs count.\n\n",
        figures.processor, figures.threads, figures.peak_gflops
    );
    text +=
        "| model | batch | s per 1000 samples | samples/s | PyTorch, s per 1000 | ratio | share of peak | memory |\n";
    text += "|---|---|---|---|---|---|---|---|\n";
    for s in &figures.steps {
        let _ = writeln!(
            text,
            "| {} | {} | {:.3} | {:.0} | {} | {} | {:.0} % | {} |",
            s.model,
            s.batch,
            s.seconds_per_1000,
            s.samples_per_second,
            s.torch_seconds_per_1000.map_or_else(|| "–".into(), |v| format!("{v:.3}")),
            s.ratio.map_or_else(|| "–".into(), |v| format!("{v:.2}")),
            100.0 * s.share_of_peak,
            s.peak_memory_bytes.map_or_else(|| "–".into(), |v| format!("{} MB", v.div_ceil(1_000_000))),
        );
    }
    for profile in &figures.profiles {
        let _ = writeln!(
            text,
            "\n### {}, batch {}: time by operator\n\nMicroseconds of one core a sample; MACs are one forward pass's.\n",
            profile.model, profile.batch
        );
        text += "| stage | operator | MACs | forward | backward |\n|---|---|---|---|---|\n";
        for o in &profile.operators {
            let stage = o.stage.map_or_else(String::new, |s| s.to_string());
            let (macs, forward, backward) = (o.macs, o.forward_us, o.backward_us);
            let _ = writeln!(text, "| {stage} | {} | {macs} | {forward:.1} | {backward:.1} |", o.operator);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_replaces_the_old_one_and_nothing_else() {
        let page = placed("# Benchmarks\n\ndevice\n", "one");
        assert!(page.starts_with("# Benchmarks\n\ndevice\n\n## Training\n") && page.contains("one"));
        let page = placed(&format!("{page}\nmore\n"), "two");
        assert!(page.contains("two") && !page.contains("one") && page.ends_with("more\n"));
        assert_eq!(page.matches(BEGIN).count(), 1);
    }

    #[test]
    fn figures_without_pytorch_make_a_table() {
        let json = r#"{"processor": "P", "threads": 2, "torch": null, "peak_gflops": 100.0,
            "steps": [{"model": "m", "batch": 32, "seconds_per_1000": 0.5, "samples_per_second": 2000.0,
                "torch_seconds_per_1000": null, "ratio": null, "share_of_peak": 0.5, "peak_memory_bytes": null}],
            "profiles": [{"model": "m", "batch": 128, "operators":
                [{"stage": null, "operator": "AdamW", "macs": 0, "forward_us": 1.0, "backward_us": 0.0}]}]}"#;
        let text = markdown(&serde_json::from_str(json).unwrap());
        assert!(text.contains("| m | 32 | 0.500 | 2000 | – | – | 50 % | – |"), "{text}");
        assert!(text.contains("|  | AdamW | 0 | 1.0 | 0.0 |"), "{text}");
    }
}
