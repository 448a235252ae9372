//! Random integer networks: every operator, odd geometry, one and two dimensions.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A random network from a seed. The latent lies at a random place.
pub fn random_graph(seed: u64) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let one_dimensional = rng.random_bool(0.5);
    let mut shape = if one_dimensional {
        [1, rng.random_range(1..60), rng.random_range(1..4)]
    } else {
        [rng.random_range(1..14), rng.random_range(1..14), rng.random_range(1..4)]
    };
    let input = TensorInfo { shape, scale: 0.05, zero_point: zero_point(&mut rng) };
    let count = rng.random_range(1..7);
    let mut layers: Vec<QLayer> = Vec::new();
    while layers.len() < count {
        let before = layers.last().map_or(input, |l: &QLayer| l.output);
        let Some((op, output, zero)) = layer(&mut rng, before.shape, one_dimensional) else { continue };
        if output.iter().product::<usize>() > 20_000 || output.iter().product::<usize>() == 0 {
            continue;
        }
        shape = output;
        let zero_point = if zero { zero_point(&mut rng) } else { before.zero_point };
        let output = TensorInfo { shape, scale: 0.05, zero_point };
        layers.push(QLayer { name: format!("layer.{}", layers.len()), op, output });
    }
    let encoder_layers = rng.random_range(1..=layers.len());
    QGraph { name: format!("random-{seed}"), input, layers, encoder_layers }
}

/// The network without its numbers, for messages.
pub fn describe(graph: &QGraph) -> String {
    let mut text = format!("{:?} zero point {}", graph.input.shape, graph.input.zero_point);
    for layer in &graph.layers {
        let op = match &layer.op {
            QOp::Conv(g, p) => format!("conv {g:?} scales {} range {:?}", p.scales.len(), p.range),
            QOp::ConvTranspose(g, p) => format!("conv_transpose {g:?} scales {} range {:?}", p.scales.len(), p.range),
            QOp::Linear(p) => format!("linear scales {} range {:?}", p.scales.len(), p.range),
            QOp::Table(t) => format!("table, sorted: {}", t.is_sorted()),
            other => format!("{other:?}"),
        };
        text += &format!("\n  {op} -> {:?} zero point {}", layer.output.shape, layer.output.zero_point);
    }
    text + &format!("\n  latent behind layer {}", graph.encoder_layers)
}

/// Input values: random, or one of the extremes.
pub fn random_input(graph: &QGraph, seed: u64) -> Vec<i8> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let n = graph.input.len();
    match seed % 5 {
        0 => vec![-128; n],
        1 => vec![127; n],
        2 => (0..n).map(|i| if i % 2 == 0 { -128 } else { 127 }).collect(),
        _ => (0..n).map(|_| rng.random_range(-128..=127) as i8).collect(),
    }
}

fn zero_point(rng: &mut impl Rng) -> i32 {
    match rng.random_range(0..4) {
        0 => -128,
        1 => 127,
        _ => rng.random_range(-128..=127),
    }
}

/// Parameters whose outputs spread over int8.
pub fn random_parameters(rng: &mut impl Rng, outputs: usize, terms: usize) -> Parameters {
    let extreme = rng.random_bool(0.2);
    let weights =
        (0..outputs * terms)
            .map(|_| {
                if extreme { if rng.random_bool(0.5) { 127 } else { -127 } } else { rng.random_range(-127..=127) as i8 }
            })
            .collect();
    let bias = (0..outputs).map(|_| rng.random_range(-20_000..20_000)).collect();
    // An accumulator has a deviation of about 74 · 74 · √terms; 40 of the output's steps shall be that.
    let size = (5476.0 * (terms.max(1) as f64).sqrt() / 40.0).log2() as i32;
    let number = if rng.random_bool(0.2) { 1 } else { outputs };
    let scales = (0..number)
        .map(|_| Scale {
            multiplier: rng.random_range(1 << 30..=i32::MAX),
            shift: (-size + rng.random_range(-2..=2)).clamp(-31, 4),
        })
        .collect();
    let mut range = [-128, 127];
    if rng.random_bool(0.3) {
        range[0] = rng.random_range(-128..=0);
    }
    if rng.random_bool(0.1) {
        range[1] = rng.random_range(0..=127);
    }
    Parameters { weights, bias, scales, range }
}

/// A random layer for an input of `shape`: operation, output shape, and whether it has a zero point of its own.
fn layer(rng: &mut impl Rng, shape: [usize; 3], one_dimensional: bool) -> Option<(QOp, [usize; 3], bool)> {
    let [height, width, channels] = shape;
    let extents = [height, width];
    let pick = |rng: &mut dyn Rng, low: usize, high: usize| -> [usize; 2] {
        let h = if one_dimensional { low.max(1) } else { rng.random_range(low..=high) };
        [h, rng.random_range(low..=high)]
    };
    match rng.random_range(0..11) {
        0..3 => {
            let groups = if rng.random_bool(0.2) && channels.is_multiple_of(2) { 2 } else { 1 };
            let out = rng.random_range(1..7) * groups;
            let mut kernel = pick(rng, 1, 5);
            let mut stride = pick(rng, 1, 3);
            let mut dilation = if rng.random_bool(0.2) { pick(rng, 1, 3) } else { [1, 1] };
            if one_dimensional {
                (kernel[0], stride[0], dilation[0]) = (1, 1, 1);
            }
            let padding: [usize; 2] =
                std::array::from_fn(|d| if one_dimensional && d == 0 { 0 } else { rng.random_range(0..kernel[d]) });
            let output: [Option<usize>; 2] = std::array::from_fn(|d| {
                let span = (kernel[d] - 1) * dilation[d] + 1;
                (extents[d] + 2 * padding[d]).checked_sub(span).map(|free| free / stride[d] + 1)
            });
            let output = [output[0]?, output[1]?, out];
            let parameters = random_parameters(rng, out, kernel[0] * kernel[1] * channels / groups);
            Some((QOp::Conv(Geometry { kernel, stride, padding, dilation, groups }, parameters), output, true))
        }
        3..5 => {
            let out = rng.random_range(1..7);
            let (mut kernel, mut stride) = (pick(rng, 1, 4), pick(rng, 1, 3));
            if one_dimensional {
                (kernel[0], stride[0]) = (1, 1);
            }
            let padding: [usize; 2] = std::array::from_fn(|d| rng.random_range(0..kernel[d]));
            let output: [Option<usize>; 2] = std::array::from_fn(|d| {
                ((extents[d] - 1) * stride[d] + kernel[d]).checked_sub(2 * padding[d]).filter(|o| *o > 0)
            });
            let output = [output[0]?, output[1]?, out];
            let parameters = random_parameters(rng, out, kernel[0] * kernel[1] * channels);
            let geometry = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
            Some((QOp::ConvTranspose(geometry, parameters), output, true))
        }
        5 => {
            let terms = height * width * channels;
            if terms > 2000 {
                return None;
            }
            let out = rng.random_range(1..20);
            Some((QOp::Linear(random_parameters(rng, out, terms)), [1, 1, out], true))
        }
        6 => {
            let table = if rng.random_bool(0.5) {
                (-128..=127).map(|v: i32| if v < 0 { v / 3 } else { v } as i8).collect()
            } else {
                (0..256).map(|_| rng.random_range(-128..=127) as i8).collect()
            };
            Some((QOp::Table(table), shape, true))
        }
        7 => {
            let mut kernel = pick(rng, 1, 3);
            if one_dimensional {
                kernel[0] = 1;
            }
            if kernel[0] > height || kernel[1] > width {
                return None;
            }
            let geometry = |stride| Geometry { kernel, stride, padding: [0, 0], dilation: [1, 1], groups: 1 };
            if rng.random_bool(0.3) {
                let stride = if one_dimensional { [1, rng.random_range(1..=3)] } else { pick(rng, 1, 3) };
                let output = [(height - kernel[0]) / stride[0] + 1, (width - kernel[1]) / stride[1] + 1, channels];
                return Some((QOp::AvgPool(geometry(stride)), output, false));
            }
            let range = if rng.random_bool(0.2) { [-50, 90] } else { [-128, 127] };
            Some((QOp::MaxPool(geometry(kernel), range), [height / kernel[0], width / kernel[1], channels], false))
        }
        8 => {
            let mut factor = pick(rng, 1, 3);
            if one_dimensional {
                factor[0] = 1;
            }
            Some((QOp::Upsample(factor), [height * factor[0], width * factor[1], channels], false))
        }
        9 => {
            let mut sides: [usize; 4] = std::array::from_fn(|_| rng.random_range(0..3));
            if one_dimensional {
                (sides[0], sides[1]) = (0, 0);
            }
            let output = [height + sides[0] + sides[1], width + sides[2] + sides[3], channels];
            Some((QOp::Pad(sides), output, false))
        }
        _ if rng.random_bool(0.7) => {
            let output = [rng.random_range(1..=height), rng.random_range(1..=width), channels];
            Some((QOp::Trim, output, false))
        }
        _ => {
            let n = height * width * channels;
            let divisors: Vec<usize> = (1..=n).filter(|d| n.is_multiple_of(*d)).collect();
            let width = divisors[rng.random_range(0..divisors.len())];
            Some((QOp::Reshape, if one_dimensional { [1, width, n / width] } else { [n / width, width, 1] }, false))
        }
    }
}

/// A random network with the layers that processors' kernels are made for: more channels than [`random_graph`] has, short
/// kernels, poolings, upsamplings and transposed convolutions by two.
pub fn random_wide_graph(seed: u64) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let signal = rng.random_bool(0.5);
    let shape = if signal {
        [1, rng.random_range(2..90), rng.random_range(1..20)]
    } else {
        [rng.random_range(2..10), rng.random_range(2..20), rng.random_range(1..20)]
    };
    let shape = if rng.random_bool(0.3) { [shape[0], shape[1], 1] } else { shape };
    let input = TensorInfo { shape, scale: 0.05, zero_point: zero_point(&mut rng) };
    let mut layers = if signal && shape[2] == 1 { rectified_start(&mut rng, shape[1] / 4 * 2) } else { Vec::new() };
    let input = if layers.is_empty() { input } else { TensorInfo { shape: [1, shape[1] / 4 * 4, 1], ..input } };
    let count = layers.len() + rng.random_range(1..6);
    while layers.len() < count {
        let before = layers.last().map_or(input, |l: &QLayer| l.output);
        let Some((op, output, zero)) = wide_layer(&mut rng, before.shape, signal) else { continue };
        if output.iter().product::<usize>() > 12_000 {
            continue;
        }
        let relu = matches!(&op, QOp::Conv(_, p) if p.range == [-128, 127]) && rng.random_bool(0.3);
        let zero_point = match zero {
            true if relu => -128,
            true => zero_point(&mut rng),
            false => before.zero_point,
        };
        let output = TensorInfo { shape: output, scale: 0.05, zero_point };
        layers.push(QLayer { name: format!("layer.{}", layers.len()), op, output });
    }
    let encoder_layers = rng.random_range(1..=layers.len());
    QGraph { name: format!("wide-{seed}"), input, layers, encoder_layers }
}

/// A rectified convolution of one channel to `positions` pooled ones, and a convolution behind it.
fn rectified_start(rng: &mut impl Rng, positions: usize) -> Vec<QLayer> {
    let out = rng.random_range(3..20);
    let layer = |name: &str, op, shape| {
        let output = TensorInfo { shape, scale: 0.05, zero_point: -128 };
        QLayer { name: name.into(), op, output }
    };
    let geometry = |kernel, stride, padding| Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
    let mut first = random_parameters(rng, out, 5);
    first.range = [-128, 127];
    first.scales.iter_mut().for_each(|s| s.shift = s.shift.min(-1));
    let kernel = 1 + 2 * rng.random_range(0..3);
    first.weights.truncate(out * kernel);
    let second = random_parameters(rng, 7, 3 * out);
    match positions {
        0 => Vec::new(),
        _ => vec![
            layer(
                "start.conv",
                QOp::Conv(geometry([1, kernel], [1, 1], [0, kernel / 2]), first),
                [1, 2 * positions, out],
            ),
            layer("start.pool", QOp::MaxPool(geometry([1, 2], [1, 2], [0, 0]), [-128, 127]), [1, positions, out]),
            layer("start.next", QOp::Conv(geometry([1, 3], [1, 1], [0, 1]), second), [1, positions, 7]),
        ],
    }
}

fn wide_layer(rng: &mut impl Rng, shape: [usize; 3], signal: bool) -> Option<(QOp, [usize; 3], bool)> {
    let [height, width, channels] = shape;
    let out = rng.random_range(1..20);
    let across = |vertical: usize, horizontal: usize| if signal { [1, horizontal] } else { [vertical, horizontal] };
    match rng.random_range(0..8) {
        0..4 => {
            let long = if signal { 5 } else { 3 };
            let kernel = across(rng.random_range(1..=3), rng.random_range(1..=long));
            let stride = if signal { [1, 1] } else { [rng.random_range(1..=2), rng.random_range(1..=2)] };
            let padding = [kernel[0] / 2, kernel[1] / 2];
            let output: [Option<usize>; 2] = std::array::from_fn(|d| {
                (shape[d] + 2 * padding[d]).checked_sub(kernel[d]).map(|free| free / stride[d] + 1)
            });
            let parameters = random_parameters(rng, out, kernel[0] * kernel[1] * channels);
            let geometry = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
            Some((QOp::Conv(geometry, parameters), [output[0]?, output[1]?, out], true))
        }
        4 if !signal => {
            let padding = [rng.random_range(0..2), rng.random_range(0..2)];
            let output: [usize; 2] = std::array::from_fn(|d| (shape[d] - 1) * 2 + 3 - 2 * padding[d]);
            let parameters = random_parameters(rng, out, 9 * channels);
            let geometry = Geometry { kernel: [3, 3], stride: [2, 2], padding, dilation: [1, 1], groups: 1 };
            Some((QOp::ConvTranspose(geometry, parameters), [output[0], output[1], out], true))
        }
        4 | 5 => Some((QOp::Upsample(across(2, 2)), [height * across(2, 2)[0], width * 2, channels], false)),
        6 => {
            let kernel = across(1, 2);
            if width < 2 {
                return None;
            }
            let geometry = Geometry { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1], groups: 1 };
            Some((QOp::MaxPool(geometry, [-128, 127]), [height, width / 2, channels], false))
        }
        _ => {
            let table: Vec<i8> = (-128..=127).map(|v: i32| if v < 0 { v / 3 } else { v } as i8).collect();
            Some((QOp::Table(table), shape, true))
        }
    }
}
