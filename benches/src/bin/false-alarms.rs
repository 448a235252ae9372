//! Asked rates of false alarms against those that are achieved on normal windows that the limits have not seen: synthetic windows and
//! heart beats, scored by the linear network's integers, limits learnt from some of them drawn at random, 200 times.

use picoae::{Model, Score};
use picoae_trainer::Result;
use picoae_trainer::config::RunConfig;
use picoae_trainer::data::random::Stream;
use picoae_trainer::data::{Normalizer, Windows};
use picoae_trainer::evaluate::{Contract, FalseAlarms, NormalRange};
use picoae_trainer::fit;
use picoae_trainer::network::Autoencoder;
use picoae_trainer::pipeline::{self, Prepared};
use picoae_trainer::protocol::Protocol;
use std::process::ExitCode;
use std::sync::Arc;

const DRAWS: u64 = 200;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("false-alarms: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run() -> Result<()> {
    println!("asked   windows  achieved, mean and 5th to 95th percentile of {DRAWS} draws       above the interval");
    let mut config = RunConfig::preset("linear")?.with(None, &["data.signals.test_windows = 8000".into()])?;
    config.data.signals.faults.kinds.clear();
    let prepared = pipeline::prepare(&config)?;
    report("synthetic windows", &config, &prepared)?;

    let protocol = Protocol::named("ecg")?;
    let [case] = &protocol.cases("tests/fixtures/ecg")?[..] else { return Ok(()) };
    let config = RunConfig::load(protocol.preset.as_deref(), None, &protocol.settings())?;
    let train = Windows::at(Arc::new(case.train.clone()), 1, protocol.window, &case.train_starts);
    let normal: Vec<usize> =
        case.test_starts.iter().zip(&case.test_abnormal).filter(|(_, a)| !**a).map(|(start, _)| *start).collect();
    let test = Windows::at(Arc::new(case.test.clone()), 1, protocol.window, &normal);
    let (normalizer, _) = Normalizer::fit(protocol.normalization, &train, protocol.encoding);
    let prepared = Prepared {
        train: train.clone(),
        validation: train,
        test,
        channels: case.channels.clone(),
        rate: case.sample_rate,
        ..Prepared::default()
    }
    .normalized(normalizer);
    report("heart beats", &config, &prepared)
}

fn report(name: &str, config: &RunConfig, prepared: &Prepared) -> Result<()> {
    let architecture = pipeline::architecture(config, prepared.input())?;
    let outcome = fit::closed_form(&architecture, &prepared.train, &prepared.validation)?;
    let network = Autoencoder::from_weights(&architecture, &outcome.weights)?;
    let graph = pipeline::quantized(&network, &prepared.train, &config.quantize)?;
    let options = pipeline::options(&config.lower, &prepared.normalizer);
    let contract = pipeline::contract(config, prepared);
    let known = pipeline::normal(&network, &graph, prepared.learnt_from(), &contract, &options)?;
    let plan = pipeline::planned(&graph, &known, &options)?;
    let model: Model<'_> = plan.host.model()?;
    let scores = pipeline::integer_set_scores(&model, &prepared.test)?.scores;
    println!("{name}: {} normal windows", scores.len());
    for share in [0.01, 0.001] {
        for windows in [50, 100, 200, 500] {
            let contract =
                Contract { false_alarms: FalseAlarms::Share(share), interleaved: 1, seconds: None, ..contract };
            let mut achieved = Vec::new();
            let mut above = 0;
            for draw in 0..DRAWS {
                let (rate, promised) = achieve(&scores, windows, draw, graph.input.len(), &contract)?;
                above += usize::from(rate > promised);
                achieved.push(rate);
            }
            achieved.sort_by(f64::total_cmp);
            let mean = achieved.iter().sum::<f64>() / achieved.len() as f64;
            let at = |percent: usize| 100.0 * achieved[percent * (achieved.len() - 1) / 100];
            println!(
                "{:>5} %  {windows:>6}   {:>6.3} %  ({:.3} to {:.3} %) {:>30} of {DRAWS}",
                100.0 * share,
                100.0 * mean,
                at(5),
                at(95),
                above
            );
        }
    }
    Ok(())
}

/// The rate on the scores that were not drawn, and the upper end of the interval.
fn achieve(scores: &[Score], windows: usize, draw: u64, values: usize, contract: &Contract) -> Result<(f64, f64)> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    Stream::new(draw, "false-alarms").shuffle(&mut order);
    let (drawn, rest) = order.split_at(windows.min(scores.len()));
    let learnt: Vec<Score> = drawn.iter().map(|i| scores[*i]).collect();
    let range = NormalRange::from_integer(&learnt, &[], values, contract)?;
    let beyond = rest.iter().filter(|i| range.verdict(&scores[**i]).abnormal).count();
    Ok((beyond as f64 / rest.len() as f64, range.promise.interval[1]))
}
