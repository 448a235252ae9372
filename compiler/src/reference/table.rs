//! A function of one int8 value as a table.

pub(super) fn table(x: &[i8], table: &[i8]) -> Vec<i8> {
    x.iter().map(|v| table[(i32::from(*v) + 128) as usize]).collect()
}
