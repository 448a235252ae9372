//! Every objective: the engine's form against candle's, and its gradient against finite differences.

use super::*;
use crate::engine::candle::layer_outputs;
use crate::engine::{CompileOptions, Engine, initial_parameters};
use candle_core::{Device, Var};
use picoae_compiler::spec::{Architecture, Layer, ParameterTable, digits, layers, timeseries};

#[test]
fn slopes_are_candles_gradients() {
    let at = [-2.5f32, -1.2, -0.4, 0.3, 0.9, 1.7];
    for loss in [Loss::Mse, Loss::L1, Loss::Huber] {
        let objective = loss.objective();
        let y = Var::new(&at, &Device::Cpu).unwrap();
        let mean = objective.mean(&y, &y.zeros_like().unwrap()).unwrap();
        let mut slopes = [0f32; 6];
        let sum = objective.criterion().unwrap().compare(&at, &mut slopes, 1.0);
        assert!((mean.to_scalar::<f32>().unwrap() - sum as f32 / 6.0).abs() < 1e-6);
        let gradient = mean.backward().unwrap().get(&y).unwrap().to_vec1::<f32>().unwrap();
        for (g, slope) in gradient.iter().zip(slopes) {
            assert!((g * 6.0 - slope).abs() < 1e-5, "{loss:?}: {g} {slope}");
        }
    }
}

/// The gradient that training uses against finite differences of the loss, and against candle's loss.
#[test]
fn the_loss_has_the_gradient_of_finite_differences() {
    for net in [digits(), timeseries(), dilated_and_grouped()] {
        for objective in [Loss::Mse, Loss::Huber].map(Loss::objective) {
            let criterion = objective.criterion().unwrap();
            let table = ParameterTable::new(&net).unwrap();
            let engine = Engine::new(&net, CompileOptions::default(), 2).unwrap();
            let flat_parameters = initial_parameters(&table, 3);
            let own = engine.network().arrange(&flat_parameters);
            let sample: usize = net.input.iter().product();
            let (x, target) = (numbers(3 * sample, 5), numbers(3 * sample, 6));
            let loss = |at: &[f32]| engine.loss(criterion.as_ref(), at, &x, &target);
            let (value, gradient) = engine.loss_and_gradient(criterion.as_ref(), &own, &x, &target);
            assert_eq!(value, loss(&own));
            let shape = (3, net.input[0], net.input[1], net.input[2]);
            let tensor = |v: &[f32]| Tensor::from_slice(v, shape, &Device::Cpu).unwrap();
            let p = Tensor::new(flat_parameters.as_slice(), &Device::Cpu).unwrap();
            let output = layer_outputs(&net, &table, &p, &tensor(&x)).unwrap().pop().unwrap();
            let want: f32 = objective.mean(&output, &tensor(&target)).unwrap().to_scalar().unwrap();
            assert!((value - want).abs() < 1e-5 * want, "{value} {want}");
            // Along the gradient, where the loss changes most and rounding matters least.
            let length = gradient.iter().map(|g| f64::from(*g).powi(2)).sum::<f64>().sqrt();
            let step = 2e-3;
            let moved = |sign: f64| -> f64 {
                let at: Vec<f32> =
                    own.iter().zip(&gradient).map(|(p, g)| p + (sign * step / length * f64::from(*g)) as f32).collect();
                f64::from(loss(&at))
            };
            let slope = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            assert!((slope / length - 1.0).abs() < 0.02, "{}: {slope} {length}", net.name);
        }
    }
}

/// Dilated, grouped and depthwise convolutions, one behind the other.
fn dilated_and_grouped() -> Architecture {
    let conv = |input, output, dilation: usize, groups| {
        let dense = layers::Conv::dense(input, output, [1, 3], [1, 1], [0, dilation]);
        Layer::Conv(layers::Conv { dilation: [1, dilation], groups, ..dense })
    };
    Architecture {
        name: "dilated and grouped".into(),
        input: [1, 1, 64],
        one_dimensional: true,
        encoder: vec![conv(1, 8, 2, 1), Layer::Sigmoid, conv(8, 8, 4, 8), Layer::Sigmoid, conv(8, 12, 1, 4)],
        decoder: vec![Layer::Sigmoid, conv(12, 1, 3, 1)],
    }
}

fn numbers(n: usize, seed: u64) -> Vec<f32> {
    use rand::{RngExt, SeedableRng};
    let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}
