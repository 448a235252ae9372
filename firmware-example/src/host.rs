//! Files and arguments on the machine that debugs or emulates this one (semihosting).
//!
//! There is no one to hand an error to: what fails here panics, and the run fails with that message.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use semihosting::io::{Read, Write};
use semihosting::{fs, process};

/// An open file.
pub struct File {
    file: fs::File,
}

impl File {
    /// Opens a file for reading.
    pub fn open(name: &str) -> Self {
        Self::with(name, |path| fs::File::open(path))
    }

    /// Makes a file, or empties it.
    pub fn create(name: &str) -> Self {
        Self::with(name, |path| fs::File::create(path))
    }

    fn with(name: &str, open: fn(&CStr) -> semihosting::io::Result<fs::File>) -> Self {
        let mut path = [0_u8; 256];
        assert!(name.len() < path.len(), "file name too long");
        path[..name.len()].copy_from_slice(name.as_bytes());
        match CStr::from_bytes_until_nul(&path).map(open) {
            Ok(Ok(file)) => Self { file },
            _ => panic!("cannot open {name}"),
        }
    }

    /// Fills `bytes`; `false` when the file ends before its first byte.
    pub fn read(&mut self, bytes: &mut [u8]) -> bool {
        let mut filled = 0;
        while filled < bytes.len() {
            match self.file.read(&mut bytes[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) => panic!("cannot read a file: {error}"),
            }
        }
        assert!(filled == 0 || filled == bytes.len(), "a file ends in the middle of a record");
        filled > 0
    }

    /// Fills `values`; `false` when the file ends before its first byte.
    pub fn read_values(&mut self, values: &mut [i8]) -> bool {
        // SAFETY: i8 and u8 have the same size and alignment, and every bit pattern is a value of both.
        self.read(unsafe { core::slice::from_raw_parts_mut(values.as_mut_ptr().cast(), values.len()) })
    }

    /// Fills `words`, little-endian; `false` when the file ends before its first byte.
    pub fn read_words(&mut self, words: &mut [i32]) -> bool {
        // SAFETY: a word is four bytes, every bit pattern is a value of both, and bytes have no alignment. The processor is
        // little-endian as the file is.
        self.read(unsafe { core::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), 4 * words.len()) })
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        match self.file.metadata() {
            Ok(data) => data.len() as usize,
            Err(error) => panic!("a file has no length: {error}"),
        }
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes all of `bytes`.
    pub fn write(&mut self, bytes: &[u8]) {
        assert!(self.file.write_all(bytes).is_ok(), "cannot write a file");
    }

    /// Writes all of `values`.
    pub fn write_values(&mut self, values: &[i8]) {
        // SAFETY: i8 and u8 have the same size and alignment, and every bit pattern is a value of both.
        self.write(unsafe { core::slice::from_raw_parts(values.as_ptr().cast(), values.len()) });
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
        let (mut line, mut buffer) = ([0_u8; 256], [MaybeUninit::uninit(); 256]);
        match semihosting::sys::arm_compat::sys_get_cmdline_uninit(&mut buffer) {
            Ok(text) => {
                line[..text.len()].copy_from_slice(text);
                Self { line, length: text.len() }
            }
            Err(_) => panic!("the host gives no arguments"),
        }
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
    process::exit(0)
}

/// Ends the run as failed.
pub fn fail() -> ! {
    process::exit(1)
}
