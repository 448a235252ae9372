//! From accumulators to output values by the definition.

use crate::arith::{Scale, requantize};
use crate::plan::params::output::OutputParams;
use crate::plan::span::cast_span;

/// Requantizes, adds the zero point, clamps, looks up.
pub(crate) struct OutputStage<'a> {
    scales: &'a [Scale],
    per_channel: bool,
    zero_point: i32,
    min: i32,
    max: i32,
    table: Option<&'a [i8; 256]>,
}

impl<'a> OutputStage<'a> {
    pub(crate) fn new(params: &OutputParams, data: &'a [u8]) -> Self {
        let scales = cast_span(data, params.scales);
        Self {
            scales,
            per_channel: scales.len() > 1,
            zero_point: i32::from(params.zero_point),
            min: i32::from(params.act_min),
            max: i32::from(params.act_max),
            table: cast_span::<i8>(data, params.table).try_into().ok(),
        }
    }

    #[inline]
    pub(crate) fn scale(&self, channel: usize) -> Scale {
        let scale = self.scales.get(if self.per_channel { channel } else { 0 });
        scale.copied().unwrap_or(Scale { multiplier: 0, shift: 0 })
    }

    #[inline]
    pub(crate) fn table(&self) -> Option<&'a [i8; 256]> {
        self.table
    }

    #[inline]
    pub(crate) fn value(&self, acc: i32, channel: usize) -> i8 {
        let scale = self.scale(channel);
        let q = requantize(acc, scale).wrapping_add(self.zero_point).max(self.min).min(self.max) as i8;
        match self.table {
            Some(table) => table[q as u8 as usize],
            None => q,
        }
    }
}
