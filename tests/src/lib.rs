//! Helpers shared by the cross-crate tests and the programs that prepare device tests.

