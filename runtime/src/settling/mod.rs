//! Settling in on site: what a device learns where it stands, in constant memory, of how its sensor and its machine
//! differ from the recording that its model was trained on.
//!
//! A sensor of the same kind has another offset and another gain, and a machine of the same kind is a little louder. So
//! a [`Calibrator`] learns an [`Adaptation`] of each channel, which moves the model's own encodings, and then
//! [`Limits`] of each part of the score. Both stay near the model's: a gain within 1/2 to 2, a mean moved by 32 int8
//! steps a round and four rounds, a limit within 1/4 to 4 times the model's. What is further away is no matter of
//! settling in.
//!
//! What was learnt is a [`SiteRecord`], for two slots of flash of which one survives a write that is cut off. A
//! [`Journal`] holds what the calibrator was given, and [`replay`] makes the same record of it, to the bit.
//!
//! ```
//! use picoae::settling::{Calibrator, Factory, FactoryPart, Limits, Moments, Round, Settings, WindowSums};
//! use picoae::input::{CountsEncoding, Encoded};
//!
//! /// Of the model: here one channel of a 12-bit converter, one part of the score.
//! const OWN: [CountsEncoding; 1] =
//!     [CountsEncoding { low: 0, high: 4095, multiplier: 1 << 19, bias: -(128 << 23), shift: 0 }];
//! static FACTORY: Factory<1, 1> = Factory {
//!     model: 0x1234_5678,
//!     moments: [Moments { mean: 0, deviation: 30 << 8 }],
//!     parts: [FactoryPart { limits: Limits { lower: 200, upper: 2000 }, median: 700 }],
//! };
//!
//! # fn main() -> Result<(), Box<dyn core::error::Error>> {
//! let settings = Settings { moments_windows: 8, limits_windows: 100, ..Settings::DEFAULT };
//! let mut calibrator = Calibrator::new(&FACTORY, settings);
//! // Here the signal goes up and down by 480 counts about 2368, so by 30 int8 steps about 20.
//! let mut encodings = OWN;
//! loop {
//!     for _ in 0..8 {
//!         let mut window = WindowSums::EMPTY;
//!         for step in 0..64 {
//!             let count = if step % 2 == 0 { 2368 + 480 } else { 2368 - 480 };
//!             window.add_step(&[encodings[0].encode_counts(count)]);
//!         }
//!         calibrator.add_window(&window);
//!     }
//!     let round = calibrator.adapt()?;
//!     encodings = calibrator.counts(&OWN).map_err(|(_, error)| error)?;
//!     if round == Round::Settled {
//!         break;
//!     }
//! }
//! assert_eq!(encodings[0].encode_counts(2368 + 480), Encoded { value: 30, outside: false });
//! // Scores of windows with these encodings, about half as high again as at the factory.
//! for score in 0..100 {
//!     calibrator.add_score(&[1000 + score], false);
//! }
//! let record = calibrator.finish(1)?;
//! assert!(record.limits[0].upper > 2800);
//! # Ok(())
//! # }
//! ```

mod adaptation;
mod bytes;
mod calibrator;
mod counts;
mod journal;
mod limits;
mod moments;
mod outcome;
mod physical;
mod quantiles;
mod settings;
mod site_record;

#[cfg(test)]
mod calibrator_tests;
#[cfg(test)]
mod journal_tests;
#[cfg(test)]
mod random;

pub use adaptation::{Adaptation, AdaptationError, Change};
pub use calibrator::Calibrator;
pub use journal::{Answer, Event, Journal, JournalError, JournalFault, beginning, replay};
pub use limits::{FactoryPart, Limits};
pub use moments::{ChannelSums, Moments, Total, WindowSums};
pub use outcome::{Phase, Progress, Round, SettlingError, Taken};
pub use quantiles::{Bucket, Quantiles};
pub use settings::{Factory, Settings};
pub use site_record::{RecordError, SiteRecord, Slot};
