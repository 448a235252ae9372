//! What a model's samples are.

/// What a model's samples are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SampleKind {
    /// Whole numbers, as a converter gives them: i16 or i32 go in.
    Counts,
    /// Numbers in a physical unit: f32 go in.
    Physical,
}

impl SampleKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Counts, Self::Physical];

    /// Number in the artifact.
    pub const fn code(self) -> u16 {
        self as u16 + 1
    }

    /// The kind with this number in the artifact.
    pub const fn from_code(code: u16) -> Option<Self> {
        match code {
            1 => Some(Self::Counts),
            2 => Some(Self::Physical),
            _ => None,
        }
    }

    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Physical => "physical",
        }
    }
}
