//! From what is written to the network it means.

use super::activation::Activation;
use super::block::{self, Block};
use super::config::{Form, NetworkConfig, Pooling, Up};
use super::convolutional::{Convolutional, Step};
use super::dense::Dense;
use super::layer::LayerConfig;
use super::list;
use super::numbers::Numbers;
use super::remedy;
use crate::error::{ArchitectureError, Result, SpecFault};
use crate::spec::Architecture;

/// Name of a network that has none.
const NAMELESS: &str = "network";

impl NetworkConfig {
    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Its name, or `network`.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(NAMELESS)
    }

    /// The form that it is written in.
    ///
    /// # Errors
    /// [`crate::Error::Architecture`] where there are keys of two forms or of none.
    pub fn form(&self) -> Result<Form> {
        Ok(self.only_form()?)
    }

    /// The network for an input of shape `[channels, height, width]`; signals have height 1.
    ///
    /// # Errors
    /// [`crate::Error::Architecture`]: a key that is missing, has no effect or no sensible value; a layer that does not fit, with
    /// its number and shapes; a reconstruction of another shape than the input's, with windows that would do; more than a
    /// workstation can train.
    pub fn architecture(&self, input: [usize; 3]) -> Result<Architecture> {
        let made = self.unchecked(input)?;
        let output = made.output_shape()?;
        if output != input {
            let remedy = remedy::of(output, input, |input| {
                self.unchecked(input).is_ok_and(|made| made.output_shape().is_ok_and(|output| output == input))
            });
            return Err(ArchitectureError::NotItsInput { network: made.name, output, input, remedy }.into());
        }
        made.check()?;
        Ok(made)
    }

    fn unchecked(&self, input: [usize; 3]) -> std::result::Result<Architecture, ArchitectureError> {
        if input.contains(&0) {
            return Err(self.bad("input", format!("{input:?}"), "at least 1 channel, row and sample"));
        }
        let form = self.only_form()?;
        self.no_effect(form)?;
        let (name, one_dimensional) = (self.name(), input[1] == 1);
        let pair = |key: &'static str, numbers: &Numbers| {
            numbers.pair(key, one_dimensional, 1).map_err(|fault| self.key_fault(fault))
        };
        let latent = || match self.latent {
            Some(0) => Err(self.bad("latent", "0", "at least 1")),
            Some(latent) => Ok(latent),
            None => Err(self.bad("latent", "missing", "the size of the latent, such as latent = 8")),
        };
        match form {
            Form::List => {
                let layers = [&self.encoder, &self.decoder].map(|part| part.as_deref().unwrap_or_default());
                let idle = |part: &&[LayerConfig]| part.iter().all(|layer| matches!(layer, LayerConfig::Identity(_)));
                if let Some(missing) = layers.iter().position(idle) {
                    let key = ["encoder", "decoder"][missing];
                    return Err(self.bad(key, "empty", "at least one layer other than identity"));
                }
                let used = layers.iter().any(|part| part.iter().any(|layer| layer.takes_latent()));
                if self.latent.is_some() && !used {
                    let expected = "a layer with channels = \"latent\" or outputs = \"latent\"; it has no effect here";
                    return Err(self.bad("latent", self.latent.unwrap_or_default(), expected));
                }
                list::architecture(name, input, self.latent, layers)
            }
            Form::Dense => {
                let hidden = self.hidden.as_deref().unwrap_or_default();
                if hidden.contains(&0) {
                    return Err(self.bad("hidden", format!("{hidden:?}"), "at least 1 value a layer"));
                }
                let activations = self.activations();
                Dense { hidden, latent: latent()?, activations }.architecture(name, input)
            }
            Form::Block => {
                let extent = match &self.block {
                    Some(Numbers::One(0)) if one_dimensional => [1, block::length(input)],
                    other => pair("block", other.as_ref().unwrap_or(&Numbers::One(0)))?,
                };
                let [_, at_latent, at_output] = self.activations();
                Block { extent, latent: latent()?, activations: [at_latent, at_output] }.architecture(name, input)
            }
            Form::Convolutional => {
                let channels = self.channels.as_deref().unwrap_or_default();
                if channels.is_empty() || channels.contains(&0) {
                    return Err(self.bad("channels", format!("{channels:?}"), "at least one entry, each at least 1"));
                }
                let kernel = self.kernel.clone().unwrap_or(Numbers::One(if one_dimensional { 5 } else { 3 }));
                let each =
                    |key: &'static str, numbers: &Numbers| -> std::result::Result<Vec<[usize; 2]>, ArchitectureError> {
                        let all = numbers.each(key, channels.len()).map_err(|fault| self.key_fault(fault))?;
                        let pairs: Vec<[usize; 2]> =
                            all.iter().map(|n| pair(key, n)).collect::<std::result::Result<_, _>>()?;
                        match pairs.iter().flatten().find(|n| **n == 0) {
                            Some(_) => Err(self.bad(key, numbers, "at least 1")),
                            None => Ok(pairs),
                        }
                    };
                let kernels = each("kernel", &kernel)?;
                let up = each("decoder_kernel", self.decoder_kernel.as_ref().unwrap_or(&kernel))?;
                let pools = each("pool", self.pool.as_ref().unwrap_or(&Numbers::One(2)))?;
                let step = |i: usize| Step {
                    channels: channels[i],
                    kernel: kernels[i],
                    pool: pools[i],
                    decoder_kernel: up[i],
                };
                let latent_kernel = match &self.latent_kernel {
                    Some(numbers) => pair("latent_kernel", numbers)?,
                    None => kernels[channels.len() - 1],
                };
                Convolutional {
                    steps: (0..channels.len()).map(step).collect(),
                    pooling: self.pooling.unwrap_or(Pooling::Max),
                    up: self.up.unwrap_or(Up::Upsample),
                    bottleneck: self.bottleneck.unwrap_or_default(),
                    latent: latent()?,
                    latent_kernel,
                    activations: self.activations(),
                }
                .architecture(name, input)
            }
        }
    }

    fn activations(&self) -> [Activation; 3] {
        let between = self.activation.unwrap_or(Activation::Relu);
        [between, self.latent_activation.unwrap_or_default(), self.output_activation.unwrap_or_default()]
    }

    fn only_form(&self) -> std::result::Result<Form, ArchitectureError> {
        let written = self.keys();
        let mut forms = Form::KEYS.iter().filter(|(key, _)| written.contains(key));
        let Some((key, form)) = forms.next() else {
            let expected = "encoder and decoder (a list of layers), channels (convolutional), hidden (dense) or block (linear \
                            by blocks)";
            return Err(self.bad("", "without a form", expected));
        };
        match forms.find(|(_, other)| other != form) {
            None => Ok(*form),
            Some((other, _)) => Err(ArchitectureError::TwoForms { network: self.name().into(), keys: [key, other] }),
        }
    }

    /// Refuses a key that says nothing in this form.
    fn no_effect(&self, form: Form) -> std::result::Result<(), ArchitectureError> {
        let takes: &[&str] = match form {
            Form::List => &["name", "latent", "encoder", "decoder"],
            Form::Dense if self.hidden.as_ref().is_some_and(Vec::is_empty) => {
                &["name", "hidden", "latent", "latent_activation", "output_activation"]
            }
            Form::Dense => &["name", "hidden", "latent", "activation", "latent_activation", "output_activation"],
            Form::Block => &["name", "block", "latent", "latent_activation", "output_activation"],
            Form::Convolutional => &[
                "name",
                "channels",
                "kernel",
                "pool",
                "pooling",
                "decoder_kernel",
                "up",
                "bottleneck",
                "latent",
                "activation",
                "latent_activation",
                "output_activation",
                "latent_kernel",
            ],
        };
        let idle = self.keys().into_iter().find(|key| !takes.contains(key));
        let dense_latent = form == Form::Convolutional
            && self.bottleneck == Some(super::config::Bottleneck::Dense)
            && self.latent_kernel.is_some();
        match idle.or(dense_latent.then_some("latent_kernel")) {
            None => Ok(()),
            Some(key) => Err(ArchitectureError::NoEffect {
                network: self.name().into(),
                key: format!("network.{key}"),
                form: match form {
                    Form::List => "a list of layers (encoder, decoder)",
                    Form::Dense if takes.contains(&"activation") => "a dense network (hidden)",
                    Form::Dense => "a dense network without hidden layers",
                    Form::Block => "a network of blocks (block)",
                    Form::Convolutional if idle.is_none() => "a network with a dense bottleneck",
                    Form::Convolutional => "a convolutional network (channels)",
                },
            }),
        }
    }

    /// The keys that are written.
    fn keys(&self) -> Vec<&'static str> {
        let all = [
            ("name", self.name.is_some()),
            ("channels", self.channels.is_some()),
            ("kernel", self.kernel.is_some()),
            ("pool", self.pool.is_some()),
            ("pooling", self.pooling.is_some()),
            ("latent_kernel", self.latent_kernel.is_some()),
            ("decoder_kernel", self.decoder_kernel.is_some()),
            ("up", self.up.is_some()),
            ("bottleneck", self.bottleneck.is_some()),
            ("hidden", self.hidden.is_some()),
            ("block", self.block.is_some()),
            ("latent", self.latent.is_some()),
            ("activation", self.activation.is_some()),
            ("latent_activation", self.latent_activation.is_some()),
            ("output_activation", self.output_activation.is_some()),
            ("encoder", self.encoder.is_some()),
            ("decoder", self.decoder.is_some()),
        ];
        all.into_iter().filter(|(_, written)| *written).map(|(key, _)| key).collect()
    }

    fn key_fault(&self, fault: SpecFault) -> ArchitectureError {
        match fault {
            SpecFault::Key { key, value, expected } => self.bad(key, value, &expected),
            other => self.bad("", other, "another value"),
        }
    }

    fn bad(&self, key: &str, value: impl std::fmt::Display, expected: &str) -> ArchitectureError {
        let key = if key.is_empty() { "network".into() } else { format!("network.{key}") };
        ArchitectureError::Key { network: self.name().into(), key, value: value.to_string(), expected: expected.into() }
    }
}
