//! A week of samples at 100 Hz, 60,480,000 of them, pushed one at a time through a detector that was trained on a day of the same machine:
//! the false alarms that came, beside those that the contract says. Once as a stream, once window by window.

use picoae_trainer::config::RunConfig;
use picoae_trainer::data::random::Stream;
use picoae_trainer::evaluate::intervals::{CONFIDENCE, poisson};
use picoae_trainer::fit;
use picoae_trainer::network::Autoencoder;
use picoae_trainer::pipeline::{self, Replay};
use picoae_trainer::{Error, Result};
use std::f64::consts::TAU;
use std::process::ExitCode;
use std::time::Instant;

/// Samples a second.
const RATE: usize = 100;
const DAY: usize = 24 * 3600 * RATE;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("week: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// A machine that turns at a speed that wanders, under a load that does, too, seen by a converter of 12 bits.
struct Machine {
    random: Stream,
    turns: f64,
    speed: f64,
    load: f64,
}

impl Machine {
    fn new(seed: u64) -> Self {
        Self { random: Stream::new(seed, "benches/week"), turns: 0.0, speed: 0.6, load: 0.0 }
    }
}

impl Iterator for Machine {
    type Item = i16;

    fn next(&mut self) -> Option<i16> {
        self.speed += 0.002 * (0.6 - self.speed) + self.random.normal(3e-4);
        self.load += -0.001 * self.load + self.random.normal(0.004);
        self.turns += self.speed / RATE as f64;
        let wave = (TAU * self.turns).sin() + 0.4 * (TAU * 3.0 * self.turns).sin();
        let value = 2048.0 + 500.0 * (1.0 + 0.3 * self.load) * wave + self.random.normal(25.0);
        Some(value.round().clamp(0.0, 4095.0) as i16)
    }
}

/// Numbers of 16 bits as NPY, version 1.0 of the format (numpy.lib.format).
fn npy(values: &[i16]) -> Vec<u8> {
    let mut header = format!("{{'descr': '<i2', 'fortran_order': False, 'shape': ({},), }}", values.len());
    // Magic, version, length and header are a multiple of 64 bytes together.
    let padding = (64 - (10 + header.len() + 1) % 64) % 64;
    header += &format!("{}\n", " ".repeat(padding));
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

fn run() -> Result<()> {
    let file = std::env::temp_dir().join(format!("picoae-week-{}.npy", std::process::id()));
    let day: Vec<i16> = Machine::new(1).take(DAY).collect();
    picoae_compiler::files::write_atomic(&file, npy(&day))?;
    let told = ["as a stream, a verdict every 2.5 s", "window by window, a verdict every 10 s"];
    let outcome = [Some(250), None].into_iter().zip(told).try_for_each(|(hop, told)| week(&file, hop, told));
    std::fs::remove_file(&file).map_err(|e| Error::io(&file, e))?;
    outcome
}

fn week(file: &std::path::Path, hop: Option<usize>, told: &str) -> Result<()> {
    let mut settings = vec![
        "data.source = \"recording\"".to_string(),
        format!("data.files = [{:?}]", file.display().to_string()),
        format!("data.rate = {RATE}"),
        "data.window = 1000".to_string(),
        "threshold.false_alarms = \"1/hour\"".to_string(),
    ];
    settings.extend(hop.map(|hop| format!("lower.stream_hop = {hop}")));
    let config = RunConfig::load(Some("linear"), None, &settings)?;
    let prepared = pipeline::prepare(&config)?;
    let architecture = pipeline::architecture(&config, prepared.input())?;
    let outcome = fit::closed_form(&architecture, &prepared.train, &prepared.validation)?;
    let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
    let graph = pipeline::quantized(&network, &prepared.train, &config.quantize)?;
    let options = pipeline::options(&config.lower, &prepared.normalizer);
    let contract = pipeline::contract(&config, &prepared);
    let known = pipeline::normal(&network, &graph, prepared.learnt_from(), &contract, &options)?;
    // As the device runs it, by the kernels of this processor: the same bits.
    let plan = picoae_compiler::lower::lower(
        &graph,
        &picoae_compiler::lower::Options { score: known.score(), ..options.on_host() },
    )?;
    let model = plan.model()?;
    println!("{told}");
    known.int8.promise.lines().iter().for_each(|line| println!("  {line}"));

    let begun = Instant::now();
    let mut replay = Replay::new(&model)?;
    let (mut verdicts, mut alarms, mut on) = (0_usize, 0_usize, false);
    for sample in Machine::new(2).take(7 * DAY) {
        let Some(verdict) = replay.push(&[f32::from(sample)])? else { continue };
        verdicts += 1;
        alarms += usize::from(verdict.alarm && !on);
        on = verdict.alarm;
    }
    let hours = (7 * DAY / RATE / 3600) as f64;
    let [low, high] = poisson(alarms, hours, CONFIDENCE);
    let seconds = known.int8.promise.seconds.unwrap_or(1.0);
    let [least, most] = known.int8.promise.interval.map(|rate| rate * 3600.0 / seconds);
    println!(
        "  {} samples, {verdicts} verdicts, {alarms} false alarms: {:.3} an hour ({low:.3} to {high:.3} at 95 % confidence); asked for 1, \
         promised {least:.3} to {most:.3}; {:.0} s",
        7 * DAY,
        alarms as f64 / hours,
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
