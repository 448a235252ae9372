//! The processor cores that are built for and emulated: a file of data each, and the list of them. A new core is a file
//! here, its memory layouts in `firmware-example/memory/`, and a line in the list.

mod cortex_m0plus;
mod cortex_m33;
mod cortex_m4f;
mod cortex_m55;
mod cortex_m7;
mod riscv32;

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// All cores, in the order in which they are tested.
pub(crate) static CORES: [&Core; 6] =
    [&cortex_m4f::CORE, &cortex_m7::CORE, &cortex_m33::CORE, &cortex_m55::CORE, &cortex_m0plus::CORE, &riscv32::CORE];

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
    /// The core with the name `id`.
    pub(crate) fn with_id(id: &str) -> Option<&'static Core> {
        CORES.into_iter().find(|core| core.id == id)
    }

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

/// Takes a core's name off the command line.
pub(crate) fn parser() -> impl TypedValueParser<Value = &'static Core> {
    PossibleValuesParser::new(CORES.map(|core| core.id)).map(|id| Core::with_id(&id).expect("one of the values"))
}

/// The targets of all cores, each once.
pub(crate) fn targets() -> Vec<&'static str> {
    unique(CORES.iter().map(|core| core.target))
}

/// The emulators of all cores, each once.
pub(crate) fn emulators() -> Vec<&'static Emulator> {
    unique(CORES.iter().map(|core| core.emulator))
}

fn unique<T: PartialEq>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = Vec::new();
    for one in all {
        if !seen.contains(&one) {
            seen.push(one);
        }
    }
    seen
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

#[cfg(test)]
mod tests {
    use super::{CORES, Core};
    use crate::support::paths;

    #[test]
    fn ids_are_unique_and_memory_layouts_are_there() {
        for core in CORES {
            assert!(std::ptr::eq(Core::with_id(core.id).unwrap(), core), "{} is there twice", core.id);
            for part in [core.part(), core.large_part(), core.whole_board()].into_iter().chain(core.smallest_part()) {
                let layout = paths::firmware().join("memory").join(part.memory).with_extension("x");
                assert!(layout.is_file(), "{}: no such file", layout.display());
            }
        }
    }
}
