//! The Conv2d autoencoder with a two-dimensional latent space for 28×28 digits.

use super::Architecture;
use super::language::NetworkConfig;

/// 20 layers, 200,963 parameters: strided convolutions down to two latents, transposed convolutions up, trimmed. Written in
/// `networks/digits.toml`.
///
/// # Panics
/// Never: the file is part of the program.
pub fn digits() -> Architecture {
    let network = NetworkConfig::named("digits").expect("a file of the tree");
    network.architecture([1, 28, 28]).expect("a network that a test builds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Layer;
    use crate::spec::layers::{Conv, ConvTranspose, LeakyRelu, Linear, Reshape, Trim};

    /// The reference layer by layer.
    fn reference() -> Architecture {
        let conv = |input, output, s| Layer::Conv(Conv::dense(input, output, [3, 3], [s, s], [1, 1]));
        let up = |input, output, s, p| {
            Layer::ConvTranspose(ConvTranspose { input, output, kernel: [3, 3], stride: [s, s], padding: [p, p] })
        };
        let leaky = Layer::LeakyRelu(LeakyRelu { slope: 0.01 });
        Architecture {
            name: "digits".into(),
            input: [1, 28, 28],
            one_dimensional: false,
            encoder: vec![
                conv(1, 32, 1),
                leaky.clone(),
                conv(32, 64, 2),
                leaky.clone(),
                conv(64, 64, 2),
                leaky.clone(),
                conv(64, 64, 1),
                Layer::Flatten,
                Layer::Linear(Linear { input: 3136, output: 2 }),
            ],
            decoder: vec![
                Layer::Linear(Linear { input: 2, output: 3136 }),
                Layer::Reshape(Reshape { shape: [64, 7, 7] }),
                up(64, 64, 1, 1),
                leaky.clone(),
                up(64, 64, 2, 1),
                leaky.clone(),
                up(64, 32, 2, 0),
                leaky,
                up(32, 1, 2, 0),
                Layer::Trim(Trim { size: [28, 28] }),
                Layer::Sigmoid,
            ],
        }
    }

    #[test]
    fn is_the_reference_layer_by_layer() {
        assert_eq!(digits(), reference());
    }

    #[test]
    fn has_the_parameters_and_shapes_of_each_layer() {
        let net = digits();
        net.check().unwrap();
        let layers = net.layers().unwrap();
        let counts: Vec<usize> = layers.iter().map(|l| l.layer.parameters()).collect();
        let want =
            [320, 0, 18_496, 0, 36_928, 0, 36_928, 0, 6_274, 9_408, 0, 36_928, 0, 36_928, 0, 18_464, 0, 289, 0, 0];
        assert_eq!(counts, want);
        assert_eq!(net.parameters(), 200_963);
        assert_eq!(net.latent_shape().unwrap(), [2, 1, 1]);
        let heights: Vec<usize> = layers.iter().map(|l| l.output[1]).collect();
        assert_eq!(heights, [28, 28, 14, 14, 7, 7, 7, 1, 1, 1, 7, 7, 7, 13, 13, 27, 27, 55, 28, 28]);
    }
}
