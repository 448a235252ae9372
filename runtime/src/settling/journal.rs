//! A journal of what a calibrator was given, and its replay.

use super::bytes::{Reader, Writer, checksum};
use super::calibrator::Calibrator;
use super::moments::{ChannelSums, WindowSums};
use super::outcome::{Round, SettlingError, Taken};
use super::settings::Settings;
use core::fmt;

/// Something that a calibrator is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event<const CHANNELS: usize, const PARTS: usize> {
    /// [`Calibrator::reset`]; the first of a journal, too.
    Start,
    /// [`Calibrator::add_window`].
    Window(WindowSums<CHANNELS>),
    /// [`Calibrator::adapt`].
    Adapt,
    /// [`Calibrator::add_score`].
    Score {
        /// Parts of the score.
        parts: [u64; PARTS],
        /// Whether the model's own limits call it abnormal.
        factory_says_abnormal: bool,
    },
}

/// What the calibrator answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Answer {
    /// It has forgotten all.
    Started,
    /// To a window or a score.
    Taken(Taken),
    /// To the end of a round.
    Adapted(Result<Round, SettlingError>),
}

/// Writes what a calibrator is given as bytes, for a serial line or a file.
///
/// A record an event, little-endian: a letter, the version (1), a counter of 2 bytes, the content, CRC-32
/// (ISO-HDLC) of all before.
///
/// | letter | content | bytes of the record |
/// |---|---|---|
/// | `S`, start | checksum of the model (4), channels, parts, the four [`Settings`] in their order (2 each) | 24 |
/// | `W`, window | steps (4), for each channel sum, sum of squares, samples outside (4 each) | 12 + 12 · channels |
/// | `A`, end of a round | | 8 |
/// | `P`, parts of a score | 1 where the model calls it abnormal, else 0 (1), the parts (8 each) | 9 + 8 · parts |
#[derive(Debug)]
pub struct Journal<S: FnMut(&[u8])> {
    sink: S,
    counter: u16,
}

const VERSION: u8 = 1;

/// Bytes of a start's content.
const START_CONTENT: usize = 16;

impl<S: FnMut(&[u8])> Journal<S> {
    /// A journal that passes its bytes to `sink`, in pieces of 1 to 8. The first event that it is given should be
    /// [`Event::Start`].
    pub const fn new(sink: S) -> Self {
        Self { sink, counter: 0 }
    }

    /// Writes an event and gives it to the calibrator.
    pub fn give<const CHANNELS: usize, const PARTS: usize>(
        &mut self,
        calibrator: &mut Calibrator<'_, CHANNELS, PARTS>,
        event: &Event<CHANNELS, PARTS>,
    ) -> Answer {
        let mut out = Writer::new(&mut self.sink);
        let letter = match event {
            Event::Start => b'S',
            Event::Window(_) => b'W',
            Event::Adapt => b'A',
            Event::Score { .. } => b'P',
        };
        out.put(&[letter, VERSION]);
        out.put(&self.counter.to_le_bytes());
        self.counter = self.counter.wrapping_add(1);
        match event {
            Event::Start => {
                out.put(&calibrator.factory().model.to_le_bytes());
                head::<CHANNELS, PARTS>(calibrator.settings()).iter().for_each(|number| out.put(&number.to_le_bytes()));
            }
            Event::Window(window) => {
                out.put(&window.steps().to_le_bytes());
                for ChannelSums { sum, squares, outside } in window.channels() {
                    out.put(&sum.to_le_bytes());
                    out.put(&squares.to_le_bytes());
                    out.put(&outside.to_le_bytes());
                }
            }
            Event::Adapt => {}
            Event::Score { parts, factory_says_abnormal } => {
                out.put(&[u8::from(*factory_says_abnormal)]);
                parts.iter().for_each(|part| out.put(&part.to_le_bytes()));
            }
        }
        out.end();
        give(calibrator, event)
    }
}

/// What a calibrator is made of, beside the model.
fn head<const CHANNELS: usize, const PARTS: usize>(settings: &Settings) -> [u16; 6] {
    let Settings { moments_windows, limits_windows, refused, beyond } = *settings;
    [CHANNELS as u16, PARTS as u16, moments_windows, limits_windows, u16::from(refused), beyond]
}

/// Gives an event to the calibrator.
fn give<const CHANNELS: usize, const PARTS: usize>(
    calibrator: &mut Calibrator<'_, CHANNELS, PARTS>,
    event: &Event<CHANNELS, PARTS>,
) -> Answer {
    match event {
        Event::Start => {
            calibrator.reset();
            Answer::Started
        }
        Event::Window(window) => Answer::Taken(calibrator.add_window(window)),
        Event::Adapt => Answer::Adapted(calibrator.adapt()),
        Event::Score { parts, factory_says_abnormal } => {
            Answer::Taken(calibrator.add_score(parts, *factory_says_abnormal))
        }
    }
}

/// Where a journal cannot be replayed, and why. The calibrator was given all events before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JournalError {
    /// First byte of the record.
    pub at: usize,
    /// Records before it.
    pub records: u32,
    /// Why.
    pub fault: JournalFault,
}

/// Why a record of a journal cannot be replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum JournalFault {
    /// The bytes end before the record does.
    Truncated,
    /// No record starts with this byte.
    Letter(u8),
    /// Another version than this crate reads.
    Version(u8),
    /// The checksum is not that of the content.
    Checksum,
    /// Records are missing in front of it.
    Lost {
        /// The counter that comes next.
        expected: u16,
        /// The counter that came.
        found: u16,
    },
    /// The journal does not begin with a start.
    NoStart,
    /// It is of a model with this checksum.
    Model(u32),
    /// It is of another number of channels or parts, or of other settings.
    Settings,
    /// Numbers that no window has.
    Values,
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record at byte {} of the journal: ", self.at)?;
        match self.fault {
            JournalFault::Truncated => f.write_str("the journal ends within it"),
            JournalFault::Letter(letter) => write!(f, "no record starts with byte {letter:#04x}"),
            JournalFault::Version(version) => write!(f, "it has version {version}, this runtime reads {VERSION}"),
            JournalFault::Checksum => f.write_str("the checksum is wrong"),
            JournalFault::Lost { expected, found } => write!(f, "it is number {found}, {expected} comes next"),
            JournalFault::NoStart => f.write_str("a journal begins with a start"),
            JournalFault::Model(model) => write!(f, "it is of a model with checksum {model:08x}"),
            JournalFault::Settings => f.write_str("it is of other channels, parts or settings"),
            JournalFault::Values => f.write_str("no window has these numbers"),
        }
    }
}

impl core::error::Error for JournalError {}

/// How much the calibrator of a journal learns, as the start that a journal begins with says.
///
/// # Errors
/// As [`replay`] of that start, whatever its model.
pub fn beginning(bytes: &[u8]) -> Result<Settings, JournalError> {
    settings(bytes).map_err(|fault| JournalError { at: 0, records: 0, fault })
}

fn settings(bytes: &[u8]) -> Result<Settings, JournalFault> {
    use JournalFault::{NoStart, Truncated, Values};
    match bytes.first() {
        None => return Err(Truncated),
        Some(b'S') => {}
        Some(_) => return Err(NoStart),
    }
    let (_, mut content) = record(&mut Reader(bytes), START_CONTENT)?;
    // Model, channels and parts.
    content.bytes(4 + 2 + 2).ok_or(Truncated)?;
    let mut number = || content.u16().ok_or(Truncated);
    let [moments_windows, limits_windows, refused, beyond] = [number()?, number()?, number()?, number()?];
    Ok(Settings { moments_windows, limits_windows, refused: u8::try_from(refused).map_err(|_| Values)?, beyond })
}

/// Takes a record off the front, whose letter says that it has so many bytes of content: its counter, and the content.
fn record<'b>(reader: &mut Reader<'b>, content: usize) -> Result<(u16, Reader<'b>), JournalFault> {
    use JournalFault::{Checksum, Truncated, Version};
    let mut of_record = *reader;
    match of_record.array().ok_or(Truncated)? {
        [_, VERSION] => {}
        [_, other] => return Err(Version(other)),
    }
    let bytes = reader.bytes(4 + content).ok_or(Truncated)?;
    if reader.u32().ok_or(Truncated)? != checksum(bytes) {
        return Err(Checksum);
    }
    Ok((of_record.u16().ok_or(Truncated)?, of_record))
}

/// Gives a calibrator all that stands in a journal; afterwards it is, to the bit, the one that the journal is of. How
/// many records there were.
///
/// A start begins anew whatever its counter is, as after a device's own start. A counter that is 2¹⁶ ahead is not told
/// from the next one.
///
/// # Errors
/// The first record that cannot be replayed. Where it is [`JournalFault::Truncated`], the device may only have been
/// switched off while it wrote.
pub fn replay<const CHANNELS: usize, const PARTS: usize>(
    bytes: &[u8],
    calibrator: &mut Calibrator<'_, CHANNELS, PARTS>,
) -> Result<u32, JournalError> {
    let (mut reader, mut expected, mut records) = (Reader(bytes), None, 0_u32);
    while !reader.0.is_empty() {
        let at = bytes.len() - reader.0.len();
        let event =
            next(&mut reader, &mut expected, calibrator).map_err(|fault| JournalError { at, records, fault })?;
        give(calibrator, &event);
        records = records.saturating_add(1);
    }
    Ok(records)
}

/// The next event, and the counter that follows its own.
fn next<const CHANNELS: usize, const PARTS: usize>(
    reader: &mut Reader<'_>,
    expected: &mut Option<u16>,
    calibrator: &Calibrator<'_, CHANNELS, PARTS>,
) -> Result<Event<CHANNELS, PARTS>, JournalFault> {
    let letter = reader.0.first().copied().ok_or(JournalFault::Truncated)?;
    let content = match letter {
        b'S' => START_CONTENT,
        b'W' => 4 + 12 * CHANNELS,
        b'A' => 0,
        b'P' => 1 + 8 * PARTS,
        other => return Err(JournalFault::Letter(other)),
    };
    let (found, content) = record(reader, content)?;
    match *expected {
        _ if letter == b'S' => {}
        None => return Err(JournalFault::NoStart),
        Some(expected) if expected != found => return Err(JournalFault::Lost { expected, found }),
        Some(_) => {}
    }
    *expected = Some(found.wrapping_add(1));
    event(letter, content, calibrator)
}

/// What stands behind a record's counter.
fn event<const CHANNELS: usize, const PARTS: usize>(
    letter: u8,
    mut content: Reader<'_>,
    calibrator: &Calibrator<'_, CHANNELS, PARTS>,
) -> Result<Event<CHANNELS, PARTS>, JournalFault> {
    use JournalFault::{Truncated, Values};
    match letter {
        b'S' => {
            let model = content.u32().ok_or(Truncated)?;
            if model != calibrator.factory().model {
                return Err(JournalFault::Model(model));
            }
            for own in head::<CHANNELS, PARTS>(calibrator.settings()) {
                if content.u16() != Some(own) {
                    return Err(JournalFault::Settings);
                }
            }
            Ok(Event::Start)
        }
        b'W' => {
            let steps = content.u32().ok_or(Truncated)?;
            let mut channels = [ChannelSums::default(); CHANNELS];
            for sums in &mut channels {
                let mut number = || content.u32().ok_or(Truncated);
                *sums = ChannelSums { sum: number()? as i32, squares: number()?, outside: number()? };
            }
            WindowSums::new(steps, channels).map(Event::Window).ok_or(Values)
        }
        b'P' => {
            let factory_says_abnormal = match content.u8().ok_or(Truncated)? {
                0 => false,
                1 => true,
                _ => return Err(Values),
            };
            let mut parts = [0; PARTS];
            for part in &mut parts {
                *part = content.u64().ok_or(Truncated)?;
            }
            Ok(Event::Score { parts, factory_says_abnormal })
        }
        _ => Ok(Event::Adapt),
    }
}
