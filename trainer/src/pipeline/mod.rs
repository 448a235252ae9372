//! From a configuration to a finished run: data, training, quantization, limits, lowering, evaluation. Each step takes
//! what the step before made and nothing else, so each can be done again from a run's files.

mod assess;
mod encoding;
mod prepare;
mod quantized;
mod scoring;
mod summary;

pub use assess::{Assessment, KindResult, ModelResult, assess};
pub use encoding::{EncodedWindows, encode_samples, input_encoding};
pub use prepare::{Prepared, Raw, architecture, pixels, prepare};
pub use quantized::{CalibratedPlan, calibrated, quantized};
pub use scoring::{
    SetScores, dequantize_samples, float_reconstructions, float_scores, integer_decoded, integer_latents,
    integer_reconstructions, integer_scores, quantize_samples,
};
pub use summary::summary;
