//! The processor cores that are built for and emulated: a file of data each, and the list of them. A new core is a file
//! here, its memory layouts in `firmware-example/memory/`, and a line in the list.

mod core;
mod cortex_m0plus;
mod cortex_m33;
mod cortex_m4f;
mod cortex_m55;
mod cortex_m7;
mod riscv32;

pub(crate) use core::{Core, Emulator, Part};

use clap::builder::{PossibleValuesParser, TypedValueParser};

/// All cores, in the order in which they are tested.
pub(crate) static CORES: [&Core; 6] =
    [&cortex_m4f::CORE, &cortex_m7::CORE, &cortex_m33::CORE, &cortex_m55::CORE, &cortex_m0plus::CORE, &riscv32::CORE];

/// The core with the name `id`.
pub(crate) fn with_id(id: &str) -> Option<&'static Core> {
    CORES.into_iter().find(|core| core.id == id)
}

/// Takes a core's name off the command line.
pub(crate) fn parser() -> impl TypedValueParser<Value = &'static Core> {
    PossibleValuesParser::new(CORES.map(|core| core.id)).map(|id| with_id(&id).expect("one of the values"))
}

/// The targets of all cores, each once.
pub(crate) fn targets() -> Vec<&'static str> {
    unique(CORES.iter().map(|core| core.target))
}

/// The emulators of all cores, each once.
pub(crate) fn emulators() -> Vec<&'static Emulator> {
    unique(CORES.iter().map(|core| core.emulator))
}

/// The cores that run the same plans are a lane: they share folders and tool chains' outputs, so lanes can run side by side. The plans of the
/// Cortex-M4 run on more cores than all others together, so these are one lane.
pub(crate) fn lanes(cores: &[&'static Core]) -> Vec<Vec<&'static Core>> {
    let (first, others): (Vec<_>, Vec<_>) =
        cores.iter().partition(|core| core.plan_suffix == cortex_m4f::CORE.plan_suffix);
    [first, others].into_iter().filter(|lane| !lane.is_empty()).collect()
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

#[cfg(test)]
mod tests {
    use super::{CORES, lanes, with_id};
    use crate::support::paths;

    #[test]
    fn lanes_share_neither_plans_nor_targets() {
        let lanes = lanes(&CORES);
        assert_eq!(lanes.iter().map(Vec::len).sum::<usize>(), CORES.len());
        for (i, lane) in lanes.iter().enumerate() {
            for other in lanes.iter().skip(i + 1).flatten() {
                assert!(lane.iter().all(|core| core.plan_suffix != other.plan_suffix && core.target != other.target));
            }
        }
    }

    #[test]
    fn ids_are_unique_and_memory_layouts_are_there() {
        for core in CORES {
            assert!(std::ptr::eq(with_id(core.id).unwrap(), core), "{} is there twice", core.id);
            for part in [core.part(), core.large_part(), core.whole_board()].into_iter().chain(core.smallest_part()) {
                let layout = paths::firmware().join("memory").join(part.memory).with_extension("x");
                assert!(layout.is_file(), "{}: no such file", layout.display());
            }
        }
    }
}
