//! What a check finds.

/// Something about a detector that its user must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// It is of no use: why, and what to change.
    Refusal(String),
    /// It may be of little use: why, and what to change.
    Warning(String),
}
