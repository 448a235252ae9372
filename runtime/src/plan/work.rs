//! What a stage does in one window, as a number that a caller can limit.

use super::codes::Operator;
use super::kernel;
use super::stage::Stage;

impl Stage {
    /// Multiply-accumulates of one window, those with padding included; `u64::MAX` where they are more.
    pub const fn multiply_accumulates(&self, data: &[u8]) -> u64 {
        match Operator::from_code(self.operator) {
            Some(Operator::Conv) => {
                let groups = kernel::groups(self) as u64;
                self.conv().multiply_accumulates(self, data, groups)
            }
            Some(Operator::Linear) => {
                let inputs = self.input.height as u64 * self.input.row_len() as u64;
                inputs.saturating_mul(self.out_channels as u64)
            }
            Some(Operator::DenseToMap) => self.outputs().saturating_mul(self.input.channels as u64),
            _ => 0,
        }
    }

    /// What the stage does in one window, in steps of about a multiply-accumulate: those, moves of values, and the rows that are
    /// looked up, which also bounds the time that the checks take. Never overflows.
    pub const fn work(&self, data: &[u8]) -> u64 {
        const ROW: u64 = 64;
        let outputs = self.outputs();
        let (compared, rows) = match Operator::from_code(self.operator) {
            Some(Operator::Conv) => {
                let conv = self.conv();
                let pooled = outputs.saturating_mul(conv.pool_h as u64 * conv.pool_w as u64);
                (pooled, self.out_height as u64 * conv.pool_h as u64)
            }
            Some(Operator::MaxPool | Operator::AvgPool) => {
                let window = self.window();
                (outputs.saturating_mul(window.kernel_h as u64 * window.kernel_w as u64), self.out_height as u64)
            }
            Some(Operator::Linear) => (0, self.input.height as u64),
            _ => (0, self.out_height as u64),
        };
        let padded = self.input.padded_width() as u64 * self.input.channels as u64;
        let entered = (self.input.padded_height() as u64).saturating_mul(padded);
        let looked_up = (rows + self.input.padded_height() as u64) * ROW;
        let moved = compared.saturating_add(outputs).saturating_add(entered).saturating_add(looked_up);
        self.multiply_accumulates(data).saturating_add(moved)
    }
}
