//! The anomaly detector of MLPerf Tiny: the interpreter's answers by the reference executor and by every target's plan.

use picoae_compiler::graph::{QGraph, QOp, TensorInfo};
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use picoae_compiler::reference::score::ScalePair;
use picoae_tests::parity::{Kernels, check_plan};

const MODEL: &[u8] = include_bytes!("../data/mlperf-tiny/ad01_int8.tflite");
const INPUTS: &[u8] = include_bytes!("../data/mlperf-tiny/inputs.i8");
const OUTPUTS: &[u8] = include_bytes!("../data/mlperf-tiny/outputs.i8");

fn rows(bytes: &[u8]) -> Vec<Vec<i8>> {
    bytes.chunks(640).map(|row| row.iter().map(|b| *b as i8).collect()).collect()
}

fn graph() -> QGraph {
    picoae_tflite::read(MODEL).unwrap()
}

#[test]
fn it_is_an_autoencoder_of_dense_layers() {
    let graph = graph();
    assert_eq!((graph.input.shape, graph.output().shape), ([1, 640, 1], [1, 640, 1]));
    assert!(graph.layers.iter().all(|l| matches!(l.op, QOp::Linear(_))));
    assert_eq!((graph.layers.len(), graph.latent().shape), (10, [1, 1, 8]));
    assert_ne!(graph.input.scale, graph.output().scale);
}

#[test]
fn the_reference_gives_every_byte() {
    let graph = graph();
    let (inputs, outputs) = (rows(INPUTS), rows(OUTPUTS));
    assert_eq!((inputs.len(), outputs.len()), (42, 42));
    for (i, (input, output)) in inputs.iter().zip(&outputs).enumerate() {
        assert_eq!(&reference::run(&graph, input), output, "row {i}");
    }
}

#[test]
fn every_targets_plan_gives_every_byte() {
    let graph = graph();
    for target in [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
        for optimize in [true, false] {
            let lowered = lower(&graph, &Options { target, optimize, ..Options::default() }).unwrap();
            let mut scorer = lowered.scorer().unwrap();
            let mut got = vec![0; 640];
            for (i, (input, output)) in rows(INPUTS).iter().zip(&rows(OUTPUTS)).enumerate() {
                scorer.reconstruct(input, &mut got).unwrap();
                assert_eq!(&got, output, "{target:?}, optimized {optimize}, row {i}");
            }
            check_plan(&graph, &lowered, 3, &mut Kernels::new());
        }
    }
}

#[test]
fn written_and_read_again_it_answers_the_same() {
    let graph = graph();
    let file = picoae_tflite::write(&graph).unwrap();
    let again = picoae_tflite::read(&file).unwrap();
    assert_eq!(again.latent().shape, graph.latent().shape);
    for (input, output) in rows(INPUTS).iter().zip(&rows(OUTPUTS)) {
        assert_eq!(&reference::run(&again, input), output);
    }
    // One scale a layer.
    let dense = picoae_tflite::operators(&file).unwrap().into_iter().filter(|name| name == "FULLY_CONNECTED").count();
    assert_eq!(dense, 10);
}

/// With the output in the input's quantization the device's integers are an error: nearly that of the dequantized
/// values.
#[test]
fn a_requantized_output_is_compared_by_every_target() {
    let graph = graph();
    assert!(!picoae_tflite::is_comparable(&graph));
    let comparable = picoae_tflite::comparable(graph.clone()).unwrap();
    assert!(picoae_tflite::is_comparable(&comparable));
    assert_eq!(picoae_tflite::comparable(comparable.clone()).unwrap(), comparable);
    let (a, b) = (&graph.input, graph.output());
    let pair = ScalePair::of(a.scale, b.scale).unwrap();
    for target in [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
        let lowered = lower(&comparable, &Options { target, ..Options::default() }).unwrap();
        let mut scorer = lowered.scorer().unwrap();
        for (input, output) in rows(INPUTS).iter().zip(&rows(OUTPUTS)) {
            let exact = pair.squared_error([a, b], input, output) as f64 * pair.unit * pair.unit;
            let score = scorer.score(input).unwrap();
            let made = reference::run(&comparable, input);
            let total: u64 = input.iter().zip(&made).map(|(x, y)| u64::from(x.abs_diff(*y)).pow(2)).sum();
            assert_eq!(score.total, total);
            // Each residual is off by half a step at most.
            let step = f64::from(a.scale);
            let [real, near] = [exact.sqrt(), (total as f64).sqrt() * step];
            assert!((real - near).abs() <= 0.5 * step * 640f64.sqrt(), "{real} {near}");
        }
    }
}

/// The benchmark's score is the mean squared error of the dequantized values, whose scales differ.
#[test]
fn the_error_between_different_scales_is_exact() {
    let graph = graph();
    let (a, b) = (&graph.input, graph.output());
    let pair = ScalePair::of(a.scale, b.scale).unwrap();
    let real = |info: &TensorInfo, q: i8| f64::from(info.scale) * f64::from(i32::from(q) - info.zero_point);
    let mut errors = Vec::new();
    for (input, output) in rows(INPUTS).iter().zip(&rows(OUTPUTS)) {
        let error = pair.squared_error([a, b], input, output) as f64 * pair.unit * pair.unit / 640.0;
        let want = input.iter().zip(output).map(|(x, y)| (real(a, *x) - real(b, *y)).powi(2)).sum::<f64>() / 640.0;
        assert!((error / want - 1.0).abs() < 1e-12, "{error}, not {want}");
        errors.push(error);
    }
    // 32 windows of a machine in order, then 10 of noise.
    let (normal, noise) = errors.split_at(32);
    assert!(normal.iter().all(|normal| noise.iter().all(|noise| normal < noise)), "{errors:?}");
}
