//! Measures training steps of both reference models, beside PyTorch's where there is one, and prints JSON.
//!
//! `bench-train [PYTHON]`; `cargo xtask bench-train` is the comfortable way.

use picoae_benches::{median, peak_memory, reset_peak_memory, torch::Torch};
use picoae_compiler::spec;
use picoae_compiler::spec::Architecture;
use picoae_trainer::engine::{CompileOptions, CompiledNetwork, OpTime, multiply_peak};
use picoae_trainer::fit::{FitConfig, Stepper};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Turns that each side gets, alternating.
const TURNS: usize = 5;
/// Samples that a turn takes at least.
const TURN_SAMPLES: usize = 256;

type Failure = Box<dyn std::error::Error>;

/// Times of a step: of every stage, and of the optimizer.
type Times = (Vec<OpTime>, f64);

fn main() -> Result<(), Failure> {
    let python = std::env::args().nth(1);
    let mut torch = python.as_deref().and_then(Torch::start);
    let threads = FitConfig::default().thread_count();
    let mut peaks = vec![multiply_peak(threads, 1.0)];
    let mut rows = Vec::new();
    let mut operators = Vec::new();
    for (net, batches) in [(spec::digits(), [32, 128, 256]), (spec::timeseries(), [32, 64, 128])] {
        for batch in batches {
            eprintln!("{}, batch {batch} …", net.name);
            rows.push(compare(&net, batch, threads, torch.as_mut())?);
            peaks.push(multiply_peak(threads, 0.3));
        }
        operators.push(json!({ "model": net.name, "batch": 128, "operators": profile(&net, 128)? }));
    }
    // Other work on the machine only ever slows it down.
    let peak = peaks.into_iter().fold(0.0, f64::max);
    for row in &mut rows {
        let share = row["gflops"].as_f64().unwrap_or(0.0) * 1e9 / peak;
        row["share_of_peak"] = json!(share);
    }
    let report = json!({
        "processor": processor(),
        "threads": threads,
        "torch": torch.map(|t| t.version.clone()),
        "peak_gflops": peak / 1e9,
        "steps": rows,
        "profiles": operators,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

/// Some pixels or samples in [0, 1).
fn values(n: usize) -> Vec<f32> {
    (0..n).map(|i| (i * 7919 % 1009) as f32 / 1009.0).collect()
}

/// Floating-point operations of a training step a sample: the forward pass once, and twice that backward, but for the
/// gradient of the input, which nothing asks for.
fn operations(net: &Architecture) -> Result<f64, Failure> {
    let all = CompiledNetwork::new(net, CompileOptions::default())?.macs();
    let first = CompiledNetwork::new(
        &Architecture { encoder: net.encoder[..1].to_vec(), decoder: Vec::new(), ..net.clone() },
        CompileOptions::default(),
    )?
    .macs();
    Ok(6.0 * all as f64 - 2.0 * first as f64)
}

fn compare(net: &Architecture, batch: usize, threads: usize, mut torch: Option<&mut Torch>) -> Result<Value, Failure> {
    reset_peak_memory();
    let data = values(batch * net.input.iter().product::<usize>());
    let mut stepper = Stepper::new(net, &FitConfig::default(), false)?;
    let steps = TURN_SAMPLES.div_ceil(batch).max(3);
    stepper.step(data.clone())?;
    if let Some(torch) = torch.as_deref_mut() {
        torch.steps(&net.name, batch, 3, threads);
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        for _ in 0..steps {
            let begun = Instant::now();
            stepper.step(data.clone())?;
            ours.push(begun.elapsed().as_secs_f64());
        }
        let Some(torch) = torch.as_deref_mut() else { continue };
        // The other side's idle threads may still be spinning.
        std::thread::sleep(Duration::from_millis(50));
        theirs.extend(torch.steps(&net.name, batch, steps, threads).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(250));
    }
    let thousand = |seconds: f64| seconds / batch as f64 * 1000.0;
    let mine = thousand(median(ours));
    let other = (!theirs.is_empty()).then(|| thousand(median(theirs)));
    Ok(json!({
        "model": net.name,
        "batch": batch,
        "seconds_per_1000": mine,
        "samples_per_second": 1000.0 / mine,
        "torch_seconds_per_1000": other,
        "ratio": other.map(|t| mine / t),
        "gflops": operations(net)? * 1000.0 / mine / 1e9,
        "peak_memory_bytes": peak_memory(),
    }))
}

/// Time of every stage, in microseconds of one core a sample.
fn profile(net: &Architecture, batch: usize) -> Result<Vec<Value>, Failure> {
    let data = values(batch * net.input.iter().product::<usize>());
    let mut stepper = Stepper::new(net, &FitConfig::default(), true)?;
    stepper.step(data.clone())?;
    stepper.take_times();
    let mut runs = Vec::new();
    for _ in 0..9 {
        stepper.step(data.clone())?;
        runs.push(stepper.take_times());
    }
    let per_sample = |pick: &dyn Fn(&Times) -> f64| median(runs.iter().map(pick).collect()) / batch as f64 * 1e6;
    let mut rows = Vec::new();
    for (i, stage) in runs[0].0.iter().enumerate() {
        let (forward, backward) = (per_sample(&|r| r.0[i].forward), per_sample(&|r| r.0[i].backward));
        rows.push(json!({
            "stage": i + 1, "operator": stage.label, "macs": stage.macs,
            "forward_us": forward, "backward_us": backward,
        }));
    }
    rows.push(json!({
        "stage": null, "operator": "AdamW", "macs": 0, "forward_us": per_sample(&|r| r.1), "backward_us": 0.0,
    }));
    Ok(rows)
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split(':').nth(1));
    name.map_or_else(|| std::env::consts::ARCH.into(), |n| n.trim().into())
}
