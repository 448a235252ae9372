//! All trainable parameters of a network as one flat vector, and back to named tensors.

use super::Architecture;
use super::layers::WeightShapes;
use crate::error::{Result, WeightsError};
use crate::weights::{FloatTensor, Weights};
use std::collections::BTreeMap;

/// One tensor's place in the flat vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// `encoder.0.weight` and so on.
    pub name: String,
    /// Extents in PyTorch's layout.
    pub shape: Vec<usize>,
    /// First element in the flat vector.
    pub offset: usize,
    /// Inputs that one output of the layer sums over as PyTorch counts them for its initialization.
    pub fan_in: usize,
}

impl Parameter {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tensors of a network in layer order, weight before bias, laid one behind the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterTable {
    /// Name of the network, for messages.
    network: String,
    /// For each layer (encoder first) the positions in `entries` of its weight and bias.
    layers: Vec<Option<[usize; 2]>>,
    entries: Vec<Parameter>,
    total: usize,
}

impl ParameterTable {
    /// The table of `architecture`.
    ///
    /// # Errors
    /// [`crate::Error::Architecture`] where the layers do not fit.
    pub fn new(architecture: &Architecture) -> Result<Self> {
        let mut table = Self { network: architecture.name.clone(), layers: Vec::new(), entries: Vec::new(), total: 0 };
        for info in architecture.layers()? {
            let Some(WeightShapes { weight, bias }) = info.layer.weight_shapes(architecture.one_dimensional) else {
                table.layers.push(None);
                continue;
            };
            // PyTorch takes the second extent for the inputs, also for transposed convolutions.
            let fan_in = weight[1..].iter().product();
            let at = table.entries.len();
            for (kind, shape) in [("weight", weight), ("bias", bias)] {
                let entry = Parameter { name: format!("{}.{kind}", info.name()), shape, offset: table.total, fan_in };
                table.total += entry.len();
                table.entries.push(entry);
            }
            table.layers.push(Some([at, at + 1]));
        }
        Ok(table)
    }

    /// Number of trainable parameters: the length of the flat vector.
    pub fn total(&self) -> usize {
        self.total
    }

    /// The tensors in order.
    pub fn entries(&self) -> &[Parameter] {
        &self.entries
    }

    /// Weight and bias of layer `i` (encoder first), `None` where it has none.
    pub fn layer(&self, i: usize) -> Option<[&Parameter; 2]> {
        self.layers[i].map(|[w, b]| [&self.entries[w], &self.entries[b]])
    }

    /// The flat vector of named tensors.
    ///
    /// # Errors
    /// [`crate::Error::Weights`] naming a tensor that is missing, has another shape or holds a value that is not finite.
    pub fn flatten(&self, weights: &Weights) -> Result<Vec<f32>> {
        let mut flat = Vec::with_capacity(self.total);
        for entry in &self.entries {
            let tensor = weights.get(&entry.name)?;
            if tensor.shape != entry.shape || tensor.values.len() != entry.len() {
                return Err(WeightsError::Shape {
                    name: entry.name.clone(),
                    found: tensor.shape.clone(),
                    network: self.network.clone(),
                    expected: entry.shape.clone(),
                }
                .into());
            }
            if tensor.values.iter().any(|v| !v.is_finite()) {
                return Err(WeightsError::NotFinite(entry.name.clone()).into());
            }
            flat.extend_from_slice(&tensor.values);
        }
        Ok(flat)
    }

    /// The named tensors of a flat vector of [`total`](Self::total) values.
    pub fn name(&self, flat: &[f32]) -> Weights {
        let tensor =
            |e: &Parameter| FloatTensor { shape: e.shape.clone(), values: flat[e.offset..e.offset + e.len()].to_vec() };
        Weights(self.entries.iter().map(|e| (e.name.clone(), tensor(e))).collect::<BTreeMap<_, _>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{digits, timeseries};

    #[test]
    fn flat_and_named_are_inverse() {
        for net in [digits(), timeseries()] {
            let table = ParameterTable::new(&net).unwrap();
            assert_eq!(table.total(), net.parameters());
            let flat: Vec<f32> = (0..table.total()).map(|i| i as f32).collect();
            assert_eq!(table.flatten(&table.name(&flat)).unwrap(), flat);
        }
    }

    #[test]
    fn missing_and_misshapen_tensors_are_named() {
        let table = ParameterTable::new(&timeseries()).unwrap();
        let mut weights = table.name(&vec![0.0; table.total()]);
        weights.0.get_mut("encoder.3.bias").unwrap().values[0] = f32::NAN;
        assert!(table.flatten(&weights).unwrap_err().to_string().contains("encoder.3.bias"));
        weights.0.get_mut("encoder.3.bias").unwrap().shape = vec![4];
        assert!(table.flatten(&weights).unwrap_err().to_string().contains("[16]"));
        weights.0.remove("encoder.3.bias");
        assert!(table.flatten(&weights).unwrap_err().to_string().contains("encoder.3.bias"));
    }

    #[test]
    fn fan_in_is_what_pytorch_takes() {
        let table = ParameterTable::new(&digits()).unwrap();
        let fan = |name: &str| table.entries().iter().find(|e| e.name == name).unwrap().fan_in;
        assert_eq!(fan("encoder.2.weight"), 32 * 9);
        assert_eq!(fan("decoder.6.weight"), 32 * 9);
        assert_eq!(fan("decoder.6.bias"), 32 * 9);
        assert_eq!(fan("decoder.0.weight"), 2);
    }
}
