//! Integer networks that ask for what cannot be run: refused by name and at once, and whatever is not refused runs as the
//! reference executor does.

use picoae_compiler::error::{Error, GraphError, LayerFault};
use picoae_compiler::graph::{Geometry, Limits, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::time::{Duration, Instant};

fn tensor(shape: [usize; 3]) -> TensorInfo {
    TensorInfo { shape, scale: 0.1, zero_point: 3 }
}

fn parameters(outputs: usize, terms: usize) -> Parameters {
    Parameters {
        weights: (0..outputs * terms).map(|i| (i * 37 % 255) as i32 - 127).map(|w| w as i8).collect(),
        bias: vec![100; outputs],
        scales: vec![Scale { multiplier: 1 << 30, shift: -7 }],
        range: [-128, 127],
    }
}

fn geometry(kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Geometry {
    Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 }
}

fn single(input: [usize; 3], op: QOp, output: [usize; 3]) -> QGraph {
    let layers = vec![QLayer { name: "layer".into(), op, output: tensor(output) }];
    QGraph { name: "single".into(), input: tensor(input), layers, encoder_layers: 1 }
}

fn fault(graph: &QGraph) -> LayerFault {
    match graph.check(&Limits::default()).expect_err("accepted") {
        GraphError::Layer { fault, .. } => fault,
        other => panic!("refused as {other}"),
    }
}

#[test]
fn sizes_that_wrap_are_refused() {
    for huge in [1 << 16, 1 << 32, 1 << 63, usize::MAX] {
        for [h, w] in [[huge, 1], [1, huge], [huge, huge]] {
            let of = |g| fault(&single([1, 4, 1], QOp::Conv(g, parameters(1, 1)), [1, 4, 1]));
            assert!(matches!(of(geometry([h, w], [1, 1], [0, 0])), LayerFault::Geometry { what: "kernel", .. }));
            assert!(matches!(of(geometry([1, 1], [h, w], [0, 0])), LayerFault::Geometry { what: "stride", .. }));
            let dilated = Geometry { dilation: [h, w], ..geometry([1, 1], [1, 1], [0, 0]) };
            assert!(matches!(of(dilated), LayerFault::Geometry { what: "dilation", .. }));
            fault(&single([1, 4, 1], QOp::Conv(geometry([1, 1], [1, 1], [h, w]), parameters(1, 1)), [1, 4, 1]));
            fault(&single(
                [1, 4, 1],
                QOp::ConvTranspose(geometry([1, 1], [h, w], [0, 0]), parameters(1, 1)),
                [1, 4, 1],
            ));
            fault(&single([1, 4, 1], QOp::MaxPool(geometry([h, w], [1, 1], [0, 0]), [-128, 127]), [1, 4, 1]));
            fault(&single([1, 4, 1], QOp::AvgPool(geometry([h, w], [1, 1], [0, 0])), [1, 4, 1]));
            fault(&single([1, 4, 1], QOp::Upsample([h, w]), [1, 4, 1]));
            fault(&single([1, 4, 1], QOp::Pad([h, w, huge, huge]), [1, 4, 1]));
            fault(&single([1, 4, 1], QOp::Reshape, [h, w, 4]));
            let conv = QOp::Conv(Geometry { groups: huge, ..geometry([1, 1], [1, 1], [0, 0]) }, parameters(1, 1));
            assert!(matches!(fault(&single([1, 4, 1], conv, [1, 4, 1])), LayerFault::Groups { .. }));
        }
    }
    // The product of the input's and the output's extents wraps.
    let shape = [65_535, 65_535, 65_535];
    assert_eq!(fault(&single(shape, QOp::Linear(parameters(1, 1)), shape)), LayerFault::Overflow);
    fault(&single([1, 4, 1], QOp::Conv(geometry([65_535; 2], [1, 1], [0, 0]), parameters(1, 1)), [1, 4, 1]));
}

#[test]
fn values_out_of_range_are_refused() {
    let conv = |p| single([1, 4, 1], QOp::Conv(geometry([1, 1], [1, 1], [0, 0]), p), [1, 4, 1]);
    assert!(conv(parameters(1, 1)).check(&Limits::default()).is_ok());
    for range in [[65_535, 127], [5, 4], [-129, 0], [0, 128], [i32::MIN, i32::MAX]] {
        assert_eq!(fault(&conv(Parameters { range, ..parameters(1, 1) })), LayerFault::Range(range));
        let pool = QOp::MaxPool(geometry([1, 2], [1, 2], [0, 0]), range);
        assert_eq!(fault(&single([1, 4, 1], pool, [1, 2, 1])), LayerFault::Range(range));
    }
    for (multiplier, shift) in [(-1, 0), (1, 0), ((1 << 30) - 1, -3), (i32::MIN, 0), (1 << 30, 31), (1 << 30, -32)] {
        let scales = vec![Scale { multiplier, shift }];
        let refused = fault(&conv(Parameters { scales, ..parameters(1, 1) }));
        assert_eq!(refused, LayerFault::Requantization { multiplier, shift });
    }
    for scale in [0.0, -1.0, f32::NAN, f32::INFINITY, 1e-33, 1e13] {
        let mut graph = conv(parameters(1, 1));
        graph.layers[0].output.scale = scale;
        assert!(matches!(fault(&graph), LayerFault::Scale(_)));
        graph.input.scale = scale;
        assert!(matches!(graph.check(&Limits::NONE), Err(GraphError::Input(LayerFault::Scale(_)))));
    }
    assert_eq!(fault(&conv(Parameters { weights: vec![-128], ..parameters(1, 1) })), LayerFault::Weight);
    for entries in [0, 255, 257] {
        let refused = fault(&single([1, 4, 1], QOp::Table(vec![0; entries]), [1, 4, 1]));
        assert_eq!(refused, LayerFault::Count { what: "table entries", found: entries, expected: 256 });
    }
    let mut graph = conv(parameters(1, 1));
    graph.layers.push(graph.layers[0].clone());
    assert_eq!(graph.check(&Limits::NONE), Err(GraphError::Name("layer".into())));
    let pool = Geometry { dilation: [1, 2], ..geometry([1, 2], [1, 2], [0, 0]) };
    assert_eq!(
        fault(&single([1, 4, 1], QOp::MaxPool(pool, [-128, 127]), [1, 2, 1])),
        LayerFault::NotForThis("dilation")
    );
}

#[test]
fn what_other_tools_write_is_accepted() {
    let accepted = |graph: &QGraph| graph.check(&Limits::default()).unwrap();
    let conv = |kernel: usize, stride: usize, padding: usize, output: usize| {
        let op = QOp::Conv(geometry([1, kernel], [1, stride], [0, padding]), parameters(1, kernel));
        single([1, 7, 1], op, [1, output, 1])
    };
    // `valid`, and `same`, whose output is the input's extent by the stride, rounded up.
    accepted(&conv(3, 2, 0, 3));
    for (kernel, stride) in (1..6).flat_map(|k| (1..6).map(move |s| (k, s))) {
        let output = 7_usize.div_ceil(stride);
        let padding = ((output - 1) * stride + kernel).saturating_sub(7) / 2;
        accepted(&conv(kernel, stride, padding, output));
    }
    assert!(matches!(fault(&conv(3, 2, 0, 2)), LayerFault::Output { least: 3, most: 4, .. }));
    assert!(matches!(fault(&conv(3, 2, 0, 5)), LayerFault::Output { .. }));
    // Pooling that rounds up.
    accepted(&single([1, 7, 1], QOp::MaxPool(geometry([1, 3], [1, 3], [0, 0]), [-128, 127]), [1, 3, 1]));
    // Transposed convolutions: `valid` with a kernel below the stride, `same`, cut below and right.
    for output in [1, 7, 18, 21, 22] {
        let op = QOp::ConvTranspose(geometry([1, 2], [1, 3], [0, 0]), parameters(1, 2));
        accepted(&single([1, 7, 1], op, [1, output, 1]));
    }
}

#[test]
fn limits_are_named_and_can_be_raised() {
    let pool = QOp::MaxPool(geometry([255, 255], [1, 1], [127, 127]), [-128, 127]);
    let graph = single([256, 256, 1], pool, [256, 256, 1]);
    let refused = graph.check(&Limits::default()).unwrap_err();
    assert!(matches!(refused, GraphError::Work { .. }));
    assert!(refused.to_string().contains("limit `work`"), "{refused}");
    assert!(graph.check(&Limits { work: 1 << 33, ..Limits::default() }).is_ok());
    let graph = single([1, 1, 1], QOp::Upsample([65_535, 65_535]), [65_535, 65_535, 1]);
    assert!(graph.check(&Limits::default()).unwrap_err().to_string().contains("limit `work`"));
    let refused = graph.check(&Limits { work: u64::MAX, ..Limits::default() }).unwrap_err();
    assert!(refused.to_string().contains("limit `bytes`"), "{refused}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    single([1, 4, 1], QOp::Trim, [1, 3, 1]).save(&path).unwrap();
    QGraph::load(&path).unwrap();
    let refused = QGraph::load_within(&path, &Limits { work: 2, ..Limits::default() }).unwrap_err();
    assert!(matches!(&refused, Error::Network { source: GraphError::Work { work: 3, limit: 2 }, .. }), "{refused}");
    assert_eq!(refused.exit_code(), 2);
    std::fs::File::create(&path).unwrap().set_len(1 << 32).unwrap();
    let started = Instant::now();
    assert!(matches!(QGraph::load(&path), Err(Error::TooLarge { .. })));
    assert!(started.elapsed() < Duration::from_secs(5));
}

/// A stride far beyond a short output makes no more branches than the output has positions.
#[test]
fn a_transposed_stride_beyond_the_output_runs() {
    let op = QOp::ConvTranspose(geometry([1, 5], [1, 65_535], [0, 1]), parameters(2, 5));
    let graph = single([1, 1, 1], op, [1, 4, 2]);
    agrees(&graph, 1);
    let op = QOp::ConvTranspose(geometry([65, 1], [65, 65], [0, 0]), parameters(1, 65));
    assert!(matches!(fault(&single([2, 2, 1], op, [65, 65, 1])), LayerFault::Branches([65, 65])));
}

/// Every plan gives what the reference executor gives.
fn agrees(graph: &QGraph, seed: usize) {
    let input: Vec<i8> = (0..graph.input.len()).map(|i| ((i + seed) * 97 % 251) as u8 as i8).collect();
    let want = reference::run(graph, &input);
    for optimize in [false, true] {
        let Ok(lowered) = lower(graph, &Options { target: Target::Portable, optimize, ..Options::default() }) else {
            continue;
        };
        let mut got = vec![0; want.len()];
        lowered.scorer().unwrap().reconstruct(&input, &mut got).unwrap();
        assert_eq!(got, want, "optimize: {optimize}, {graph:?}");
    }
}

/// A network of several layers, as a file's bytes.
fn file() -> Vec<u8> {
    let layer = |name: &str, op, shape| QLayer { name: name.into(), op, output: tensor(shape) };
    let layers = vec![
        layer("conv", QOp::Conv(geometry([1, 3], [1, 2], [0, 1]), parameters(4, 6)), [1, 6, 4]),
        layer("pool", QOp::MaxPool(geometry([1, 2], [1, 2], [0, 0]), [-100, 100]), [1, 3, 4]),
        layer("mean", QOp::AvgPool(geometry([1, 2], [1, 1], [0, 0])), [1, 2, 4]),
        layer("linear", QOp::Linear(parameters(5, 8)), [1, 1, 5]),
        layer("back", QOp::Linear(parameters(12, 5)), [1, 1, 12]),
        layer("shape", QOp::Reshape, [1, 3, 4]),
        layer("table", QOp::Table((0..256).map(|i| (i * 3) as u8 as i8).collect()), [1, 3, 4]),
        layer("up", QOp::ConvTranspose(geometry([1, 3], [1, 2], [0, 1]), parameters(3, 12)), [1, 6, 3]),
        layer("double", QOp::Upsample([1, 2]), [1, 12, 3]),
        layer("pad", QOp::Pad([0, 0, 1, 1]), [1, 14, 3]),
        layer("last", QOp::Conv(geometry([1, 3], [1, 1], [0, 0]), parameters(2, 9)), [1, 12, 2]),
        layer("trim", QOp::Trim, [1, 10, 2]),
    ];
    let graph = QGraph { name: "net".into(), input: tensor([1, 12, 2]), layers, encoder_layers: 4 };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    graph.save(&path).unwrap();
    std::fs::read(&path).unwrap()
}

/// The file with up to three of the numbers in its description replaced, the header's length repaired.
fn altered(bytes: &[u8], random: &mut impl Rng) -> Vec<u8> {
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let mut header: serde_json::Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let mut text = header["__metadata__"]["picoae"].as_str().unwrap().to_string();
    for _ in 0..1 + random.next_u32() % 3 {
        let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
        let at = digits[random.next_u32() as usize % digits.len()];
        let start = text[..at].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
        let end = text[at..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |i| at + i);
        const VALUES: [&str; 16] = [
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7",
            "8",
            "13",
            "127",
            "1000",
            "65535",
            "65536",
            "4294967296",
            "18446744073709551615",
        ];
        text.replace_range(start..end, VALUES[random.next_u32() as usize % VALUES.len()]);
    }
    header["__metadata__"]["picoae"] = text.into();
    let mut header = serde_json::to_vec(&header).unwrap();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut out = (header.len() as u64).to_le_bytes().to_vec();
    out.extend(header);
    out.extend(&bytes[8 + length..]);
    out
}

#[test]
fn files_with_altered_numbers_are_refused_or_run_exactly() {
    let bytes = file();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let limits = Limits { work: 1 << 20, bytes: 1 << 18 };
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut accepted = 0;
    for seed in 0..3_000 {
        std::fs::write(&path, altered(&bytes, &mut random)).unwrap();
        let started = Instant::now();
        let loaded = QGraph::load_within(&path, &limits);
        assert!(started.elapsed() < Duration::from_secs(1), "seed {seed} takes long to load");
        if let Ok(graph) = loaded {
            agrees(&graph, seed);
            accepted += 1;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "seed {seed} takes long");
    }
    assert!(accepted > 200, "only {accepted} altered networks were accepted");
}
