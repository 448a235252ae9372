//! A convolution of a signal with one channel, up to five taps, the larger of two neighbours, rectified.
//!
//! Two positions lie in one word, so that two neighbouring outputs take their five taps from three words. In the stage's
//! record, `weights` holds for each output channel the int16 pairs of taps (0, 1), (2, 3), (1, 2), (3, 4), then its
//! [`Doubled`] record. Outputs are channel pairs at a zero point of −128.

use crate::ops::{RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Buffer, Op, Phases, Stage, among, count, ensure, word};

/// Bytes of parameters of a channel.
const CHANNEL: usize = 32;

/// One tile in all channels. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// First activation under the first output's kernel.
    pub(crate) x: usize,
    /// Outputs, an even number.
    pub(crate) outputs: usize,
    pub(crate) weights: usize,
    pub(crate) channels: usize,
    /// First output of the first channel; outputs lie 4 bytes apart, two of them in a word where they are fields.
    pub(crate) out: usize,
    /// Bytes from channel 0 to 1 and from 1 to 2.
    pub(crate) steps: [usize; 2],
    /// How outputs are stored.
    pub(crate) store: Store,
}

/// How outputs are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Clamped to 0…255, doubled, int16.
    Double,
    /// The same, not doubled.
    Single,
    /// Clamped to int8, fields of words.
    Fields,
}

#[cfg(picoae_dsp)]
use crate::arch::cortex_m4::mono as make;
#[cfg(not(picoae_dsp))]
use portable::make;

/// Makes `rows` rows, an even number.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let [phase] = phases_of(stage, task.data) else { return };
    let b = &stage.input;
    let call = Call {
        x: b.offset as usize + (2 * task.y + phase.row as usize - task.base) * 2,
        outputs: rows,
        weights: stage.weights.offset as usize,
        channels: stage.out_channels as usize,
        out: place.at,
        steps: if place.fields { [place.plane; 2] } else { [2, place.plane.wrapping_sub(2)] },
        store: match place.factor {
            _ if place.fields => Store::Fields,
            1 => Store::Single,
            _ => Store::Double,
        },
    };
    make::<K>(&call, task.arena, task.data);
}

/// Checks a stage of this form for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let b = &stage.input;
    let shape = stage.op == Op::Conv.code() && b.is_pairs() && b.channels == 1 && b.pitch == 2 && b.width == 1;
    ensure!(shape, "a one-channel kernel reads a signal of one channel");
    ensure!(stage.pool_h == 2 && stage.pool_w == 1 && stage.out_width == 1, "a one-channel kernel pools by two");
    let plain = stage.step_h == 1 && stage.dilation_h == 1 && stage.groups == 1 && stage.phases_h == 1;
    ensure!(plain && stage.phases_w == 1, "a one-channel kernel has no step, dilation or phases");
    let even = stage.tile > 0
        && stage.tile.is_multiple_of(2)
        && stage.first_tile.is_multiple_of(2)
        && stage.out_height.is_multiple_of(2);
    ensure!(even && stage.out_channels > 0, "a one-channel kernel makes an even number of rows");
    let phases = Phases::of(stage, data);
    ensure!(phases.len() == 1, "the number of phases is wrong");
    let phase = phases.get(0);
    ensure!(among(phase.taps_h as i64, 1, 5) && phase.taps_w == 1, "a kernel is not 1 to 5 long");
    let channels = stage.out_channels as usize;
    ensure!(count(data, stage.weights, CHANNEL, 4) == channels, "the number of weights is wrong");
    let mut i = 0;
    while i < channels {
        let shift = word(data, stage.weights.offset as usize + i * CHANNEL + 28);
        ensure!(among(shift as i64, 1, 20), "a shift is out of range");
        i += 1;
    }
    Ok(())
}

/// Checks that the outputs find their layout behind the stage, and that the last words read lie in the arena.
pub(crate) const fn check_places(stage: &Stage, next: Option<&Buffer>, arena_bytes: u32) -> Result<(), &'static str> {
    let fits = match next {
        // Where the first row behind the padding starts a word, each two rows share one.
        Some(n) if n.is_fields() => n.pad_top % 2 == 1,
        Some(n) => n.is_signal() && n.is_pairs() && n.pitch == 4,
        None => false,
    };
    ensure!(fits, "a one-channel kernel cannot write rows of this layout");
    ensure!(super::slide::reads_inside(&stage.input, arena_bytes), "a one-channel kernel reads beyond the arena");
    Ok(())
}

#[cfg(not(picoae_dsp))]
mod portable {
    use super::{CHANNEL, Call, Store};
    use crate::place::put_field;
    use crate::plan::Doubled;

    /// The portable body: output by output.
    pub(super) fn make<const K: u64>(call: &Call, arena: &mut [u8], data: &[u8]) {
        let mut out = call.out;
        for channel in 0..call.channels {
            let record = &data[call.weights + channel * CHANNEL..][..CHANNEL];
            let half = |at: usize| i32::from(i16::from_le_bytes([record[at], record[at + 1]]));
            // The pairs hold every tap; these are the places of 0 to 4.
            let taps = [half(0), half(2), half(4), half(6), half(14)];
            let scale: Doubled = bytemuck::pod_read_unaligned(&record[16..]);
            for i in 0..call.outputs {
                let doubled = (2 * i..2 * i + 2)
                    .map(|p| {
                        taps.iter().enumerate().fold(scale.bias, |sum, (t, w)| {
                            let at = call.x + (p + t) * 2;
                            sum.wrapping_add(w * i32::from(i16::from_le_bytes([arena[at], arena[at + 1]])))
                        })
                    })
                    .fold(i32::MIN, i32::max);
                let value = scale.value_if_positive(doubled);
                let factor = match call.store {
                    Store::Fields => {
                        put_field(arena, out + i * 2, value.clamp(-128, 127) as i8);
                        continue;
                    }
                    Store::Double => 2,
                    Store::Single => 1,
                };
                let value = factor * value.clamp(0, 255) as i16;
                arena[out + i * 4..out + i * 4 + 2].copy_from_slice(&value.to_le_bytes());
            }
            out = out.wrapping_add(call.steps[channel % 2]);
        }
    }
}
