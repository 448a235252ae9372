//! Networks through quantization to the integer network.

use picoae_compiler::graph::{QGraph, QOp};
use picoae_compiler::quantize::{QuantizeConfig, Range, Ranges, quantize};
use picoae_compiler::reference;
use picoae_compiler::spec::layers::Conv;
use picoae_compiler::spec::{Architecture, Layer, ParameterTable};

fn quantized(layers: Vec<Layer>, input: [usize; 3], flat: &[f32], range: Range) -> QGraph {
    let count = layers.len();
    let architecture =
        Architecture { name: "net".into(), input, one_dimensional: true, encoder: layers, decoder: Vec::new() };
    let weights = ParameterTable::new(&architecture).unwrap().name(flat);
    let ranges = Ranges { input: range, layers: vec![range; count] };
    quantize(&architecture, &weights, &ranges, &QuantizeConfig::default()).unwrap()
}

/// PyTorch's grouped, dilated convolution by its definition.
fn float_conv(c: &Conv, x: &[f32], width: usize, weight: &[f32], bias: &[f32]) -> Vec<f32> {
    let (inputs, outputs) = (c.input / c.groups, c.output / c.groups);
    let mut y = Vec::new();
    for o in 0..c.output {
        for at in 0..width {
            let mut sum = bias[o];
            for i in 0..inputs {
                for k in 0..c.kernel[1] {
                    let from = (at + k * c.dilation[1]).checked_sub(c.padding[1]).filter(|f| *f < width);
                    let Some(from) = from else { continue };
                    sum += x[(o / outputs * inputs + i) * width + from] * weight[(o * inputs + i) * c.kernel[1] + k];
                }
            }
            y.push(sum);
        }
    }
    y
}

#[test]
fn a_dilated_grouped_convolution_stays_near_its_float_one() {
    let (width, channels) = (12, 4);
    let conv = Conv { dilation: [1, 3], groups: 2, ..Conv::dense(channels, channels, [1, 3], [1, 1], [0, 3]) };
    let weight: Vec<f32> = (0..24).map(|i| ((i * 7 % 11) as f32 - 5.0) / 20.0).collect();
    let bias = [0.1, -0.2, 0.3, 0.0];
    let flat: Vec<f32> = weight.iter().chain(&bias).copied().collect();
    let x: Vec<f32> = (0..channels * width).map(|i| ((i * 5 % 17) as f32 - 8.0) / 8.0).collect();
    let want = float_conv(&conv, &x, width, &weight, &bias);
    let graph = quantized(vec![Layer::Conv(conv)], [channels, 1, width], &flat, Range { min: -2.0, max: 2.0 });
    let QOp::Conv(g, _) = &graph.layers[0].op else { panic!("no convolution") };
    assert_eq!((g.dilation, g.groups), ([1, 3], 2));
    let at = |i: usize| (i % channels) * width + i / channels;
    let q: Vec<i8> = (0..x.len()).map(|i| graph.input.quantize(x[at(i)])).collect();
    for (i, y) in reference::run(&graph, &q).iter().enumerate() {
        let (got, want) = (graph.output().dequantize(*y), want[at(i)]);
        assert!((got - want).abs() < 0.05, "value {i}: {got}, expected {want}");
    }
}
