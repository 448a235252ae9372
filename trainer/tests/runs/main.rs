//! A run is a unit, whatever happens to the commands that write it; and the command line as people use it.

mod derived;
#[cfg(target_os = "linux")]
mod disk;
mod formats;
mod kills;
mod names;
#[cfg(unix)]
mod outputs;
mod resume;
mod support;
