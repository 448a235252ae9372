//! Every way of the kernel for convolutions whose windows touch, forced: the records say that it is taken, the reference executor
//! what must come out.

use picoae::plan::params::block_dense::{BlockDenseParams, SCALE_BYTES, is_encoder};
use picoae::plan::{Kernel, LineBuffer, Stage, work};
use picoae_compiler::export::AlignedBlob;
use picoae_compiler::graph::{Geometry, QGraph, QLayer, QOp, Scale, TensorInfo};
use picoae_compiler::lower::{Options, Target, lower, lower_explained};
use picoae_compiler::reference;
use picoae_tests::block_dense::{CASES, Case};
use picoae_tests::parity::{Kernels, check, check_plan};
use picoae_tests::random_graph::random_parameters;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

const BLOCK_DENSE: u8 = Kernel::BlockDense.code();
const TARGETS: [Target; 3] = [Target::CortexM4, Target::CortexM0, Target::Riscv32];

fn case(name: &str) -> &'static Case {
    CASES.iter().find(|case| case.name == name).unwrap()
}

fn for_target(target: Target) -> Options {
    Options { target, ..Options::default() }
}

#[test]
fn every_way_gives_the_references_bits() {
    let (mut kernels, mut seen) = (Kernels::new(), BTreeSet::new());
    for case in CASES {
        let graph = case.graph();
        for target in TARGETS {
            let (balanced, explained) = lower_explained(&graph, &for_target(target)).unwrap();
            for stage in &balanced.stages {
                assert_eq!(stage.kernel, BLOCK_DENSE, "{} for {target:?}", case.name);
                let params = BlockDenseParams::of(&stage.parameters);
                let scales = params.scales.bytes as usize / SCALE_BYTES;
                let scales = if scales == 1 { "one" } else { "some" };
                let shape = if is_encoder(stage) { "encoder" } else { "decoder" };
                seen.insert(format!("{shape} {scales} table {}", params.table.bytes));
            }
            check_plan(&graph, &balanced, 4, &mut kernels);
            for offer in &explained.points {
                check_plan(&graph, &offer.lowered, 2, &mut kernels);
            }
            check(&graph, &for_target(target), &mut kernels);
        }
    }
    let ways = [
        "decoder one table 0",
        "decoder one table 256",
        "decoder some table 0",
        "decoder some table 256",
        "encoder one table 0",
        "encoder some table 0",
        "encoder some table 256",
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ways);
}

/// Extreme values through extreme weights.
#[test]
fn the_largest_sums_agree() {
    for name in ["largest", "smallest", "highest", "linear"] {
        let graph = case(name).graph();
        for target in TARGETS {
            let lowered = lower(&graph, &for_target(target)).unwrap();
            let mut scorer = lowered.scorer().unwrap();
            let mut got = vec![0; graph.output().len()];
            for pattern in [[-128, -128], [127, 127], [-128, 127], [127, -128], [-128, 1], [0, -1]] {
                let input: Vec<i8> = (0..graph.input.len()).map(|i| pattern[i % 2] as i8).collect();
                scorer.reconstruct(&input, &mut got).unwrap();
                assert_eq!(got, reference::run(&graph, &input), "{name} for {target:?}, {pattern:?}");
            }
        }
    }
}

/// Random geometry: blocks of any length, several channels, extreme weights, layers in front and behind.
#[test]
fn random_blocks_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let mut kernels = Kernels::new();
    for made in 0..300 {
        let target = TARGETS[made % TARGETS.len()];
        let (blocks, block) = (rng.random_range(1..6), rng.random_range(2..60));
        let (channels, latent) = (rng.random_range(1..6), rng.random_range(1..21));
        let tensor = |width, channels, zero_point| TensorInfo { shape: [1, width, channels], scale: 0.1, zero_point };
        let geometry = |kernel: usize| Geometry {
            kernel: [1, kernel],
            stride: [1, kernel],
            padding: [0, 0],
            dilation: [1, 1],
            groups: 1,
        };
        let zeros: [i32; 3] = std::array::from_fn(|_| rng.random_range(-128..=127));
        let steps = blocks * block;
        let mut layers = Vec::new();
        let mut add = |op, output| layers.push(QLayer { name: format!("layer-{}", layers.len()), op, output });
        let before = if rng.random_bool(0.3) { rng.random_range(1..6) } else { 0 };
        if before > 0 {
            let parameters = random_parameters(&mut rng, before, channels);
            add(QOp::Conv(geometry(1), parameters), tensor(steps, before, zeros[0]));
        }
        let inner = if before > 0 { before } else { channels };
        add(
            QOp::Conv(geometry(block), random_parameters(&mut rng, latent, block * inner)),
            tensor(blocks, latent, zeros[1]),
        );
        let decoder = random_parameters(&mut rng, channels, block * latent);
        add(QOp::ConvTranspose(geometry(block), decoder), tensor(steps, channels, zeros[2]));
        if rng.random_bool(0.3) {
            let parameters = random_parameters(&mut rng, channels, 3 * channels);
            let three = Geometry { kernel: [1, 3], stride: [1, 1], padding: [0, 1], dilation: [1, 1], groups: 1 };
            add(QOp::Conv(three, parameters), tensor(steps, channels, zeros[0]));
        }
        let encoder_layers = layers.len() - 1;
        let input = tensor(steps, channels, zeros[0]);
        let graph = QGraph { name: format!("blocks-{made}"), input, layers, encoder_layers };
        check(&graph, &for_target(target), &mut kernels);
    }
    assert!(kernels[&BLOCK_DENSE] > 150, "{kernels:?}");
}

/// What the kernel's conditions exclude takes another way: sums beyond its bound, left shifts, short blocks.
#[test]
fn what_is_excluded_goes_to_other_kernels() {
    let (mut kernels, linear) = (Kernels::new(), *case("linear"));
    let mut graphs = Vec::new();
    let altered = |case: Case, name: &str, alter: &dyn Fn(&mut QLayer)| {
        let mut graph = case.graph();
        graph.name = name.into();
        alter(&mut graph.layers[0]);
        graph
    };
    let encoder = Case { decoder: false, ..linear };
    graphs.push(altered(Case { block: 600, weight: 127, blocks: 1, ..encoder }, "too-large", &|_| {}));
    graphs.push(altered(encoder, "left-shift", &|layer| {
        if let QOp::Conv(_, parameters) = &mut layer.op {
            parameters.scales.fill(Scale { multiplier: 1 << 30, shift: 1 });
        }
    }));
    graphs.push(altered(Case { block: 3, latent: 8, channels: 6, ..encoder }, "short", &|_| {}));
    for graph in &graphs {
        for target in TARGETS {
            let lowered = lower(graph, &for_target(target)).unwrap();
            assert_ne!(lowered.stages[0].kernel, BLOCK_DENSE, "{} for {target:?}", graph.name);
            check_plan(graph, &lowered, 2, &mut kernels);
        }
    }
}

/// Samples of a block lie without gaps, and a decoder makes many rows at a time in little memory.
#[test]
fn the_linear_network_is_small() {
    for target in TARGETS {
        let lowered = lower(&case("linear").graph(), &for_target(target)).unwrap();
        let (first, second) = (&lowered.stages[0], &lowered.stages[1]);
        assert_eq!((first.input.pitch, first.input.rows, first.input.size, first.tile), (1, 250, 252, 1));
        assert_eq!((second.input.rows, second.tile), (1, 125));
        assert!(lowered.header.arena_bytes < 700, "{}", lowered.header.arena_bytes);
        assert_eq!(first.multiply_accumulates(lowered.data()), 4 * 250 * 17);
        assert_eq!(second.multiply_accumulates(lowered.data()), 4 * 250 * 17);
        assert_eq!(lowered.header.work, work(&lowered.stages, lowered.data()));
    }
}

/// Only this kernel, and only where samples enter, has rows without gaps.
#[test]
fn rows_without_gaps_are_checked() {
    let lowered = lower(&case("linear").graph(), &for_target(Target::CortexM4)).unwrap();
    let load = |stages: &[Stage]| {
        let data = AlignedBlob::new(lowered.data());
        picoae::Model::from_records(&lowered.header, stages, data.bytes()).map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(load(&lowered.stages), Ok(()));
    let altered = |alter: &dyn Fn(&mut [Stage])| {
        let mut stages = lowered.stages.clone();
        alter(&mut stages);
        load(&stages).unwrap_err()
    };
    type Change<'c> = &'c dyn Fn(&mut [Stage]);
    let bad: [(Change<'_>, &str); 6] = [
        (&|s| s[0].input = LineBuffer { rows: 252, size: 252, ..s[0].input }, "strides"),
        (&|s| s[0].input = LineBuffer { size: 250, ..s[0].input }, "strides"),
        (&|s| s[1].input = LineBuffer { pitch: 17, size: 20, ..s[1].input }, "strides"),
        (&|s| s[0].tile = 2, "tile"),
        (&|s| s[1].tile = 100, "tile"),
        (&|s| s[1].first_tile = 25, "tile"),
    ];
    for (alter, what) in bad {
        let error = altered(alter);
        assert!(error.contains(what), "{error}, expected {what}");
    }
}

/// A chain of dense layers: a signal of some channels to a vector, vectors to vectors, a vector to a signal.
fn dense_chain(seed: u64, steps: usize, channels: usize, hidden: &[usize], extreme: Option<i8>) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.1, zero_point };
    let input = tensor([1, steps, channels], rng.random_range(-128..=127));
    let (mut layers, mut values) = (Vec::new(), steps * channels);
    let shapes = hidden.iter().map(|h| [1, 1, *h]).chain([[1, steps, channels]]);
    for (i, shape) in shapes.enumerate() {
        let outputs: usize = shape.iter().product();
        let mut parameters = random_parameters(&mut rng, outputs, values);
        parameters.scales.truncate(1);
        if let Some(weight) = extreme {
            parameters.weights.fill(weight);
            parameters.bias.fill(i32::from(weight) * 100);
        }
        let output = tensor(shape, rng.random_range(-128..=127));
        layers.push(QLayer { name: format!("dense-{i}"), op: QOp::Linear(parameters), output });
        values = outputs;
    }
    QGraph { name: format!("dense-{seed}"), input, layers, encoder_layers: hidden.len().div_ceil(2) }
}

/// Dense layers of any size give the reference's bits, and are of the kernel where nothing is beyond its bounds.
#[test]
fn dense_layers_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let mut kernels = Kernels::new();
    let mut taken = [0; 3];
    for made in 0..60 {
        let hidden: Vec<usize> = (0..rng.random_range(1..5)).map(|_| rng.random_range(1..70)).collect();
        let (steps, channels) = (rng.random_range(2..150), rng.random_range(1..5));
        let extreme = [None, None, Some(127), Some(-127)][made % 4];
        let graph = dense_chain(made as u64, steps, channels, &hidden, extreme);
        for (which, target) in TARGETS.into_iter().enumerate() {
            let lowered = lower(&graph, &for_target(target)).unwrap();
            taken[which] += lowered.stages.iter().filter(|stage| stage.kernel == BLOCK_DENSE).count();
            check_plan(&graph, &lowered, 3, &mut kernels);
            let mut scorer = lowered.scorer().unwrap();
            let mut got = vec![0; graph.output().len()];
            for pattern in [[-128, -128], [127, 127], [-128, 127], [127, -128]] {
                let input: Vec<i8> = (0..graph.input.len()).map(|i| pattern[i % 2] as i8).collect();
                scorer.reconstruct(&input, &mut got).unwrap();
                assert_eq!(got, reference::run(&graph, &input), "{} for {target:?}, {pattern:?}", graph.name);
            }
        }
    }
    // On the Cortex-M4 and the Cortex-M0+; RISC-V has no kernel for it.
    assert!(taken[..2].iter().all(|stages| *stages > 60), "{taken:?}");
}
