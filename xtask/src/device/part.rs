//! The parts that firmware is linked for, and the emulated boards that stand for them.

/// A processor core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Core {
    /// Cortex-M4F: ARMv7E-M with the DSP instructions.
    M4f,
    /// Cortex-M0+: ARMv6-M.
    M0plus,
}

impl Core {
    /// Both.
    pub(crate) const ALL: [Core; 2] = [Core::M4f, Core::M0plus];

    /// Name for people and for the figures file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Core::M4f => "M4F",
            Core::M0plus => "M0+",
        }
    }

    /// The compiler's name of the target.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Core::M4f => "thumbv7em-none-eabihf",
            Core::M0plus => "thumbv6m-none-eabi",
        }
    }

    /// How the name of a case ends whose plan is for this core.
    pub(crate) fn plan(self) -> &'static str {
        match self {
            Core::M4f => ".cortex-m4",
            Core::M0plus => ".cortex-m0",
        }
    }

    /// The counting plugin's name of the cycle model.
    pub(crate) fn cycle_model(self) -> &'static str {
        match self {
            Core::M4f => "m4",
            Core::M0plus => "m0plus",
        }
    }

    /// The emulated board for measurements and tests. The second has a Cortex-M3, which executes ARMv6-M code too.
    pub(crate) fn machine(self) -> &'static str {
        match self {
            Core::M4f => "mps2-an386",
            Core::M0plus => "mps2-an385",
        }
    }

    /// A real part with this core, large enough for a product with the time-series model: 256 KiB flash, 32 KiB RAM.
    pub(crate) fn part(self) -> Part {
        let memory = match self {
            Core::M4f => "stm32f373xc",
            Core::M0plus => "atsamd21x18",
        };
        Part { core: self, memory, machine: self.machine() }
    }

    /// A larger one, for the digits model: 512 KiB flash, 64 KiB RAM.
    pub(crate) fn large_part(self) -> Part {
        let memory = match self {
            Core::M4f => "stm32f303xe",
            Core::M0plus => "stm32g0b1xe",
        };
        Part { core: self, memory, machine: self.machine() }
    }

    /// All the memory of the emulated board, for cases of any size.
    pub(crate) fn emulator(self) -> Part {
        Part { core: self, memory: "emulator", machine: self.machine() }
    }
}

/// A memory layout and the board to run it on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    pub(crate) core: Core,
    /// File in `firmware-example/memory/`, without its ending.
    pub(crate) memory: &'static str,
    /// QEMU's name of the board.
    pub(crate) machine: &'static str,
}

/// The chip of the first BBC micro:bit: 16 KiB of RAM.
pub(crate) const MICROBIT: Part = Part { core: Core::M0plus, memory: "nrf51822xxaa", machine: "microbit" };
