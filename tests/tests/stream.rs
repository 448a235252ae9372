//! Endless streams: every verdict is that of the window by itself, as the definition has it on a signal that is longer than all of them.

use picoae::{Part, StreamScorer};
use picoae_compiler::graph::{Geometry, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::lower::{HostArena, Options, StreamOptions, Target, lower};
use picoae_compiler::reference::{
    self,
    score::{ScoreDefinition, score_of},
};
use picoae_compiler::spec::timeseries;
use picoae_tests::nets::random_net;
use picoae_tests::random_graph::random_parameters;
use picoae_tests::scores::random_score;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const TARGETS: [Target; 5] = [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host];

fn random_signal(values: usize, seed: u64) -> Vec<i8> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut level = 0_i32;
    (0..values)
        .map(|i| {
            // Some stretches stand still.
            if (i / 97) % 7 != 3 {
                level = (level + rng.random_range(-20..=20)).clamp(-110, 110);
            }
            level as i8
        })
        .collect()
}

/// A block-linear network of several channels.
fn linear(steps: usize, channels: usize, block: usize, latent: usize) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(block as u64);
    let tensor = |width, channels, zero_point| TensorInfo { shape: [1, width, channels], scale: 0.03, zero_point };
    let touching = Geometry { kernel: [1, block], stride: [1, block], padding: [0, 0], dilation: [1, 1], groups: 1 };
    let layer = |name: &str, op, output| QLayer { name: name.into(), op, output };
    let encoder = QOp::Conv(touching, random_parameters(&mut rng, latent, block * channels));
    let decoder = QOp::ConvTranspose(touching, random_parameters(&mut rng, channels, block * latent));
    QGraph {
        name: "linear".into(),
        input: tensor(steps, channels, 3),
        layers: vec![
            layer("encoder", encoder, tensor(steps / block, latent, -5)),
            layer("decoder", decoder, tensor(steps, channels, 3)),
        ],
        encoder_layers: 1,
    }
}

/// Pushes a signal that is some maps long, and compares each verdict; gives how many there were.
fn check(graph: &QGraph, target: Target, hop: usize, seed: u64) -> usize {
    let [_, window, channels] = graph.input.shape;
    let mut score = random_score(graph, seed);
    score.limits.retain(|limits| limits.part != Part::Latent.code());
    let options =
        Options { target, score: score.clone(), stream: Some(StreamOptions { hop, window: 0 }), ..Options::default() };
    let lowered = lower(graph, &options).unwrap();
    let model = lowered.model().unwrap();
    assert_eq!((model.window(), model.hop()), (window, hop));
    let steps = 3 * usize::from(model.input().height) / 2 + 5 * window;
    let signal = random_signal(steps * channels, seed);
    let unit = graph.strides().into_iter().product::<usize>();
    let whole = graph.stretched(steps.next_multiple_of(unit)).unwrap();
    let mut longer = signal.clone();
    longer.resize(whole.input.len(), 0);
    let output = reference::run(&whole, &longer);
    let definition = ScoreDefinition {
        parts: score.parts(),
        segment: usize::from(lowered.header.segment),
        step: channels,
        coarse: score.coarse.as_ref(),
    };
    let mut scorer = StreamScorer::with_arena(&model, HostArena::new(model.arena_bytes())).unwrap();
    for round in 0..2 {
        let mut verdicts = 0;
        for (i, value) in signal.iter().enumerate() {
            let Some(found) = scorer.push(*value) else { continue };
            let end = (window + verdicts * hop) * channels;
            assert!(end <= i + 1, "verdict {verdicts} before its window's end");
            let range = end - window * channels..end;
            let want = score_of(&signal[range.clone()], &output[range], &[], 0, &definition);
            assert_eq!(found, want, "{target:?}, hop {hop}, verdict {verdicts}, round {round}");
            verdicts += 1;
        }
        assert!(
            verdicts + 2 >= (steps - window) / hop - usize::from(hop < window) * window / hop,
            "{verdicts} verdicts"
        );
        if round == 1 {
            return verdicts;
        }
        scorer.reset();
    }
    0
}

#[test]
fn the_reference_network_as_a_stream() {
    let graph = random_net(&timeseries(), 2);
    for target in TARGETS {
        let verdicts: usize =
            [(100, 0), (1000, 2), (124, 3)].map(|(hop, seed)| check(&graph, target, hop, seed)).iter().sum();
        assert!(verdicts > 100, "{verdicts}");
    }
}

#[test]
fn linear_networks_of_one_and_several_channels_as_streams() {
    for target in TARGETS {
        for (steps, channels, block, hop) in [(200, 1, 50, 50), (200, 1, 50, 200), (90, 3, 30, 60), (64, 8, 16, 16)] {
            for seed in 0..3 {
                check(&linear(steps, channels, block, 5), target, hop, seed);
            }
        }
    }
}

#[test]
fn what_is_no_stream_is_refused() {
    let graph = random_net(&timeseries(), 2);
    let with = |graph: &QGraph, hop| {
        let options = Options { stream: Some(StreamOptions { hop, window: 0 }), ..Options::default() };
        lower(graph, &options).unwrap_err().to_string()
    };
    assert!(with(&graph, 6).contains("multiple of 4"));
    assert!(with(&graph, 2000).contains("at most the window's 1000"));
    assert!(with(&random_net(&picoae_compiler::spec::digits(), 1), 28).contains("window by window only"));
}
