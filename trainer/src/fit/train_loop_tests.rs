use super::*;
use crate::data::Samples;
use crate::fit::{Loss, Silent};
use picoae_compiler::spec::{Layer, layers};

/// A small network of both kinds of layers.
fn small() -> Architecture {
    Architecture {
        name: "small".into(),
        input: [1, 1, 16],
        one_dimensional: true,
        encoder: vec![
            Layer::Conv(layers::Conv::dense(1, 4, [1, 3], [1, 1], [0, 1])),
            Layer::Relu,
            Layer::MaxPool(layers::MaxPool { kernel: [1, 2] }),
        ],
        decoder: vec![
            Layer::Upsample(layers::Upsample { factor: [1, 2] }),
            Layer::Conv(layers::Conv::dense(4, 1, [1, 3], [1, 1], [0, 1])),
        ],
    }
}

fn waves(n: usize, from: usize) -> Samples {
    let values = (from..from + n).flat_map(|i| (0..16).map(move |x| ((x as f32) * 0.4 + i as f32).sin())).collect();
    Samples { shape: [1, 1, 16], values, labels: Vec::new() }
}

fn config() -> FitConfig {
    FitConfig { epochs: 6, batch_size: 8, learning_rate: 0.01, threads: 2, seed: 11, ..FitConfig::default() }
}

/// Stops the run at a step.
struct StopAt<'a> {
    steps: usize,
    stop: &'a AtomicBool,
}

impl Observer for StopAt<'_> {
    fn step(&mut self, _batch: usize, _loss: f64) {
        self.steps -= 1;
        self.stop.store(self.steps == 0, Ordering::Relaxed);
    }
}

fn run(config: &FitConfig, resume: Option<&Path>, checkpoint: Option<&Path>, stop_at: usize) -> Result<Outcome> {
    let stop = AtomicBool::new(false);
    let mut observer = StopAt { steps: stop_at, stop: &stop };
    let options = FitOptions { resume, checkpoint, stop: &stop, observer: &mut observer, device: Device::Cpu };
    fit(&small(), &waves(30, 0).into(), &waves(10, 100).into(), config, options)
}

#[test]
fn learns_and_repeats_itself_bit_for_bit() {
    let first = run(&config(), None, None, usize::MAX).unwrap();
    assert_eq!(first.stopped, Stopped::Finished);
    assert_eq!(first.history.len(), 6);
    assert!(first.history[5].validation_loss < 0.7 * first.history[0].validation_loss, "{:?}", first.history);
    let again = run(&config(), None, None, usize::MAX).unwrap();
    assert_eq!(first.weights, again.weights);
    let other = run(&FitConfig { seed: 12, ..config() }, None, None, usize::MAX).unwrap();
    assert_ne!(first.weights, other.weights);
}

#[test]
fn an_interrupted_run_resumes_to_the_same_weights() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    for noise in [0.0, 0.1] {
        let config = FitConfig { noise, weight_decay: 0.01, ..config() };
        let whole = run(&config, None, None, usize::MAX).unwrap();
        // Four steps an epoch: the tenth is in the middle of the third.
        let part = run(&config, None, Some(&path), 10).unwrap();
        assert_eq!(part.stopped, Stopped::Interrupted);
        assert_eq!(part.history.len(), 2);
        assert!(part.best_epoch > 0);
        let rest = run(&config, Some(&path), Some(&path), usize::MAX).unwrap();
        assert_eq!(rest.stopped, Stopped::Finished);
        assert_eq!(rest.weights, whole.weights);
        let losses = |o: &Outcome| o.history.iter().map(|e| (e.train_loss, e.validation_loss)).collect::<Vec<_>>();
        assert_eq!(losses(&rest), losses(&whole));
        assert_eq!(rest.best_epoch, whole.best_epoch);
    }
    let other = FitConfig { learning_rate: 0.5, ..config() };
    assert!(run(&other, Some(&path), None, usize::MAX).unwrap_err().to_string().contains("learning_rate"));
}

#[test]
fn stops_early_and_keeps_the_best_weights() {
    // A learning rate this large makes the loss go up and down.
    let config = FitConfig { epochs: 200, patience: 3, learning_rate: 0.3, ..config() };
    let outcome = run(&config, None, None, usize::MAX).unwrap();
    assert_eq!(outcome.stopped, Stopped::EarlyStop);
    assert_eq!(outcome.history.len(), outcome.best_epoch + 3);
    let smallest = outcome.history.iter().map(|e| e.validation_loss).fold(f64::INFINITY, f64::min);
    let model = crate::network::Autoencoder::from_weights(&small(), &outcome.weights).unwrap();
    let held_out = waves(10, 100);
    let output = model.forward(&held_out.values, 10).unwrap();
    let error =
        output.iter().zip(&held_out.values).map(|(a, b)| f64::from((a - b).powi(2))).sum::<f64>() / output.len() as f64;
    assert!((error - smallest).abs() < 1e-5 * smallest, "{error} {smallest}");
}

#[test]
fn every_loss_falls() {
    for loss in [Loss::Mse, Loss::L1, Loss::Huber] {
        let outcome = run(&FitConfig { loss, ..config() }, None, None, usize::MAX).unwrap();
        assert!(outcome.history[5].train_loss < 0.9 * outcome.history[0].train_loss, "{loss:?}");
    }
}

#[test]
fn bad_input_is_answered() {
    let stop = AtomicBool::new(false);
    let attempt = |samples: &Samples, config: &FitConfig| {
        let mut observer = Silent;
        let device = Device::Cpu;
        let options = FitOptions { resume: None, checkpoint: None, stop: &stop, observer: &mut observer, device };
        fit(&small(), &samples.clone().into(), &waves(4, 0).into(), config, options).unwrap_err().to_string()
    };
    assert!(attempt(&Samples::new([1, 1, 16]), &config()).contains("no training samples"));
    assert!(attempt(&Samples { shape: [1, 4, 4], ..waves(3, 0) }, &config()).contains("[1, 4, 4]"));
    let mut holed = waves(3, 0);
    holed.values[20] = f32::NAN;
    assert!(attempt(&holed, &config()).contains("sample 1 "));
    assert!(attempt(&waves(3, 0), &FitConfig { batch_size: 0, ..config() }).contains("batch_size"));
    let fast = FitConfig { learning_rate: 1e30, epochs: 50, ..config() };
    let diverged = attempt(&waves(9, 0), &fast);
    assert!(diverged.contains("diverged, at learning rates from 1000000000000000000000000000000 down"), "{diverged}");
    assert!(diverged.contains("set a smaller fit.learning_rate"), "{diverged}");
}

/// Keeps what it is told of restarts.
#[derive(Default)]
struct Restarts(Vec<Restart>);

impl Observer for Restarts {
    fn restart(&mut self, restart: &Restart) {
        self.0.push(restart.clone());
    }
}

#[test]
fn a_learning_rate_that_is_too_large_is_lowered() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("checkpoint.safetensors");
    let too_fast = FitConfig { learning_rate: 10.0, ..config() };
    let stop = AtomicBool::new(false);
    let mut told = Restarts::default();
    let options =
        FitOptions { resume: None, checkpoint: Some(&path), stop: &stop, observer: &mut told, device: Device::Cpu };
    let outcome = fit(&small(), &waves(30, 0).into(), &waves(10, 100).into(), &too_fast, options).unwrap();
    assert_eq!(told.0, outcome.restarts);
    let n = outcome.restarts.len();
    assert!((1..=3).contains(&n), "{:?}", outcome.restarts);
    for restart in &outcome.restarts {
        assert!(!restart.loss.is_finite() || restart.loss > 10.0 * restart.start, "{restart:?}");
        assert!((restart.next / restart.learning_rate - 0.1).abs() < 1e-12);
    }
    assert_eq!(outcome.history.len(), 6);
    assert!(outcome.history.iter().all(|e| e.restarts == n));
    // The same as if the smaller one had been asked for, and the checkpoint knows of it.
    let rate = outcome.restarts[n - 1].next;
    let slow = run(&FitConfig { learning_rate: rate, ..config() }, None, None, usize::MAX).unwrap();
    assert_eq!(slow.weights, outcome.weights);
    let again = run(&too_fast, Some(&path), None, usize::MAX).unwrap();
    assert_eq!((again.weights, again.history.len()), (outcome.weights, 6));
    assert!(again.history.iter().all(|e| e.restarts == n));
}

#[test]
fn few_samples_get_the_steps_that_were_asked_for() {
    let few = |min_steps| {
        let stop = AtomicBool::new(false);
        let mut observer = StopAt { steps: usize::MAX, stop: &stop };
        let options =
            FitOptions { resume: None, checkpoint: None, stop: &stop, observer: &mut observer, device: Device::Cpu };
        let outcome =
            fit(&small(), &waves(5, 0).into(), &waves(5, 50).into(), &FitConfig { min_steps, ..config() }, options)
                .unwrap();
        (usize::MAX - observer.steps, outcome)
    };
    let ((few_steps, few_outcome), (many_steps, many_outcome)) = (few(0), few(90));
    assert_eq!((few_steps, many_steps), (6, 90));
    assert_eq!(many_outcome.history.len(), 6);
    let loss = |outcome: &Outcome| outcome.history[5].validation_loss;
    assert!(loss(&many_outcome) < 0.5 * loss(&few_outcome), "{} {}", loss(&many_outcome), loss(&few_outcome));
}

/// Networks in the language of configurations: one of three channels, a dense one, one of blocks.
#[test]
fn networks_of_the_language_learn_what_candles_own_operators_learn() {
    let cases = [
        ("channels = [8, 4]\nkernel = 5\nlatent = 3", [3, 1, 256]),
        ("channels = [6]\nkernel = 5\npool = 4\npooling = \"average\"\nlatent = 3\nbottleneck = \"dense\"", [2, 1, 90]),
        ("hidden = [24, 12]\nlatent = 4", [3, 1, 40]),
        ("block = 25\nlatent = 6", [1, 1, 240]),
    ];
    for (text, shape) in cases {
        let network: picoae_compiler::spec::NetworkConfig = toml::from_str(text).unwrap();
        let net = network.architecture(shape).unwrap();
        let waves = |n: usize, seed: usize| {
            let [channels, _, window] = shape;
            let at = move |i: usize, c: usize, x: usize| {
                ((i * 13 + seed) as f32 + x as f32 * (0.05 + 0.01 * c as f32 + 0.002 * (i % 7) as f32)).sin()
            };
            let one = move |i: usize| (0..channels).flat_map(move |c| (0..window).map(move |x| at(i, c, x)));
            Samples { shape, values: (0..n).flat_map(one).collect(), labels: Vec::new() }
        };
        both_learn_alike(text, &net, [&waves(64, 0), &waves(8, 5)], 0.98);
    }
}

/// The engine's operators and candle's own have the same losses in two epochs, the last of which is below `learnt` of the first.
fn both_learn_alike(name: &str, net: &Architecture, data: [&Samples; 2], learnt: f64) {
    let config =
        FitConfig { epochs: 2, batch_size: 8, learning_rate: 3e-3, threads: 2, seed: 4, ..FitConfig::default() };
    let table = ParameterTable::new(net).unwrap();
    let own = CandleBackend { architecture: net.clone(), table, objective: config.loss.objective() };
    let fast = EngineBackend {
        engine: Engine::new(net, CompileOptions::default(), 2).unwrap(),
        criterion: config.loss.objective().criterion().unwrap(),
    };
    let want = losses(&own, net, data, &config);
    let got = losses(&fast, net, data, &config);
    assert!(want[1][1] < learnt * want[0][0], "{name}: {want:?}");
    for (got, want) in got.iter().flatten().zip(want.iter().flatten()) {
        assert!((got / want - 1.0).abs() < 2e-3, "{name}: {got} {want}");
    }
}

/// Trains with the given operators and gives every epoch's training and validation loss.
fn losses(backend: &dyn Backend, net: &Architecture, data: [&Samples; 2], config: &FitConfig) -> Vec<[f64; 2]> {
    let stop = AtomicBool::new(false);
    let mut observer = Silent;
    let device = Device::Cpu;
    let options = FitOptions { resume: None, checkpoint: None, stop: &stop, observer: &mut observer, device };
    let table = ParameterTable::new(net).unwrap();
    let [train, validation] = data.map(|samples| Windows::from(samples.clone()));
    let run = TrainLoop::new(net, table, backend, &train, &validation, config, &options).unwrap();
    run.go(options).unwrap().history.iter().map(|e| [e.train_loss, e.validation_loss]).collect()
}

#[test]
fn learns_what_candles_own_operators_learn() {
    let blobs = |n: usize, seed: usize| {
        let pixel = |i: usize, p: usize| {
            let (y, x) = ((p / 28) as f32, (p % 28) as f32);
            let (cy, cx) = ((8 + (i * 7 + seed) % 12) as f32, (8 + (i * 5 + seed) % 11) as f32);
            (-((y - cy).powi(2) + (x - cx).powi(2)) / 20.0).exp()
        };
        let values = (0..n).flat_map(|i| (0..784).map(move |p| pixel(i, p))).collect();
        Samples { shape: [1, 28, 28], values, labels: Vec::new() }
    };
    let signals = |n: usize, seed: usize| {
        let at = |i: usize, x: usize| ((i * 13 + seed) as f32 + x as f32 * (0.02 + 0.001 * (i % 7) as f32)).sin();
        let values = (0..n).flat_map(|i| (0..1000).map(move |x| at(i, x))).collect();
        Samples { shape: [1, 1, 1000], values, labels: Vec::new() }
    };
    let cases = [
        (picoae_compiler::spec::digits(), blobs(40, 0), blobs(8, 3)),
        (picoae_compiler::spec::timeseries(), signals(40, 0), signals(8, 5)),
    ];
    for (net, train, validation) in cases {
        both_learn_alike(&net.name, &net, [&train, &validation], 0.95);
    }
}
