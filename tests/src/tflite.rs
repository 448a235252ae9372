//! Networks whose factors 32-bit scales give, and TensorFlow Lite Micro to compare them with.

use crate::foreign_graph::foreign_graph;
use crate::random_graph::{random_graph, random_input, random_wide_graph};
use picoae_compiler::graph::{QGraph, QLayer, QOp, TensorInfo, multiplier_of};
use picoae_tflite::tables;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A random network of one of three kinds.
pub fn any_network(seed: u64) -> QGraph {
    match seed % 3 {
        0 => random_graph(seed),
        1 => foreign_graph(seed),
        _ => random_wide_graph(seed),
    }
}

/// Networks of one activation each, with tables as the interpreter's own operators have them.
pub fn activations() -> impl Iterator<Item = QGraph> {
    (0..200).map(|seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut tensor = || TensorInfo {
            shape: [1, 256, 1],
            // Ratios of short decimals give ties, or what lies next to them by the arithmetic of the quotient.
            scale: match seed % 2 {
                0 => f32::from(rng.random_range(1..40_u8)) / 100.0,
                _ => 10f32.powf(rng.random_range(-2.5..0.0)),
            },
            zero_point: rng.random_range(-128..=127),
        };
        let (input, mut output) = (tensor(), tensor());
        let table = match seed % 5 {
            0 => tables::leaky_relu(&input, &output, [0.01, 0.1, 0.2, 0.3][seed as usize / 5 % 4]),
            1 => {
                output = TensorInfo { scale: 1.0 / 256.0, zero_point: -128, ..output };
                tables::logistic(&input)
            }
            2 => {
                output = TensorInfo { scale: 1.0 / 128.0, zero_point: 0, ..output };
                tables::tanh(&input)
            }
            3 => tables::clamped(&input, &output, tables::range(1, &output).unwrap()),
            _ => tables::requantized(&input, &output),
        };
        let layers = vec![QLayer { name: "activation".into(), op: QOp::Table(table), output }];
        QGraph { name: format!("activation-{seed}"), input, layers, encoder_layers: 1 }
    })
}

/// The same network with random scales of its tensors, and factors that 32-bit scales of the weights give and that
/// shift to the right.
pub fn representable(mut graph: QGraph) -> QGraph {
    if graph.layers.iter().all(|l| matches!(l.op, QOp::Table(_))) {
        return graph;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(graph.layers.len() as u64);
    let mut before = graph.input;
    for layer in &mut graph.layers {
        let makes = matches!(layer.op, QOp::Conv(..) | QOp::ConvTranspose(..) | QOp::Linear(_) | QOp::Table(_));
        layer.output.scale = if makes { rng.random_range(0.01..0.5) } else { before.scale };
        if let QOp::Conv(_, p) | QOp::ConvTranspose(_, p) | QOp::Linear(p) = &mut layer.op {
            for s in &mut p.scales {
                let factor = f64::from(s.multiplier) * 2f64.powi(s.shift.min(0) - 31);
                let weights = (factor * f64::from(layer.output.scale) / f64::from(before.scale)) as f32;
                *s = multiplier_of(f64::from(before.scale) * f64::from(weights) / f64::from(layer.output.scale));
            }
        }
        before = layer.output;
    }
    graph
}

/// Inputs of a network, as bytes.
pub fn random_inputs(graph: &QGraph, count: u64) -> Vec<Vec<u8>> {
    if graph.name.starts_with("activation") {
        return vec![(0..=255).collect()];
    }
    (0..count).map(|seed| random_input(graph, seed).iter().map(|v| *v as u8).collect()).collect()
}

/// Bytes as int8 values.
pub fn i8s(bytes: &[u8]) -> Vec<i8> {
    bytes.iter().map(|b| *b as i8).collect()
}

/// What the interpreter answered to the model `name`.
///
/// # Panics
/// Where it has not.
pub fn answers(folder: &Path, name: &str) -> Vec<i8> {
    i8s(&fs::read(folder.join(format!("{name}.out"))).unwrap())
}

/// A Python that has the interpreter, in a virtual environment below `folder`, which is made where it is not there.
///
/// # Panics
/// Where there is no Python or the package cannot be had.
pub fn python(folder: &Path) -> PathBuf {
    let folder = folder.join("tflite-micro");
    let python = folder.join("bin/python");
    let has = || Command::new(&python).args(["-c", "import tflite_micro"]).output().is_ok_and(|o| o.status.success());
    if has() {
        return python;
    }
    let run = |command: &mut Command| {
        let done =
            command.output().unwrap_or_else(|e| panic!("{command:?} does not start: {e}; the test needs Python 3"));
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{command:?}: {said}; the test needs the package tflite-micro of PyPI");
    };
    run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "tflite-micro"]));
    assert!(has(), "the package tflite-micro was installed but cannot be imported");
    python
}
