//! Files and arguments on the machine that debugs or emulates this one, by Arm's semihosting calls.
//! Source: Arm's "Semihosting for AArch32 and AArch64", operations SYS_OPEN, SYS_READ, SYS_WRITE, SYS_GET_CMDLINE.
//!
//! There is no one to hand an error to: what fails here panics, and the run fails with that message.

use cortex_m_semihosting::{debug, nr, syscall};

/// An open file.
pub struct File {
    handle: usize,
}

impl File {
    /// Opens a file for reading.
    pub fn open(name: &str) -> Self {
        Self::with_mode(name, nr::open::R_BINARY)
    }

    /// Makes a file, or empties it.
    pub fn create(name: &str) -> Self {
        Self::with_mode(name, nr::open::W_TRUNC_BINARY)
    }

    fn with_mode(name: &str, mode: usize) -> Self {
        let mut path = [0_u8; 256];
        assert!(name.len() < path.len(), "file name too long");
        path[..name.len()].copy_from_slice(name.as_bytes());
        // SAFETY: the block is address, mode and length of a name that ends in a zero byte.
        let handle = unsafe { syscall!(OPEN, path.as_ptr(), mode, name.len()) };
        assert!(handle != usize::MAX, "cannot open {name}");
        Self { handle }
    }

    /// Fills `bytes`; `false` when the file ends before its first byte.
    pub fn read(&mut self, bytes: &mut [u8]) -> bool {
        // SAFETY: the block is handle, address and length of memory that is borrowed for writing.
        let left = unsafe { syscall!(READ, self.handle, bytes.as_mut_ptr(), bytes.len()) };
        if left == bytes.len() && left > 0 {
            return false;
        }
        assert!(left == 0, "a file ends in the middle of a record");
        true
    }

    /// Fills `values`; `false` when the file ends before its first byte.
    pub fn read_values(&mut self, values: &mut [i8]) -> bool {
        // SAFETY: i8 and u8 have the same size and alignment, and every bit pattern is a value of both.
        self.read(unsafe { core::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) })
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        // SAFETY: the block is a handle.
        unsafe { syscall!(FLEN, self.handle) }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes all of `bytes`.
    pub fn write(&mut self, bytes: &[u8]) {
        // SAFETY: the block is handle, address and length of memory that is borrowed.
        let left = unsafe { syscall!(WRITE, self.handle, bytes.as_ptr(), bytes.len()) };
        assert!(left == 0, "cannot write a file");
    }

    /// Writes all of `values`.
    pub fn write_values(&mut self, values: &[i8]) {
        // SAFETY: i8 and u8 have the same size and alignment, and every bit pattern is a value of both.
        self.write(unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) });
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // SAFETY: the block is a handle, which is not used again.
        unsafe { syscall!(CLOSE, self.handle) };
    }
}

/// The arguments of this run, the program's name first.
pub struct Arguments {
    line: [u8; 256],
    length: usize,
}

impl Arguments {
    /// Asks the host for them.
    pub fn get() -> Self {
        let mut line = [0_u8; 256];
        let mut block = [line.as_mut_ptr() as usize, line.len()];
        // SAFETY: the block is address and length of a buffer; the host sets the length to what it wrote there.
        let result = unsafe { cortex_m_semihosting::syscall1(nr::GET_CMDLINE, block.as_mut_ptr() as usize) };
        assert!(result == 0, "the host gives no arguments");
        // SAFETY: the host has changed the block behind the compiler's back.
        let length = unsafe { block.as_ptr().add(1).read_volatile() };
        Self { line, length: length.min(256) }
    }

    /// Argument `index`; 0 is the program.
    pub fn nth(&self, index: usize) -> &str {
        let text = core::str::from_utf8(&self.line[..self.length]).unwrap_or("");
        match text.trim_end_matches('\0').split(' ').nth(index) {
            Some(argument) => argument,
            None => panic!("argument {index} is missing"),
        }
    }
}

/// Ends the run as passed.
pub fn succeed() -> ! {
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
