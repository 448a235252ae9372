//! A network with its weights, ready to run.

use crate::engine::candle::layer_outputs;
use crate::engine::order::{channels_first, channels_last};
use crate::engine::{CompileOptions, Engine, initial_parameters};
use crate::error::{Error, Result};
use candle_core::{Device, Tensor};
use picoae_compiler::spec::{Architecture, ParameterTable, Part};
use picoae_compiler::weights::Weights;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// Samples that go through a network at a time, so that memory does not grow with the number asked for.
const CHUNK: usize = 32;

/// An autoencoder: a description with its float weights. Samples, reconstructions and latents are in the order `[height][width]
/// [channel]`, one sample behind the other; the engine beneath keeps channels first.
#[derive(Debug, Clone)]
pub struct Autoencoder {
    architecture: Architecture,
    table: ParameterTable,
    parameters: Vec<f32>,
    /// The whole network, its encoder and its decoder, each made when it is first asked for.
    engines: [OnceLock<ReadyEngine>; 3],
}

/// An engine and the parameters in its own order.
#[derive(Debug, Clone)]
struct ReadyEngine {
    engine: Arc<Engine>,
    parameters: Vec<f32>,
}

impl Autoencoder {
    /// A network with PyTorch's default initialization, drawn from `seed`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the architecture does not fit together.
    pub fn new(architecture: &Architecture, seed: u64) -> Result<Self> {
        architecture.check()?;
        let table = ParameterTable::new(architecture)?;
        let parameters = initial_parameters(&table, seed);
        Ok(Self { architecture: architecture.clone(), table, parameters, engines: Default::default() })
    }

    /// A network with given weights.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the tensor that is missing or has another shape.
    pub fn from_weights(architecture: &Architecture, weights: &Weights) -> Result<Self> {
        architecture.check()?;
        let table = ParameterTable::new(architecture)?;
        let parameters = table.flatten(weights)?;
        Ok(Self { architecture: architecture.clone(), table, parameters, engines: Default::default() })
    }

    /// What it is a network of.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The weights under PyTorch's names.
    ///
    /// # Errors
    /// None today; the signature leaves room for weights that live on another device.
    pub fn weights(&self) -> Result<Weights> {
        Ok(self.table.name(&self.parameters))
    }

    /// Reconstructions of `batch` samples.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `input` is not `batch` samples.
    pub fn forward(&self, input: &[f32], batch: usize) -> Result<Vec<f32>> {
        self.run(0, &self.architecture, &self.parameters, input, batch)
    }

    /// Latents of `batch` samples.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `input` is not `batch` samples.
    pub fn encode(&self, input: &[f32], batch: usize) -> Result<Vec<f32>> {
        let part = Architecture { decoder: Vec::new(), ..self.architecture.clone() };
        self.run(1, &part, &self.parameters, input, batch)
    }

    /// Reconstructions of `batch` latents.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `latents` is not `batch` latents.
    pub fn decode(&self, latents: &[f32], batch: usize) -> Result<Vec<f32>> {
        let part =
            Architecture { input: self.architecture.latent_shape()?, encoder: Vec::new(), ..self.architecture.clone() };
        let encoder = self.architecture.layers()?.iter().filter(|l| l.part == Part::Encoder).count();
        let skip = (0..encoder).filter_map(|i| self.table.layer(i)).map(|[w, b]| w.len() + b.len()).sum::<usize>();
        self.run(2, &part, &self.parameters[skip..], latents, batch)
    }

    /// The output of every layer in order for `batch` samples, each in the engine's order `[batch, channels, height, width]`.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `input` is not `batch` samples.
    pub fn activations(&self, input: &[f32], batch: usize) -> Result<Vec<Vec<f32>>> {
        let net = &self.architecture;
        let sample = check_len(net, input, batch)?;
        let input = &channels_first(input, net.input)[..];
        let (table, n) = (&self.table, self.table.total());
        let parameters = Tensor::from_slice(&self.parameters, n, &Device::Cpu)?;
        let mut all: Vec<Vec<f32>> = vec![Vec::new(); net.encoder.len() + net.decoder.len()];
        for chunk in input.chunks(sample * CHUNK) {
            let [c, h, w] = net.input;
            let x = Tensor::from_slice(chunk, (chunk.len() / sample, c, h, w), &Device::Cpu)?;
            for (out, tensor) in all.iter_mut().zip(layer_outputs(net, table, &parameters, &x)?) {
                out.extend(tensor.flatten_all()?.to_vec1::<f32>()?);
            }
        }
        Ok(all)
    }

    /// Runs the network, its encoder or its decoder (`which` 0, 1 or 2) on all cores.
    fn run(&self, which: usize, net: &Architecture, flat: &[f32], input: &[f32], batch: usize) -> Result<Vec<f32>> {
        check_len(net, input, batch)?;
        let slot = &self.engines[which];
        let ready = match slot.get() {
            Some(ready) => ready,
            None => {
                let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
                let engine = Engine::new(net, CompileOptions::default(), threads)?;
                let parameters = engine.network().arrange(flat);
                slot.get_or_init(|| ReadyEngine { engine, parameters })
            }
        };
        let output = ready.engine.forward(&ready.parameters, &channels_first(input, net.input));
        let shape = net.layers()?.last().map_or(net.input, |last| last.output);
        Ok(match channels_last(&output, shape) {
            Cow::Owned(moved) => moved,
            Cow::Borrowed(_) => output,
        })
    }
}

/// Values of one input, where `input` is `batch` of them.
fn check_len(net: &Architecture, input: &[f32], batch: usize) -> Result<usize> {
    let sample: usize = net.input.iter().product();
    if input.len() == batch * sample {
        return Ok(sample);
    }
    Err(Error::invalid(format!("{}: {} values are not {batch} inputs of {sample}", net.name, input.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae_compiler::spec::{digits, timeseries};

    fn ramp(n: usize) -> Vec<f32> {
        (0..n).map(|i| ((i * 37 % 101) as f32 / 101.0) - 0.3).collect()
    }

    #[test]
    fn decoding_the_encoded_is_the_forward_pass() {
        for net in [digits(), timeseries()] {
            let sample: usize = net.input.iter().product();
            let model = Autoencoder::new(&net, 3).unwrap();
            let input = ramp(sample * 3);
            let whole = model.forward(&input, 3).unwrap();
            let latents = model.encode(&input, 3).unwrap();
            assert_eq!(latents.len(), 3 * net.latent_shape().unwrap().iter().product::<usize>());
            let decoded = model.decode(&latents, 3).unwrap();
            assert_eq!(whole.len(), decoded.len());
            let far = whole.iter().zip(&decoded).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-5, "{far}");
            let layers = model.activations(&input, 3).unwrap();
            let far = whole.iter().zip(&layers[layers.len() - 1]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(far < 1e-5, "{far}");
            for (out, info) in layers.iter().zip(net.layers().unwrap()) {
                assert_eq!(out.len(), 3 * info.output.iter().product::<usize>());
            }
        }
    }

    #[test]
    fn weights_go_round() {
        let net = timeseries();
        let model = Autoencoder::new(&net, 5).unwrap();
        let again = Autoencoder::from_weights(&net, &model.weights().unwrap()).unwrap();
        let input = ramp(1000);
        assert_eq!(model.forward(&input, 1).unwrap(), again.forward(&input, 1).unwrap());
        assert!(model.forward(&input, 2).unwrap_err().to_string().contains("2 inputs of 1000"));
    }
}
