//! The Conv1d autoencoder for 1000-sample windows.

use super::Architecture;
use super::language::NetworkConfig;

/// 14 layers, 5,217 parameters: two max-poolings down, two nearest upsamplings up, on windows of 1000 samples. Written in
/// `networks/timeseries.toml`.
///
/// # Panics
/// Never: the file is part of the program.
pub fn timeseries() -> Architecture {
    let network = NetworkConfig::named("timeseries").expect("a file of the tree");
    network.architecture([1, 1, 1000]).expect("a network that a test builds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Layer;
    use crate::spec::layers::{Conv, MaxPool, Upsample};

    /// The reference layer by layer.
    fn reference() -> Architecture {
        let conv = |input, output, k: usize| Layer::Conv(Conv::dense(input, output, [1, k], [1, 1], [0, k / 2]));
        let pool = Layer::MaxPool(MaxPool { kernel: [1, 2] });
        let up = Layer::Upsample(Upsample { factor: [1, 2] });
        Architecture {
            name: "timeseries".into(),
            input: [1, 1, 1000],
            one_dimensional: true,
            encoder: vec![
                conv(1, 32, 5),
                Layer::Relu,
                pool.clone(),
                conv(32, 16, 3),
                Layer::Relu,
                pool,
                conv(16, 16, 3),
                Layer::Relu,
            ],
            decoder: vec![up.clone(), conv(16, 32, 5), Layer::Relu, up, conv(32, 1, 3), Layer::Identity],
        }
    }

    #[test]
    fn is_the_reference_layer_by_layer() {
        assert_eq!(timeseries(), reference());
    }

    #[test]
    fn has_the_parameters_of_each_layer() {
        let net = timeseries();
        net.check().unwrap();
        let counts: Vec<usize> = net.layers().unwrap().iter().map(|l| l.layer.parameters()).collect();
        assert_eq!(counts, [192, 0, 0, 1552, 0, 0, 784, 0, 0, 2592, 0, 0, 97, 0]);
        assert_eq!(net.parameters(), 5_217);
        assert_eq!(net.latent_shape().unwrap(), [16, 1, 250]);
    }
}
