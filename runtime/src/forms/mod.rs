//! Kernels for particular shapes and processors: the forms that a plan may ask for instead of the portable operator.
//!
//! A form is a way to compute the same bits: its weights are packed its way, its conditions were checked when the plan
//! was made, and [`check`] checks again that what it will touch is there. Every form has a portable body, which runs on a
//! workstation; some have a second one for a processor, chosen at compile time.

pub(crate) mod expand;
pub(crate) mod gather;
pub(crate) mod kronecker;
pub(crate) mod m0;
pub(crate) mod mono;
pub(crate) mod slide;
pub(crate) mod swar21;
pub(crate) mod vector;

use crate::kernels::{self, has};
use crate::ops::RowTask;
use crate::place::Place;
use crate::plan::{Buffer, Doubled, Stage, among, count, ensure, word};

/// A form's number in [`Stage::form`]; 0 is the portable operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// The portable operator of `ops`.
    Portable,
    /// Convolution that slides along rows or columns of channel pairs.
    Slide,
    /// Convolution of a signal of one channel, pooled by two and rectified.
    Mono,
    /// Sliding convolution of an image of few channels.
    Gather,
    /// Expanding linear layer with one scale.
    Expand,
    /// Convolution of a signal by products of two rows and two weights each.
    Kronecker,
    /// Convolution with two positions in a word.
    TwoLanes,
    /// Convolution with three positions in two words.
    Swar21,
    /// Convolution with output channels across the lanes of a vector.
    Vector,
}

impl Form {
    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Portable => 0,
            Self::Slide => 1,
            Self::Mono => 2,
            Self::Gather => 3,
            Self::Expand => 4,
            Self::Kronecker => 5,
            Self::TwoLanes => 64,
            Self::Swar21 => 65,
            Self::Vector => 128,
        }
    }

    /// The form with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Portable),
            1 => Some(Self::Slide),
            2 => Some(Self::Mono),
            3 => Some(Self::Gather),
            4 => Some(Self::Expand),
            5 => Some(Self::Kronecker),
            64 => Some(Self::TwoLanes),
            65 => Some(Self::Swar21),
            128 => Some(Self::Vector),
            _ => None,
        }
    }
}

/// Whether the portable operator runs the stage.
pub(crate) const fn is_portable(stage: &Stage) -> bool {
    stage.form == Form::Portable.code()
}

/// Whether the stage's data is packed in a way of the form's own, so that only the form's checks apply to it and not the
/// portable operator's.
pub(crate) const fn packs_its_own(stage: &Stage) -> bool {
    !is_portable(stage) && stage.form != Form::TwoLanes.code() && stage.form != Form::Swar21.code()
}

/// Checks what a form needs beyond the portable operator.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    match Form::from_code(stage.form) {
        Some(Form::Portable) => Ok(()),
        Some(Form::Slide) => slide::check(stage, data),
        Some(Form::Mono) => mono::check(stage, data),
        Some(Form::Gather) => gather::check(stage, data),
        Some(Form::Expand) => expand::check(stage, data),
        Some(Form::Kronecker) => kronecker::check(stage, data),
        Some(Form::TwoLanes) => m0::check(stage, data),
        Some(Form::Swar21) => swar21::check(stage, data),
        Some(Form::Vector) => vector::check(stage, data),
        None => Err("the kernel's form is unknown"),
    }
}

/// Checks that a form can write into the strip `next` (`None`: behind the last stage) and stays inside the arena.
pub(crate) const fn check_places(stage: &Stage, next: Option<&Buffer>, arena_bytes: u32) -> Result<(), &'static str> {
    match Form::from_code(stage.form) {
        Some(Form::Slide) => slide::check_places(stage, next, arena_bytes),
        Some(Form::Mono) => mono::check_places(stage, next, arena_bytes),
        Some(Form::Gather) => gather::check_places(stage, next),
        Some(Form::Expand) => match next {
            Some(next) if next.is_fields() => Err("an expanding layer cannot write rows of this layout"),
            _ => Ok(()),
        },
        Some(Form::Kronecker) => kronecker::check_places(stage, next, arena_bytes),
        Some(Form::TwoLanes) => match next {
            Some(next) if !next.is_bytes() => Err("the two-lane form writes bytes"),
            _ => Ok(()),
        },
        Some(Form::Swar21) => match next {
            Some(next) if !next.is_bytes() => Err("the form with three positions in two words writes bytes"),
            _ => Ok(()),
        },
        Some(Form::Vector) => vector::check_places(next),
        _ => Ok(()),
    }
}

/// Checks the `channels` records of [`Doubled`] that a stage has.
const fn doubled_fit(stage: &Stage, data: &[u8], channels: usize) -> Result<(), &'static str> {
    ensure!(count(data, stage.scales, size_of::<Doubled>(), 4) == channels, "the number of scales is wrong");
    let mut i = 0;
    while i < channels {
        let shift = word(data, stage.scales.offset as usize + i * size_of::<Doubled>() + 12);
        ensure!(among(shift as i64, 1, 20), "a shift is out of range");
        i += 1;
    }
    Ok(())
}

/// Makes `rows` rows from the task's on by a form other than the portable one, and writes them to `place`; `false` when
/// the stage asks for the portable one.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) -> bool {
    let there = |form| has(K, kernels::form(form));
    match Form::from_code(task.stage.form) {
        Some(Form::Slide) if there(Form::Slide) => slide::run::<K>(task, place, rows),
        Some(Form::Mono) if there(Form::Mono) => mono::run::<K>(task, place, rows),
        Some(Form::Gather) if there(Form::Gather) => gather::run::<K>(task, place, rows),
        Some(Form::Expand) if there(Form::Expand) => expand::run(task, place, rows),
        Some(Form::Kronecker) if kernels::reads_fields(K) => kronecker::run::<K>(task, place, rows),
        Some(Form::TwoLanes) if there(Form::TwoLanes) => return m0::run::<K>(task, place, rows),
        Some(Form::Swar21) if there(Form::Swar21) => return swar21::run::<K>(task, place, rows),
        Some(Form::Vector) if there(Form::Vector) => vector::run::<K>(task, place, rows),
        _ => return false,
    }
    true
}
