//! Quantization and lowering before training: what a network cannot be made into is known before it has been trained for an hour.

use crate::engine::initial_parameters;
use crate::error::Result;
use picoae_compiler::lower::{Options, lower};
use picoae_compiler::quantize::{QuantizeConfig, Range, Ranges, quantize};
use picoae_compiler::spec::{Architecture, ParameterTable};

/// Quantizes and lowers the network with its initial weights. Budgets are left out: what a plan needs depends on the weights.
///
/// # Errors
/// What quantization or lowering would say of it after training.
pub fn rehearse(architecture: &Architecture, config: &QuantizeConfig, options: &Options) -> Result<()> {
    let table = ParameterTable::new(architecture)?;
    let range = Range { min: -1.0, max: 1.0 };
    let ranges = Ranges { input: range, layers: vec![range; architecture.layers()?.len()] };
    let graph = quantize(architecture, &table.name(&initial_parameters(&table, 0)), &ranges, config)?;
    let plan = lower(&graph, &Options { ram_budget: None, flash_budget: None, ..options.clone() })?;
    super::quantized::comes_after_its_samples(&plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LowerConfig;
    use picoae_compiler::spec::{NetworkConfig, digits, timeseries};

    fn rehearsed(network: &Architecture) -> Result<()> {
        rehearse(network, &QuantizeConfig::default(), &LowerConfig::default().options())
    }

    #[test]
    fn what_cannot_run_is_refused_before_training() {
        rehearsed(&timeseries()).unwrap();
        rehearsed(&digits()).unwrap();
        let refusal = |text: &str| {
            let network: NetworkConfig = toml::from_str(text).unwrap();
            rehearsed(&network.architecture([1, 1, 64]).unwrap()).unwrap_err()
        };
        // The first output is made of nothing but zeros, before the first sample has come.
        let ahead = refusal(
            r#"encoder = [{ type = "conv", channels = 2, kernel = 3, padding = 8 }]
               decoder = [{ type = "conv", channels = "input", kernel = 3 }, { type = "trim", size = "input" }]"#,
        );
        assert_eq!(ahead.exit_code(), 2, "{ahead}");
        assert!(ahead.to_string().contains("before the samples at their place have come"), "{ahead}");
        let conv = "{ type = \"conv\", channels = 2, kernel = 1 }";
        let last = "{ type = \"conv\", channels = \"input\", kernel = 1 }";
        let deep = format!("encoder = [{}]\ndecoder = [{last}]", vec![conv; 40].join(", "));
        assert_eq!(refusal(&deep).exit_code(), 2);
    }
}
