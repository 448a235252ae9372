//! What every subcommand needs: folders, child processes, counting tests.

pub(crate) mod installed;
pub(crate) mod paths;
pub(crate) mod shell;
pub(crate) mod tally;
pub(crate) mod tool;
