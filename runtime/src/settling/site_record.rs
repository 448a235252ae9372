//! What was learnt on site, as bytes for two slots of flash.

use super::adaptation::{Adaptation, AdaptationError};
use super::bytes::{Reader, Writer, checksum};
use super::limits::Limits;
use crate::input::{CountsEncoding, PhysicalEncoding};
use core::fmt;

/// What was learnt where a device stands: an adaptation of each channel and limits of each part of the score. It
/// belongs to one model. In memory 8 + 8 · `CHANNELS` + 16 · `PARTS` bytes.
///
/// As bytes, little-endian:
///
/// | bytes | what |
/// |---|---|
/// | 4 | `pcSR` |
/// | 2 | version, [`SiteRecord::VERSION`] |
/// | 2 | length, all of these bytes: [`SiteRecord::BYTES`] |
/// | 4 | sequence number |
/// | 4 | checksum of the model, `Model::checksum` |
/// | 2, 2 | channels, parts |
/// | 8 a channel | [`Adaptation::gain`], [`Adaptation::offset`] |
/// | 16 a part | [`Limits::lower`], [`Limits::upper`] |
/// | 4 | CRC-32 (ISO-HDLC) of all before |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteRecord<const CHANNELS: usize, const PARTS: usize> {
    /// Goes up by 1, and from `u32::MAX` to 0, with every record that a device writes.
    pub sequence: u32,
    /// Checksum of the model that it was learnt with.
    pub model: u32,
    /// Of each channel.
    pub adaptations: [Adaptation; CHANNELS],
    /// Of each part of the score.
    pub limits: [Limits; PARTS],
}

/// Why bytes are no record of a site, or none for this model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecordError {
    /// They do not start as one: an empty slot.
    NotARecord,
    /// Another version than this crate reads.
    Version(u16),
    /// Another length than records of so many channels and parts have, or not so many bytes.
    Length,
    /// The checksum is not that of the content: the record was altered, or written in part.
    Checksum,
    /// It belongs to a model with this checksum.
    Model(u32),
    /// An adaptation beyond its bounds, or a lower limit above the upper one.
    Values,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotARecord => f.write_str("there is no record of a site"),
            Self::Version(version) => {
                write!(f, "the record of the site has version {version}, this runtime reads {VERSION}")
            }
            Self::Length => f.write_str("the record of the site has another length than the model's"),
            Self::Checksum => {
                f.write_str("the checksum is wrong: the record of the site was altered or written in part")
            }
            Self::Model(model) => write!(f, "the record of the site belongs to a model with checksum {model:08x}"),
            Self::Values => f.write_str("the record of the site has numbers beyond their bounds"),
        }
    }
}

impl core::error::Error for RecordError {}

/// One of two places in flash, each of which is erased and written by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Slot {
    /// The first.
    A,
    /// The second.
    B,
}

impl Slot {
    /// Where the next record goes, so that the newest one stays while it is written.
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

const MAGIC: [u8; 4] = *b"pcSR";
const VERSION: u16 = 1;

impl<const CHANNELS: usize, const PARTS: usize> SiteRecord<CHANNELS, PARTS> {
    /// The version that this crate writes and reads.
    pub const VERSION: u16 = VERSION;

    /// Bytes of a record: 24 + 8 · `CHANNELS` + 16 · `PARTS`, 112 with three channels and four parts. At most 65,535,
    /// or it does not compile.
    pub const BYTES: usize = {
        let bytes = 24 + 8 * CHANNELS + 16 * PARTS;
        assert!(CHANNELS <= 0xffff && PARTS <= 0xffff && bytes <= 0xffff, "too many channels or parts for a record");
        bytes
    };

    /// Passes the bytes on in pieces of 2 to 8, [`Self::BYTES`] together.
    pub fn write(&self, sink: &mut impl FnMut(&[u8])) {
        let mut out = Writer::new(sink);
        out.put(&MAGIC);
        out.put(&VERSION.to_le_bytes());
        out.put(&(Self::BYTES as u16).to_le_bytes());
        out.put(&self.sequence.to_le_bytes());
        out.put(&self.model.to_le_bytes());
        out.put(&(CHANNELS as u16).to_le_bytes());
        out.put(&(PARTS as u16).to_le_bytes());
        for Adaptation { gain, offset } in &self.adaptations {
            out.put(&gain.to_le_bytes());
            out.put(&offset.to_le_bytes());
        }
        for Limits { lower, upper } in &self.limits {
            out.put(&lower.to_le_bytes());
            out.put(&upper.to_le_bytes());
        }
        out.end();
    }

    /// Puts the bytes in front of `buffer` and gives them.
    ///
    /// # Errors
    /// [`RecordError::Length`] where the buffer has less than [`Self::BYTES`].
    pub fn to_bytes<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], RecordError> {
        let own = buffer.get_mut(..Self::BYTES).ok_or(RecordError::Length)?;
        let mut rest = &mut *own;
        self.write(&mut |piece| {
            // The pieces are as many bytes as were taken.
            if let Some((now, later)) = core::mem::take(&mut rest).split_at_mut_checked(piece.len()) {
                now.copy_from_slice(piece);
                rest = later;
            }
        });
        Ok(own)
    }

    /// The record in front of `bytes`, which may go on behind it as a slot of flash does, of the model with checksum
    /// `model`.
    ///
    /// # Errors
    /// The first [`RecordError`] of those in their order.
    pub fn from_bytes(bytes: &[u8], model: u32) -> Result<Self, RecordError> {
        let mut reader = Reader(bytes);
        if reader.array() != Some(MAGIC) {
            return Err(RecordError::NotARecord);
        }
        let version = reader.u16().ok_or(RecordError::Length)?;
        if version != VERSION {
            return Err(RecordError::Version(version));
        }
        let own = bytes.get(..Self::BYTES).ok_or(RecordError::Length)?;
        if reader.u16().map(usize::from) != Some(Self::BYTES) {
            return Err(RecordError::Length);
        }
        let (content, sum) = own.split_last_chunk().ok_or(RecordError::Length)?;
        if u32::from_le_bytes(*sum) != checksum(content) {
            return Err(RecordError::Checksum);
        }
        let record = Self::content(reader).ok_or(RecordError::Length)?;
        if record.model != model {
            return Err(RecordError::Model(record.model));
        }
        let limits = record.limits.iter().all(|limits| limits.lower <= limits.upper);
        if limits && record.adaptations.iter().all(Adaptation::is_valid) {
            Ok(record)
        } else {
            Err(RecordError::Values)
        }
    }

    /// What stands behind the length; `None` where channels and parts are others.
    fn content(mut reader: Reader<'_>) -> Option<Self> {
        let (sequence, model) = (reader.u32()?, reader.u32()?);
        let counts = [reader.u16()?, reader.u16()?].map(usize::from);
        if counts != [CHANNELS, PARTS] {
            return None;
        }
        let (mut adaptations, mut limits) = ([Adaptation::NONE; CHANNELS], [Limits { lower: 0, upper: 0 }; PARTS]);
        for adaptation in &mut adaptations {
            *adaptation = Adaptation { gain: reader.u32()?, offset: reader.i32()? };
        }
        for limits in &mut limits {
            *limits = Limits { lower: reader.u64()?, upper: reader.u64()? };
        }
        Some(Self { sequence, model, adaptations, limits })
    }

    /// The newer of two slots' records that are valid for the model with checksum `model`, and where it is. Sequence
    /// numbers are compared as they go round: the newer one is at most 2³¹ − 1 ahead. `None` where neither is valid:
    /// the model's own encodings and limits apply.
    ///
    /// A record is written to the slot that the newest one is not in. Where that is cut off, the checksum is wrong and
    /// the newest one stays the newest.
    pub fn newest(slot_a: &[u8], slot_b: &[u8], model: u32) -> Option<(Slot, Self)> {
        match (Self::from_bytes(slot_a, model), Self::from_bytes(slot_b, model)) {
            (Ok(a), Ok(b)) if (b.sequence.wrapping_sub(a.sequence) as i32) > 0 => Some((Slot::B, b)),
            (Ok(a), _) => Some((Slot::A, a)),
            (_, Ok(b)) => Some((Slot::B, b)),
            _ => None,
        }
    }

    /// The encodings that the device uses in place of a model's own ones of counts.
    ///
    /// # Errors
    /// The channel, from 0, and why it has none.
    pub fn counts(
        &self,
        own: &[CountsEncoding; CHANNELS],
    ) -> Result<[CountsEncoding; CHANNELS], (usize, AdaptationError)> {
        Adaptation::all(&self.adaptations, own, Adaptation::counts)
    }

    /// The encodings that the device uses in place of a model's own ones of physical values.
    ///
    /// # Errors
    /// The channel, from 0, and why it has none.
    pub fn physical(
        &self,
        own: &[PhysicalEncoding; CHANNELS],
    ) -> Result<[PhysicalEncoding; CHANNELS], (usize, AdaptationError)> {
        Adaptation::all(&self.adaptations, own, Adaptation::physical)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Record = SiteRecord<2, 3>;
    const BYTES: usize = Record::BYTES;

    fn record(sequence: u32) -> Record {
        let limits = Limits { lower: 7, upper: u64::MAX };
        SiteRecord {
            sequence,
            model: 0xdead_beef,
            adaptations: [Adaptation { gain: 70_000, offset: -5 }, Adaptation::NONE],
            limits: [limits, Limits { lower: 0, upper: 1 << 40 }, Limits { lower: u64::from(sequence % 9), upper: 9 }],
        }
    }

    fn bytes(record: &Record) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        assert_eq!(record.to_bytes(&mut bytes).unwrap().len(), BYTES);
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Record, RecordError> {
        Record::from_bytes(bytes, 0xdead_beef)
    }

    /// The same bytes with a checksum that is right.
    fn resummed(mut bytes: [u8; BYTES], change: impl FnOnce(&mut [u8; BYTES])) -> [u8; BYTES] {
        change(&mut bytes);
        let sum = checksum(&bytes[..BYTES - 4]);
        bytes[BYTES - 4..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    #[test]
    fn what_is_written_is_read() {
        assert_eq!([BYTES, SiteRecord::<3, 4>::BYTES, size_of::<SiteRecord<3, 4>>()], [88, 112, 96]);
        let written = bytes(&record(41));
        assert_eq!(read(&written), Ok(record(41)));
        // A slot goes on behind it.
        let mut slot = [0xff; BYTES + 40];
        slot[..BYTES].copy_from_slice(&written);
        assert_eq!(read(&slot), Ok(record(41)));
        assert_eq!(record(41).to_bytes(&mut [0; BYTES - 1]), Err(RecordError::Length));
    }

    /// The bytes of version 1: a change of the layout needs another version.
    #[test]
    fn the_layout_is_that_of_its_version() {
        let written = bytes(&record(41));
        assert_eq!(written[..20], *b"pcSR\x01\0\x58\0\x29\0\0\0\xef\xbe\xad\xde\x02\0\x03\0");
        assert_eq!(written[20..36], *b"\x70\x11\x01\0\xfb\xff\xff\xff\0\0\x01\0\0\0\0\0");
        assert_eq!(written[36..52], *b"\x07\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff");
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(written[84..], checksum(&written[..84]).to_le_bytes());
    }

    #[test]
    fn why_bytes_are_no_record() {
        let good = bytes(&record(1));
        assert_eq!(read(&[]), Err(RecordError::NotARecord));
        assert_eq!(read(&[0xff; BYTES]), Err(RecordError::NotARecord));
        assert_eq!(read(&[0; BYTES]), Err(RecordError::NotARecord));
        assert_eq!(read(&good[..BYTES - 1]), Err(RecordError::Length));
        assert_eq!(Record::from_bytes(&good, 1), Err(RecordError::Model(0xdead_beef)));
        assert_eq!(read(&resummed(good, |b| b[4] = 2)), Err(RecordError::Version(2)));
        assert_eq!(read(&resummed(good, |b| b[6] = 96)), Err(RecordError::Length));
        // Two parts less and four channels more have as many bytes.
        assert_eq!(SiteRecord::<6, 1>::BYTES, BYTES);
        assert_eq!(SiteRecord::<6, 1>::from_bytes(&good, 0xdead_beef), Err(RecordError::Length));
        assert_eq!(read(&resummed(good, |b| b[22] = 9)), Err(RecordError::Values));
        assert_eq!(read(&resummed(good, |b| b[68] = 10)), Err(RecordError::Values));
    }

    #[test]
    fn no_altered_byte_is_read() {
        let good = bytes(&record(1));
        for at in 0..BYTES {
            for change in 1..=255 {
                let mut bad = good;
                bad[at] ^= change;
                assert!(read(&bad).is_err(), "byte {at}");
            }
        }
    }

    /// Power fails at every byte while a record is written, over an erased slot or over an older record, in either
    /// slot.
    #[test]
    fn the_newest_record_survives_a_torn_write() {
        for first in [0, 8, u32::MAX - 1, u32::MAX, i32::MAX as u32] {
            let [old, now, next] = [0, 1, 2].map(|i| record(first.wrapping_add(i)));
            for before in [[0xff; BYTES], bytes(&old), [0; BYTES]] {
                for cut in 0..=BYTES {
                    let mut torn = before;
                    torn[..cut].copy_from_slice(&bytes(&next)[..cut]);
                    let a = Record::newest(&torn, &bytes(&now), 0xdead_beef).unwrap();
                    let b = Record::newest(&bytes(&now), &torn, 0xdead_beef).unwrap();
                    let whole = torn == bytes(&next);
                    assert!(whole || cut < BYTES);
                    assert_eq!(a, if whole { (Slot::A, next) } else { (Slot::B, now) }, "{first}, cut at {cut}");
                    assert_eq!(b, if whole { (Slot::B, next) } else { (Slot::A, now) }, "{first}, cut at {cut}");
                    assert_eq!(Record::newest(&bytes(&now)[..cut.min(BYTES - 1)], &[], 0xdead_beef), None);
                }
            }
        }
        assert_eq!(Slot::A.other().other(), Slot::A);
    }

    #[test]
    fn records_of_another_model_do_not_count() {
        let (own, other) = (record(3), Record { model: 5, ..record(9) });
        assert_eq!(Record::newest(&bytes(&other), &bytes(&own), 0xdead_beef), Some((Slot::B, own)));
        assert_eq!(Record::newest(&bytes(&other), &bytes(&own), 6), None);
    }

    #[test]
    fn encodings_are_those_of_the_channels() {
        let own = PhysicalEncoding { offset: 1.0, gain: 2.0, center: 128.5 };
        let adapted = record(0).physical(&[own; 2]).unwrap();
        assert_eq!(adapted, [record(0).adaptations[0].physical(&own).unwrap(), own]);
        let flat = CountsEncoding { low: 7, high: 7, multiplier: 0, bias: 0, shift: 0 };
        assert_eq!(record(0).counts(&[flat; 2]), Err((0, AdaptationError::Flat)));
    }
}
