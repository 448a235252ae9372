//! Inputs as files, for readers that take a path.

use std::cell::OnceCell;
use std::path::Path;
use tempfile::TempDir;

/// Writes `bytes` to a file called `name` and reads it with `read`. The file lies in memory where the system has such a folder.
///
/// # Panics
/// When the file cannot be written.
pub fn with_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    thread_local!(static FOLDER: OnceCell<TempDir> = const { OnceCell::new() });
    let path = FOLDER.with(|folder| folder.get_or_init(folder_in_memory).path().join(name));
    std::fs::write(&path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    read(&path)
}

fn folder_in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.unwrap_or_else(|e| panic!("a folder for the inputs: {e}"))
}
