//! Kernels for particular shapes and processors: the forms that a plan may ask for instead of the portable operator.
//!
//! A form is a way to compute the same bits: its weights are packed its way, its conditions were checked when the plan
//! was made, and [`check`] checks again that what it will touch is there. Every form has a portable body, which runs on a
//! workstation; some have a second one for a processor, chosen at compile time.

use crate::ops::RowTask;
use crate::place::Place;
use crate::plan::Stage;

/// A form's number in [`Stage::form`]; 0 is the portable operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Form {
    /// The portable operator of `ops`.
    Portable,
}

impl Form {
    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Portable => 0,
        }
    }

    /// The form with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Portable),
            _ => None,
        }
    }
}

/// Whether the portable operator runs the stage.
pub(crate) const fn is_portable(stage: &Stage) -> bool {
    stage.form == Form::Portable.code()
}

/// Checks what a form needs beyond the portable operator.
pub(crate) fn check(stage: &Stage, _data: &[u8]) -> Result<(), &'static str> {
    match Form::from_code(stage.form) {
        Some(Form::Portable) => Ok(()),
        None => Err("the kernel's form is unknown"),
    }
}

/// Makes `rows` rows from the task's on by a form other than the portable one, and writes them to `place`; `false` when
/// the stage asks for the portable one.
pub(crate) fn run(task: &mut RowTask<'_>, _place: &Place, _rows: usize) -> bool {
    match Form::from_code(task.stage.form) {
        Some(Form::Portable) | None => false,
    }
}
