//! From accumulators to stored values: what several kernels' parameters have in common.

use crate::arith::{HighMulRequant, Scale};
use crate::plan::fault::Fault;
use crate::plan::span::{Span, check, ensure, entries, in_range, word};
use crate::record::record;

record! {
    /// Requantization, zero point, range and table, as the definition has them.
    #[derive(Eq)]
    pub struct OutputParams {
        /// `Scale` records: one an output channel, or a single one for all.
        pub scales: Span,
        /// 256 int8, indexed by the value's bit pattern as unsigned; empty: no table.
        pub table: Span,
        /// Zero point of the output.
        pub zero_point: i16,
        /// Smallest output.
        pub act_min: i8,
        /// Largest output.
        pub act_max: i8,
    }
}

impl OutputParams {
    /// Checks range, scales and table; gives the number of scales.
    pub(crate) const fn check(&self, data: &[u8]) -> Result<usize, Fault> {
        let range = in_range(self.zero_point as i64, -128, 127) && self.act_min <= self.act_max;
        ensure!(range, Fault::OutputRange);
        let scales = check!(entries(data, self.scales, size_of::<Scale>(), 4));
        let mut i = 0;
        while i < scales {
            let at = self.scales.offset as usize + i * size_of::<Scale>();
            let (multiplier, shift) = (word(data, at) as i32, word(data, at + 4) as i32);
            ensure!(multiplier >= 0 && in_range(shift as i64, -31, 30), Fault::ScaleRange);
            i += 1;
        }
        let table = check!(entries(data, self.table, 1, 1));
        ensure!(table == 0 || table == 256, Fault::TableLength);
        Ok(scales)
    }
}

/// Checks the `channels` records of [`HighMulRequant`] in `span`.
pub(crate) const fn high_mul_fit(data: &[u8], span: Span, channels: usize) -> Result<(), Fault> {
    let there = check!(entries(data, span, size_of::<HighMulRequant>(), 4));
    ensure!(there == channels, Fault::ScaleCount);
    let mut i = 0;
    while i < channels {
        let shift = word(data, span.offset as usize + i * size_of::<HighMulRequant>() + 12);
        ensure!(in_range(shift as i64, 1, 20), Fault::ScaleRange);
        i += 1;
    }
    Ok(())
}
