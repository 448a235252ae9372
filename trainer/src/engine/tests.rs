//! Every op against candle's own operators and gradients, and against finite differences.

use super::candle::{NetworkOp, layer_outputs};
use super::*;

use candle_core::{Device, Tensor, Var};
use picoae_compiler::spec::{Architecture, Layer, ParameterTable, digits, layers, timeseries};
use proptest::prelude::*;

fn numbers(n: usize, seed: u64) -> Vec<f32> {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}

/// The sum of d².
struct Squares;

impl Criterion for Squares {
    fn compare(&self, output: &[f32], gradient: &mut [f32], scale: f32) -> f64 {
        pointwise(output, gradient, scale, |d| d * d, |d| 2.0 * d)
    }
}

fn network(input: [usize; 3], layers: Vec<Layer>) -> Architecture {
    Architecture { name: "test".into(), input, one_dimensional: false, encoder: layers, decoder: Vec::new() }
}

fn everything(net: &Architecture) -> [CompileOptions; 2] {
    assert!(net.layers().is_ok(), "{:?}", net.layers().err());
    [CompileOptions::default(), CompileOptions { live_only: false, fold_upsampling: false }]
}

/// Largest difference, relative to the largest value.
fn distance(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    let size = b.iter().fold(1e-3f32, |m, v| m.max(v.abs()));
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / size
}

fn flat(t: &Tensor) -> Vec<f32> {
    t.flatten_all().unwrap().to_vec1().unwrap()
}

/// Whether a rectifier takes a value so near 0 that rounding decides which of its two slopes it has: either is right there.
fn on_a_kink(net: &Architecture, outputs: &[Tensor]) -> bool {
    let layers = net.layers().unwrap();
    layers.iter().skip(1).zip(outputs).any(|(info, taken)| {
        matches!(info.layer, Layer::Relu | Layer::LeakyRelu(layers::LeakyRelu { .. }))
            && flat(taken).iter().any(|v| v.abs() < 1e-6)
    })
}

/// Compares outputs and both gradients of a compiled network with candle's own.
fn same_as_candle(net: &Architecture, samples: usize, seed: u64) {
    let table = ParameterTable::new(net).unwrap();
    let device = Device::Cpu;
    let [c, h, w] = net.input;
    let x = numbers(samples * c * h * w, seed);
    let p = numbers(table.total(), seed + 1);
    let x = Var::from_vec(x, (samples, c, h, w), &device).unwrap();
    let p = Var::from_vec(p, table.total(), &device).unwrap();
    let mut outputs = layer_outputs(net, &table, p.as_tensor(), x.as_tensor()).unwrap();
    if on_a_kink(net, &outputs) {
        return;
    }
    let want = outputs.pop().unwrap();
    let weigh = Tensor::from_vec(numbers(want.elem_count(), seed + 2), want.shape(), &device).unwrap();
    let gradients = (&want * &weigh).unwrap().sum_all().unwrap().backward().unwrap();
    let want_x = flat(gradients.get(&x).unwrap());
    let want_p = gradients.get(&p).map_or_else(Vec::new, flat);
    for options in everything(net) {
        for threads in [1, 2] {
            let engine = Engine::new(net, options, threads).unwrap();
            let own = Var::from_vec(engine.network().arrange(&flat(&p)), table.total(), &device).unwrap();
            let got = x.apply_op2(own.as_tensor(), NetworkOp::new(engine.clone())).unwrap();
            assert_eq!(got.dims(), want.dims());
            assert!(distance(&flat(&got), &flat(&want)) < 1e-4, "output {options:?} {net:?}");
            let gradients = (&got * &weigh).unwrap().sum_all().unwrap().backward().unwrap();
            let d = distance(&flat(gradients.get(&x).unwrap()), &want_x);
            assert!(d < 1e-4, "input's gradient {d} {options:?} {net:?}");
            let got_p = engine.network().restore(&flat(gradients.get(&own).unwrap()));
            let d = distance(&got_p, &want_p);
            assert!(d < 1e-4, "parameters' gradient {d} {options:?} {net:?}");
        }
    }
}

fn conv(input: usize, output: usize, kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Layer {
    Layer::Conv(layers::Conv::dense(input, output, kernel, stride, padding))
}

fn conv_transpose(input: usize, output: usize, kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Layer {
    Layer::ConvTranspose(layers::ConvTranspose { input, output, kernel, stride, padding })
}

#[test]
fn linear_is_candles() {
    let linear = |input, output| Layer::Linear(layers::Linear { input, output });
    same_as_candle(&network([6, 1, 1], vec![linear(6, 4), Layer::Relu]), 3, 1);
    same_as_candle(&network([2, 3, 4], vec![Layer::Flatten, linear(24, 5), Layer::Sigmoid]), 3, 2);
    let out = Layer::Reshape(layers::Reshape { shape: [3, 2, 4] });
    same_as_candle(&network([5, 1, 1], vec![linear(5, 24), out.clone(), conv(3, 2, [2, 2], [1, 1], [0, 0])]), 3, 3);
    same_as_candle(
        &network([5, 1, 1], vec![linear(5, 24), Layer::Relu, out, Layer::Trim(layers::Trim { size: [1, 3] })]),
        3,
        4,
    );
}

#[test]
fn moving_values_is_candles() {
    let leaky = Layer::LeakyRelu(layers::LeakyRelu { slope: 0.2 });
    same_as_candle(&network([3, 2, 5], vec![Layer::Flatten]), 2, 1);
    same_as_candle(
        &network([12, 1, 1], vec![Layer::Reshape(layers::Reshape { shape: [2, 3, 2] }), leaky.clone()]),
        2,
        2,
    );
    same_as_candle(
        &network([3, 2, 2], vec![Layer::Flatten, Layer::Reshape(layers::Reshape { shape: [2, 2, 3] })]),
        2,
        3,
    );
    same_as_candle(
        &network([2, 3, 4], vec![Layer::Upsample(layers::Upsample { factor: [2, 3] }), leaky.clone()]),
        2,
        4,
    );
    same_as_candle(
        &network([2, 3, 4], vec![Layer::ZeroPad(layers::ZeroPad { sides: [1, 0, 2, 3] }), Layer::Identity]),
        2,
        5,
    );
    same_as_candle(&network([2, 3, 4], vec![Layer::Trim(layers::Trim { size: [2, 3] }), Layer::Sigmoid]), 2, 6);
    let trimmed = vec![
        Layer::ZeroPad(layers::ZeroPad { sides: [2, 2, 1, 4] }),
        leaky,
        Layer::Trim(layers::Trim { size: [1, 2] }),
    ];
    same_as_candle(&network([2, 3, 4], trimmed), 2, 7);
    let trimmed =
        vec![Layer::Upsample(layers::Upsample { factor: [2, 3] }), Layer::Trim(layers::Trim { size: [3, 4] })];
    same_as_candle(&network([2, 3, 4], trimmed), 2, 8);
}

#[test]
fn the_two_models_are_candles() {
    same_as_candle(&digits(), 3, 1);
    same_as_candle(&timeseries(), 3, 2);
}

#[test]
fn networks_of_the_language_are_candles() {
    let cases = [
        ("channels = [8, 4]\nkernel = 5\nlatent = 3", [3, 1, 61]),
        ("channels = [6]\nkernel = 5\npool = 4\npooling = \"average\"\nlatent = 3\nbottleneck = \"dense\"", [2, 1, 90]),
        ("channels = [5, 4]\npool = 2\npooling = \"stride\"\nup = \"transpose\"\nlatent = 3", [2, 11, 13]),
        ("channels = [5, 4]\npool = 2\npooling = \"stride\"\nup = \"transpose\"\nlatent = 3", [2, 1, 40]),
        ("hidden = [24, 12]\nlatent = 4", [3, 1, 40]),
        ("block = 25\nlatent = 6", [2, 1, 240]),
    ];
    for (i, (text, input)) in cases.into_iter().enumerate() {
        let network: picoae_compiler::spec::NetworkConfig = toml::from_str(text).unwrap();
        same_as_candle(&network.architecture(input).unwrap(), 3, i as u64);
    }
}

#[test]
fn equal_maxima_give_the_gradient_to_the_first() {
    let net = network([1, 1, 4], vec![Layer::MaxPool(layers::MaxPool { kernel: [1, 2] })]);
    let engine = Engine::new(&net, CompileOptions::default(), 1).unwrap();
    let (by_input, _) = engine.gradients(&[], &[3.0, 3.0, 1.0, 2.0], &[5.0, 7.0]);
    assert_eq!(by_input, [5.0, 0.0, 0.0, 7.0]);
}

#[test]
fn computing_only_what_is_alive_gives_the_same_gradient() {
    let net = digits();
    let table = ParameterTable::new(&net).unwrap();
    let parameters = initial_parameters(&table, 9);
    let x = numbers(5 * 784, 10);
    let run = |live_only| {
        let options = CompileOptions { live_only, ..CompileOptions::default() };
        let engine = Engine::new(&net, options, 2).unwrap();
        let own = engine.network().arrange(&parameters);
        let (loss, gradient) = engine.loss_and_gradient(&Squares, &own, &x, &x);
        (loss, engine.network().restore(&gradient), engine.network().macs(), engine.forward(&own, &x))
    };
    let (alive, whole) = (run(true), run(false));
    assert!((alive.0 - whole.0).abs() < 1e-6 * whole.0);
    assert!(distance(&alive.1, &whole.1) < 1e-5);
    assert!(distance(&alive.3, &whole.3) < 1e-6);
    assert!((alive.2 as f64) < 0.7 * whole.2 as f64, "{} {}", alive.2, whole.2);
    // What only the dead region uses gets exactly no gradient: values (0, 5…6, ·) and (0, ·, 5…6) of the first map.
    let [weight, _] = table.layer(9).unwrap();
    let dead = |o: usize| o % 49 / 7 >= 5 || o % 7 >= 5;
    for o in (0..3136).filter(|o| dead(*o)) {
        assert_eq!(alive.1[weight.offset + 2 * o], 0.0);
        assert_eq!(whole.1[weight.offset + 2 * o], 0.0);
    }
}

#[test]
fn threads_and_chunks_share_the_samples_exactly() {
    let net = timeseries();
    let table = ParameterTable::new(&net).unwrap();
    let parameters = initial_parameters(&table, 1);
    let x = numbers(23 * 1000, 2);
    let run = |threads: usize| {
        let engine = Engine::new(&net, CompileOptions::default(), threads).unwrap();
        let own = engine.network().arrange(&parameters);
        let (loss, gradient) = engine.loss_and_gradient(&Squares, &own, &x, &x);
        assert_eq!(gradient, engine.loss_and_gradient(&Squares, &own, &x, &x).1, "the same twice");
        (loss, gradient, engine.forward(&own, &x))
    };
    let one = run(1);
    for threads in [2, 3, 40] {
        let many = run(threads);
        assert_eq!(many.2, one.2);
        assert!((many.0 - one.0).abs() < 1e-6 && distance(&many.1, &one.1) < 1e-5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn convolutions_are_candles(
        (c, o) in (1usize..4, 1usize..6), (h, w) in (1usize..8, 1usize..9), (kh, kw) in (1usize..4, 1usize..5),
        (sh, sw) in (1usize..3, 1usize..4), (ph, pw) in (0usize..3, 0usize..5), n in 1usize..4, seed in 0u64..1000,
    ) {
        prop_assume!(h + 2 * ph >= kh && w + 2 * pw >= kw);
        same_as_candle(&network([c, h, w], vec![conv(c, o, [kh, kw], [sh, sw], [ph, pw])]), n, seed);
    }

    #[test]
    fn one_dimensional_convolutions_are_candles(
        (c, o) in (1usize..5, 1usize..5), w in 1usize..20, k in 1usize..7, p in 0usize..7, f in 1usize..4,
        n in 1usize..4, seed in 0u64..1000,
    ) {
        prop_assume!(w * f + 2 * p >= k);
        let layers = vec![Layer::Upsample(layers::Upsample { factor: [1, f] }), conv(c, o, [1, k], [1, 1], [0, p]), Layer::Relu];
        same_as_candle(&network([c, 1, w], layers), n, seed);
        let same = vec![Layer::Upsample(layers::Upsample { factor: [1, f] }), conv(c, o, [1, 2 * p + 1], [1, 1], [0, p])];
        same_as_candle(&network([c, 1, w], same), n, seed);
    }

    #[test]
    fn dilated_and_grouped_convolutions_are_candles(
        (groups, ci, co) in (1usize..4, 1usize..4, 1usize..4), (h, w) in (1usize..8, 1usize..9),
        (kh, kw) in (1usize..4, 1usize..4), (sh, sw) in (1usize..3, 1usize..4), (ph, pw) in (0usize..4, 0usize..6),
        (dh, dw) in (1usize..4, 1usize..4), n in 1usize..4, seed in 0u64..1000,
    ) {
        prop_assume!(h + 2 * ph > (kh - 1) * dh && w + 2 * pw > (kw - 1) * dw);
        let (input, output) = (groups * ci, groups * co);
        let dense = layers::Conv::dense(input, output, [kh, kw], [sh, sw], [ph, pw]);
        let conv = layers::Conv { dilation: [dh, dw], groups, ..dense };
        let size = [(h + 2 * ph - (kh - 1) * dh - 1) / sh + 1, ((w + 2 * pw - (kw - 1) * dw - 1) / sw + 1).div_ceil(2)];
        same_as_candle(&network([input, h, w], vec![Layer::Conv(conv.clone()), Layer::Relu]), n, seed);
        // Cut short, so that only a part of the map is alive.
        same_as_candle(&network([input, h, w], vec![Layer::Conv(conv), Layer::Trim(layers::Trim { size })]), n, seed);
    }

    #[test]
    fn one_dimensional_depthwise_and_dilated_convolutions_are_candles(
        c in 1usize..20, w in 1usize..20, k in 1usize..6, d in 1usize..5, f in 1usize..3, n in 1usize..4, seed in 0u64..1000,
    ) {
        let padding = (k - 1) * d;
        let dense = layers::Conv::dense(c, c, [1, k], [1, 1], [0, padding]);
        let depthwise = layers::Conv { groups: c, ..dense.clone() };
        let up = Layer::Upsample(layers::Upsample { factor: [1, f] });
        for conv in [layers::Conv { dilation: [1, d], ..dense }, layers::Conv { dilation: [1, d], ..depthwise.clone() }, depthwise] {
            same_as_candle(&network([c, 1, w], vec![up.clone(), Layer::Conv(conv), Layer::Sigmoid]), n, seed);
        }
    }

    #[test]
    fn transposed_convolutions_are_candles(
        (c, o) in (1usize..4, 1usize..6), (h, w) in (1usize..6, 1usize..7), (kh, kw) in (1usize..5, 1usize..5),
        (sh, sw) in (1usize..4, 1usize..3), (ph, pw) in (0usize..3, 0usize..2), n in 1usize..4, seed in 0u64..1000,
        (cut_h, cut_w) in (0usize..5, 0usize..5),
    ) {
        let full = [(h - 1) * sh + kh, (w - 1) * sw + kw];
        prop_assume!(full[0] > 2 * ph && full[1] > 2 * pw);
        let size = [(full[0] - 2 * ph).saturating_sub(cut_h).max(1), (full[1] - 2 * pw).saturating_sub(cut_w).max(1)];
        let layers = vec![
            conv(2, c, [1, 1], [1, 1], [0, 0]),
            conv_transpose(c, o, [kh, kw], [sh, sw], [ph, pw]),
            Layer::LeakyRelu(layers::LeakyRelu { slope: 0.01 }),
            Layer::Trim(layers::Trim { size }),
        ];
        same_as_candle(&network([2, h, w], layers), n, seed);
    }

    /// Each kind of layer beside each: what one keeps room for, the other leaves free.
    #[test]
    fn one_dimensional_layers_in_any_order_are_candles(
        kinds in prop::collection::vec(0usize..9, 2..6), c in 1usize..4, w in 8usize..20, cut in 0usize..4,
        n in 2usize..4, seed in 0u64..1000,
    ) {
        let (mut shape, mut all) = ([c, 1, w], Vec::new());
        for (i, kind) in kinds.into_iter().enumerate() {
            let (channels, out) = (shape[0], 2 + i % 3);
            let conv = |stride, padding| conv(channels, out, [1, 3], [1, stride], [0, padding]);
            let more = match kind {
                0 | 1 => vec![conv(1, 1), Layer::Relu],
                2 => vec![conv(2, 1), Layer::LeakyRelu(layers::LeakyRelu { slope: 0.2 })],
                3 => {
                    let dense = layers::Conv::dense(channels, out, [1, 3], [1, 1], [0, 2]);
                    vec![Layer::Conv(layers::Conv { dilation: [1, 2], ..dense })]
                }
                4 => {
                    let dense = layers::Conv::dense(channels, channels, [1, 3], [1, 1], [0, 1]);
                    vec![Layer::Conv(layers::Conv { groups: channels, ..dense })]
                }
                5 => vec![conv_transpose(channels, out, [1, 4], [1, 2], [0, 1])],
                6 => vec![Layer::Upsample(layers::Upsample { factor: [1, 2] })],
                7 => vec![
                    Layer::Flatten,
                    Layer::Linear(layers::Linear { input: shape.iter().product(), output: out * 8 }),
                    Layer::Reshape(layers::Reshape { shape: [out, 1, 8] }),
                ],
                _ => vec![Layer::AvgPool(layers::AvgPool { kernel: [1, 2] }), Layer::Sigmoid],
            };
            for layer in more {
                let Ok(next) = layer.output_shape(shape) else { break };
                shape = next;
                all.push(layer);
            }
        }
        // Cut short, so that only a part of each map is alive.
        if cut < shape[2] && shape[1] == 1 {
            shape[2] -= cut;
            all.push(Layer::Trim(layers::Trim { size: [1, shape[2]] }));
        }
        prop_assume!(shape.iter().product::<usize>() > 0 && shape[2] < 200);
        same_as_candle(&network([c, 1, w], all), n, seed);
    }

    #[test]
    fn pooling_is_candles(
        c in 1usize..5, (kh, kw) in (1usize..4, 1usize..4), (eh, ew) in (0usize..3, 0usize..3),
        (mh, mw) in (1usize..4, 1usize..4), n in 1usize..3, seed in 0u64..1000,
    ) {
        let input = [c, mh * kh + eh.min(kh - 1), mw * kw + ew.min(kw - 1)];
        same_as_candle(&network(input, vec![Layer::MaxPool(layers::MaxPool { kernel: [kh, kw] })]), n, seed);
        same_as_candle(&network(input, vec![Layer::AvgPool(layers::AvgPool { kernel: [kh, kw] }), Layer::Relu]), n, seed);
    }
}
