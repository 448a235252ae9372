//! What there is to say of a processor core.

/// A processor core, the emulated board that stands for it, and the parts whose memory its programs must fit.
#[derive(Debug)]
pub(crate) struct Core {
    /// Name for people and for the figures file.
    pub(crate) name: &'static str,
    /// Name on the command line and in the names of files; no other core has it.
    pub(crate) id: &'static str,
    /// The compiler's name of the target.
    pub(crate) target: &'static str,
    /// Flags for the compiler beside the target.
    pub(crate) rustc_flags: &'static [&'static str],
    /// How the name of a case ends whose plan is for this core. Cores with the same instructions share plans.
    pub(crate) plan_suffix: &'static str,
    pub(crate) emulator: &'static Emulator,
    /// The emulator's name of the board.
    pub(crate) machine: &'static str,
    /// Memory layout (a file of `firmware-example/memory/` without its ending) of a real part with this core: large enough
    /// for a product with the time-series model.
    pub(crate) part: &'static str,
    /// Of a larger one, for the digits model.
    pub(crate) large_part: &'static str,
    /// A part and its own board with less memory than the first, where `timeseries` fits too.
    pub(crate) smallest_part: Option<SmallPart>,
    /// All the memory of the emulated board, for cases of any size.
    pub(crate) whole_board: &'static str,
    /// The counting plugin's name of the core's cycle model, for a core whose instruction timings Arm or its maker published.
    pub(crate) cycle_model: Option<&'static str>,
}

/// A part that the emulator has a board of.
#[derive(Debug)]
pub(crate) struct SmallPart {
    /// Memory layout.
    pub(crate) memory: &'static str,
    /// The emulator's name of the board.
    pub(crate) machine: &'static str,
}

/// An emulator.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Emulator {
    pub(crate) program: &'static str,
    /// Debian's package with it.
    pub(crate) package: &'static str,
    /// Arguments that its boards want.
    pub(crate) arguments: &'static [&'static str],
}

/// QEMU with the boards of 32-bit Arm processors.
pub(crate) static QEMU_ARM: Emulator =
    Emulator { program: "qemu-system-arm", package: "qemu-system-arm", arguments: &[] };

impl Core {
    /// The part that a product with the time-series model is linked for.
    pub(crate) fn part(&'static self) -> Part {
        self.with_memory(self.part)
    }

    /// The part that the digits model is linked for.
    pub(crate) fn large_part(&'static self) -> Part {
        self.with_memory(self.large_part)
    }

    /// The part with the least memory that a product with the time-series model is linked for.
    pub(crate) fn smallest_part(&'static self) -> Option<Part> {
        let SmallPart { memory, machine } = self.smallest_part.as_ref()?;
        Some(Part { core: self, memory, machine })
    }

    /// The emulated board with all its memory.
    pub(crate) fn whole_board(&'static self) -> Part {
        self.with_memory(self.whole_board)
    }

    fn with_memory(&'static self, memory: &'static str) -> Part {
        Part { core: self, memory, machine: self.machine }
    }
}

/// A memory layout and the board to run it on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) core: &'static Core,
    /// File in `firmware-example/memory/`, without its ending.
    pub(crate) memory: &'static str,
    /// The emulator's name of the board.
    pub(crate) machine: &'static str,
}
