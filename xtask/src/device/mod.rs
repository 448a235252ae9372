//! The device side: compiler, firmware builds, emulator, instruction counting, reading ELF files.

pub(crate) mod apt;
pub(crate) mod build;
pub(crate) mod cases;
pub(crate) mod cores;
pub(crate) mod elf;
pub(crate) mod plugin;
pub(crate) mod qemu;
pub(crate) mod results;
pub(crate) mod script;
pub(crate) mod toolchain;
