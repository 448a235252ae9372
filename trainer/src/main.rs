//! The `picoae` command.

fn main() {}
