//! What can go into a detector, told by types: a model of counts takes no physical values, and a step has all channels.

use super::counts::CountsEncoding;
use super::encoded::Encoded;
use super::kind::SampleKind;
use super::physical::PhysicalEncoding;
use crate::record::Record;

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Counts {}
    impl Sealed for super::Physical {}
}

/// Samples are counts of a converter.
#[derive(Debug, Clone, Copy)]
pub enum Counts {}

/// Samples are numbers in a physical unit.
#[derive(Debug, Clone, Copy)]
pub enum Physical {}

/// A kind of samples as a type: [`Counts`] or [`Physical`].
pub trait Unit: sealed::Sealed + 'static {
    /// The same as a value.
    const KIND: SampleKind;
    /// What an encoding takes.
    type Raw: Copy;
    /// The record of a channel.
    type Encoding: Record + core::fmt::Debug;
    /// The int8 value of a sample.
    fn encode(encoding: &Self::Encoding, sample: Self::Raw) -> Encoded;
}

impl Unit for Counts {
    const KIND: SampleKind = SampleKind::Counts;
    type Raw = i32;
    type Encoding = CountsEncoding;
    #[inline(always)]
    fn encode(encoding: &CountsEncoding, sample: i32) -> Encoded {
        encoding.encode_counts(sample)
    }
}

impl Unit for Physical {
    const KIND: SampleKind = SampleKind::Physical;
    type Raw = f32;
    type Encoding = PhysicalEncoding;
    #[inline(always)]
    fn encode(encoding: &PhysicalEncoding, sample: f32) -> Encoded {
        encoding.encode_physical(sample)
    }
}

/// A sample of one channel: `u8`, `u16`, `i16` and `i32` where the model takes [`Counts`], `f32` where it takes [`Physical`]
/// values.
///
/// Not `i8`: eight-bit counts are easily confused with a network's int8 values, which are something else. Write
/// `i16::from(count)`.
#[diagnostic::on_unimplemented(
    message = "a model of `{U}` samples does not take `{Self}`",
    note = "models of counts take u8, u16, i16 and i32, models of physical values f32"
)]
pub trait Sample<U: Unit>: Copy {
    /// As an encoding takes it.
    fn raw(self) -> U::Raw;
}

/// What has come of all `CHANNELS` at one moment: an array of samples, or a sample where there is one channel.
#[diagnostic::on_unimplemented(
    message = "a model of {CHANNELS} channels of `{U}` samples does not take `{Self}` as a step",
    note = "a step is an array of a sample a channel: u8, u16, i16 or i32 for counts, f32 for physical values; with one channel \
            also the sample itself"
)]
pub trait Step<U: Unit, const CHANNELS: usize>: Copy {
    /// As encodings take it.
    fn raw(self) -> [U::Raw; CHANNELS];
}

impl<U: Unit, S: Sample<U>, const CHANNELS: usize> Step<U, CHANNELS> for [S; CHANNELS] {
    #[inline(always)]
    fn raw(self) -> [U::Raw; CHANNELS] {
        self.map(S::raw)
    }
}

macro_rules! samples {
    ($($sample:ty: $unit:ty,)+) => {$(
        impl Sample<$unit> for $sample {
            #[inline(always)]
            fn raw(self) -> <$unit as Unit>::Raw {
                self.into()
            }
        }

        impl Step<$unit, 1> for $sample {
            #[inline(always)]
            fn raw(self) -> [<$unit as Unit>::Raw; 1] {
                [self.into()]
            }
        }
    )+};
}

samples! {
    u8: Counts,
    u16: Counts,
    i16: Counts,
    i32: Counts,
    f32: Physical,
}
