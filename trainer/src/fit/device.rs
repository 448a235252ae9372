//! Where tensors live.

use crate::error::{Error, Result};
use candle_core::Device;

/// The device called `cpu`, `cuda` or `metal`; the last two need the cargo feature of the same name.
///
/// # Errors
/// [`Error::Unknown`] for another name, [`Error::Device`] for a device that this build or machine does not have.
pub fn device(name: &str) -> Result<Device> {
    let made = match name {
        "cpu" => Ok(Device::Cpu),
        "cuda" => Device::new_cuda(0),
        "metal" => Device::new_metal(0),
        _ => return Err(Error::unknown("device", name, "cpu, cuda or metal")),
    };
    let built = match name {
        "cuda" => candle_core::utils::cuda_is_available(),
        "metal" => candle_core::utils::metal_is_available(),
        _ => true,
    };
    made.map_err(|source| {
        let hint = if built { String::new() } else { format!("; build with `--features {name}`") };
        Error::Device { name: name.into(), hint, source: Box::new(source) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_there_and_nonsense_is_not() {
        assert!(device("cpu").unwrap().is_cpu());
        assert!(device("tpu").unwrap_err().to_string().contains("\"tpu\""));
    }
}
