//! Sizes and symbols of a linked program.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, elf};
use serde::{Deserialize, Serialize};

/// Bytes that a linked program takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sizes {
    /// Machine code and the vector table.
    pub(crate) flash_code: u64,
    /// Constants: weights, parameters, tables, initial values of variables.
    pub(crate) flash_data: u64,
    /// Static variables, initialised or not. The stack is not among them.
    pub(crate) ram: u64,
}

/// Reads the sections of an ELF file.
pub(crate) fn sizes(path: &Path) -> Result<Sizes> {
    let bytes = read(path)?;
    let file = parse(path, &bytes)?;
    let mut sizes = Sizes::default();
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags: flags, .. } = section.flags() else { continue };
        let has = |flag| flags & flag == flag;
        // RISC-V's start-up code makes a section of the stack.
        if !has(elf::SHF_ALLOC) || section.name() == Ok(".stack") {
            continue;
        }
        let has_bytes = section.file_range().is_some();
        if has(elf::SHF_WRITE) {
            sizes.ram += section.size();
            // Initial values lie in flash too.
            sizes.flash_data += if has_bytes { section.size() } else { 0 };
        } else if has(elf::SHF_EXECINSTR) || section.name() == Ok(".vector_table") {
            sizes.flash_code += section.size();
        } else if has_bytes {
            sizes.flash_data += section.size();
        }
    }
    Ok(sizes)
}

/// Address of a symbol, without the bit that says Thumb.
pub(crate) fn symbol(path: &Path, name: &str) -> Result<u64> {
    let bytes = read(path)?;
    let file = parse(path, &bytes)?;
    let symbol = file
        .symbols()
        .find(|symbol| symbol.name() == Ok(name))
        .with_context(|| format!("{}: no symbol `{name}`", path.display()))?;
    Ok(symbol.address() & !1)
}

/// The function that the programs' panic handlers call, never inlined: linked only where something can panic.
const PANICKED: &str = "picoae_panicked";

/// Whether anything in a program can panic.
pub(crate) fn can_panic(path: &Path) -> Result<bool> {
    let bytes = read(path)?;
    let file = parse(path, &bytes)?;
    let mut names = file.symbols().filter_map(|symbol| symbol.name().ok()).peekable();
    ensure!(names.peek().is_some(), "{}: this program has no symbols", path.display());
    // The names are the compiler's, with crate and hash around them.
    Ok(names.any(|name| name.contains(PANICKED)))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{}: cannot read this program", path.display()))
}

fn parse<'d>(path: &Path, bytes: &'d [u8]) -> Result<object::File<'d>> {
    object::File::parse(bytes).with_context(|| format!("{}: not an ELF file", path.display()))
}
