//! Strides, dilations and extents of windows over a map.

use crate::error::{Fault, ensure};
use crate::flat::Table;

type Result<T> = std::result::Result<T, Fault>;

/// A pair `[vertical, horizontal]` of positive numbers from the slots of its horizontal and its vertical one.
pub(super) fn pair(
    options: &Table,
    [horizontal, vertical]: [usize; 2],
    default: i32,
    what: &str,
) -> Result<[usize; 2]> {
    let of = |slot| -> Result<usize> {
        let value = options.i32(slot, default)?;
        let fits = (1..=65_535).contains(&value);
        ensure(fits, || format!("its {what} is {value}"), "1 to 65535 is taken; convert the model again")?;
        Ok(value as usize)
    };
    Ok([of(vertical)?, of(horizontal)?])
}
