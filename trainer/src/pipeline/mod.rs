//! From a configuration to a finished run: data, training, quantization, limits, lowering, evaluation. Each step takes
//! what the step before made and nothing else, so each can be done again from a run's files.

mod assess;
mod beside;
mod channels;
mod course;
mod encoding;
mod in_time;
mod labelled;
mod made_up;
mod prepare;
mod quantized;
mod rehearse;
mod rival;
mod scoring;
mod site;
pub mod soundness;
mod stream;
mod summary;

pub use assess::{Assessment, KindResult, ModelResult, assess};
pub use beside::Beside;
pub use channels::{ChannelError, ChannelNormal, ChannelScores, channel_scores, most_unusual, usual};
pub use course::Coarse;
pub use encoding::{EncodedWindows, device_words, encode_range, first_refused, input_encoding, options};
pub use in_time::{EventsFound, InTime};
pub use prepare::{Prepared, architecture, contract, pixels, prepare, prepare_again};
pub use quantized::{CalibratedPlan, LearntFrom, Normal, calibrated, normal, planned, quantized};
pub use rehearse::rehearse;
pub use rival::{Judged, judge};
pub use scoring::{
    SetScores, chunks, dequantize_samples, float_reconstructions, float_scores, float_set_scores, integer_decoded,
    integer_latents, integer_reconstructions, integer_scores, integer_set_scores, quantize_samples,
};
pub use site::{Settled, Site, settle};
pub use stream::{Replay, stream_scores};
pub use summary::summary;
