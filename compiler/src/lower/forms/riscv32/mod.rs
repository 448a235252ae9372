//! Forms for RISC-V: convolutions of three positions in two words; see `picoae`'s `forms::swar21` for the arithmetic.
//!
//! What makes the results exact is checked here, where the weights are known: segments whose sums have no more than 21 bits,
//! functions that requantize every possible accumulator as the definition does.

mod requantization;
mod weights;

use super::cortex_m0::{affine, output_table};
use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Node, NodeOp};
use picoae::Form;
use picoae::plan::{Buffer, Phase, Phases, Scale, Stage, Swar21, swar21_words, windows_fit};

/// Output channels up to which activations are used as they lie.
const DIRECT: usize = 2;
/// Positions of a signal's tile, of each phase and before pooling, the best first.
const SIGNAL_POSITIONS: [usize; 6] = [96, 48, 24, 12, 6, 3];
/// The most of them where memory is to be spared, and of a single channel.
const POSITIONS: usize = 24;
const DIRECT_POSITIONS: usize = 16;
/// Most bytes of working memory for a signal.
const SIGNAL_BYTES: usize = 1736;
/// Positions of an image that are packed at a time, the best first.
const IMAGE_POSITIONS: [usize; 12] = [48, 36, 30, 24, 18, 14, 12, 8, 6, 4, 3, 1];
/// Most bytes of working memory for an image.
const IMAGE_BYTES: usize = 9728;
/// Sums times 2⁹ must have no more than 32 bits.
const LARGEST_SUM: i64 = 1 << 22;

/// The record of `node` in the best form for it; `None`: the portable one.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(node: &Node, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    match &node.op {
        NodeOp::Conv(conv) if fits(conv) => swar21(node, conv, data, choice),
        _ => Ok(None),
    }
}

/// What the form can express at all.
fn fits(c: &ConvNode) -> bool {
    let pool = c.pool[0] * c.pool[1];
    let one_phase = c.phases == [1, 1];
    let channels = c.taps.first().map_or(0, |t| t.bias.len());
    let sums_fit = (0..channels).all(|o| {
        let [least, largest] = affine::reach(c, o);
        let bias = c.taps.iter().map(|t| i64::from(t.bias[o]).abs()).max().unwrap_or(0);
        largest.max(-least) + bias < LARGEST_SUM
    });
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || one_phase) && pool <= 16 && sums_fit
}

fn swar21(node: &Node, c: &ConvNode, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    let mut own = Data::default();
    let portable = stage::stage(node, 1, &mut own)?;
    let read = |span: picoae::plan::Span| &own.bytes[span.offset as usize..(span.offset + span.bytes) as usize];
    let mut phases: Vec<Phase> =
        read(portable.phases).chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    let channels = node.output[2];
    let narrow = c.taps.iter().all(|t| t.weights.iter().all(|w| i8::try_from(*w).is_ok()));
    let mut parameters = Swar21 { high_mul: false, each: false, halves: !narrow, direct: channels <= DIRECT, shift: 0 };
    let Some(segment) = weights::segment(c) else { return Ok(None) };
    let base = Stage { form: Form::Swar21.code(), weight_bits: 8, ..portable };
    let with = |tile: usize, positions: usize| Stage {
        tile: tile as u16,
        extra: [parameters.code(), segment as u32, 0, positions as u32, 0],
        ..base
    };
    let bytes = |stage: &Stage| swar21_words(stage, &Phases::of(stage, &own.bytes)).iter().sum::<usize>() * 4;
    // Windows of phases of unlike height may not be cut into tiles.
    let cuts = |stage: &Stage| {
        let input = Buffer { rows: u16::MAX, ..stage.input };
        windows_fit(&Stage { input, ..*stage }, &own.bytes, None).is_ok()
    };
    let signal = node.output[1] == 1;
    let pool = c.pool[0] * c.pool[1];
    let found = if signal {
        let most = choice.rows(if parameters.direct { DIRECT_POSITIONS } else { POSITIONS });
        let fit = |positions: &usize| {
            let tile = positions * c.phases[0] / c.pool[0];
            let stage = with(tile, positions * c.pool[1]);
            let whole = positions.is_multiple_of(c.pool[0]) && tile > 0 && tile <= node.output[0];
            (whole && *positions <= most && cuts(&stage) && bytes(&stage) <= choice.rows(SIGNAL_BYTES)).then_some(stage)
        };
        let one = || with(1, pool);
        Some(SIGNAL_POSITIONS.iter().find_map(fit).unwrap_or_else(one))
    } else {
        let fit = |positions: &usize| {
            let stage = with(c.phases[0], positions / pool * pool);
            let whole = *positions >= pool && c.phases[0] <= node.output[0] && cuts(&stage);
            (whole && bytes(&stage) <= choice.rows(IMAGE_BYTES)).then_some(stage)
        };
        Some(IMAGE_POSITIONS.iter().find_map(fit).unwrap_or_else(|| with(1, pool)))
    };
    let Some(mut stage) = found else { return Ok(None) };

    let (packed, starts) = weights::packed(c, &parameters);
    for (phase, start) in phases.iter_mut().zip(&starts) {
        phase.weights = *start as u32;
    }
    let table = output_table(&c.finish);
    stage.extra[2] = data.push(&table).offset;
    stage.weights = data.push(&packed);
    stage.phases = data.push(&phases);
    stage.bias = data.push(read(portable.bias));
    if let Some((records, shift)) = requantization::find(c, &table) {
        parameters = Swar21 { high_mul: true, each: records.len() > 1, shift, ..parameters };
        stage.extra[4] = data.push(&records).offset;
        // Nobody asks for a scale.
        stage.scales = data.push(&[Scale { multiplier: 1 << 30, shift: 0 }]);
    } else {
        stage.scales = data.push(read(portable.scales));
    }
    stage.extra[0] = parameters.code();
    if portable.has_table != 0 {
        stage.table = data.push(read(portable.table));
    }
    stage.scratch_bytes = (swar21_words(&stage, &Phases::of(&stage, &data.bytes)).iter().sum::<usize>() * 4) as u32;
    Ok(Some(stage))
}
