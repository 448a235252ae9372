//! Forms for ARMv6-M: convolutions with two positions in a word; see `picoae`'s `forms::m0` for the arithmetic.
//!
//! What makes the results exact is checked here, where the weights are known: lanes that cannot overflow, affine functions
//! that requantize every possible accumulator as the definition does.

pub(super) mod affine;
mod twins;
mod weights;

use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Finish, Node, NodeOp};
use picoae::Form;
use picoae::plan::{Buffer, Packing, Phase, Phases, Scale, Stage, two_lanes_words, windows_fit};
use weights::{LANE, Layout, Weights};

/// Most bytes that a stage's weights may take as words, four times their usual size.
const WORDS: usize = 12_288;
/// Rows of a signal that are made at a time, the best first.
const TILES: [usize; 9] = [128, 64, 32, 24, 16, 12, 8, 4, 2];
/// The most of them where memory is to be spared.
const TILE: usize = 16;
/// Most bytes of packed activations of a signal's tile.
const SIGNAL_BYTES: usize = 1536;
/// Most bytes of working memory for an image, where there is a choice.
const IMAGE_BYTES: usize = 9984;
/// Most bytes of the input rows that a second row of an image's tile reads in addition.
const ROW_BYTES: usize = 1024;

/// The record of `node` in the best form for it; `None`: the portable one.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(node: &Node, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    match &node.op {
        NodeOp::Conv(conv) if fits(conv) => {
            if choice.wide()
                && twins::fits(node, conv)
                && let Some(stage) = two_lanes(node, conv, data, choice, true)?
            {
                return Ok(Some(stage));
            }
            two_lanes(node, conv, data, choice, false)
        }
        _ => Ok(None),
    }
}

/// What the form can express at all.
fn fits(c: &ConvNode) -> bool {
    let pool = c.pool[0] * c.pool[1];
    let one_phase = c.phases == [1, 1];
    let in_lane = c.taps.iter().all(|t| t.weights.iter().all(|w| i32::from(*w).abs() <= LANE));
    c.groups == 1 && c.dilation[1] == 1 && (pool == 1 || one_phase) && pool <= 16 && in_lane
}

/// The record; `in_pairs`: with two phases in the lanes.
fn two_lanes(node: &Node, c: &ConvNode, data: &mut Data, choice: Choice, in_pairs: bool) -> Result<Option<Stage>> {
    let mut own = Data::default();
    let portable = stage::stage(node, 1, &mut own)?;
    let read = |span: picoae::plan::Span| &own.bytes[span.offset as usize..(span.offset + span.bytes) as usize];
    let mut phases: Vec<Phase> =
        read(portable.phases).chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    let channels = node.input[2];
    let most_rows = c.taps.iter().map(|t| t.taps[0]).max().unwrap_or(1).max(1);
    let base = Stage { form: Form::TwoLanes.code(), weight_bits: 8, ..portable };

    let words = Weights::new(c, &Layout { node, packing: Packing::Words, rows: most_rows });
    let as_words = choice.wide() && words.bytes.len() <= WORDS;
    let narrow = c.taps.iter().all(|t| t.weights.iter().all(|w| i8::try_from(*w).is_ok()));
    let packing = match (as_words, narrow) {
        _ if in_pairs => Packing::Phases,
        (true, _) => Packing::Words,
        (false, true) => Packing::Bytes,
        (false, false) => Packing::Halves,
    };
    let as_words = as_words || in_pairs;
    // What a tile takes, with the taps a number of kernel rows at a time.
    let with = |tile: usize, rows: usize, weights: &Weights| {
        let positions = tile.div_ceil(c.phases[0]) * (node.output[1] * c.pool[1]).div_ceil(c.phases[1]) * c.pool[0];
        let pairs = if in_pairs { positions } else { positions.div_ceil(2).next_multiple_of(c.pool[0] * c.pool[1]) };
        let form = packing.code() << 2 | weights.activations.code();
        Stage { tile: tile as u16, extra: [form, 0, 0, (rows | pairs << 16) as u32, 0], ..base }
    };
    let whole = if in_pairs {
        twins::weights(node, c, base.input.pitch as usize)
    } else if as_words {
        words
    } else {
        Weights::new(c, &Layout { node, packing, rows: most_rows })
    };
    // Windows of phases of unlike height may not be cut into tiles.
    let cuts = |stage: &Stage| {
        let input = Buffer { rows: u16::MAX, ..stage.input };
        windows_fit(&Stage { input, ..*stage }, &own.bytes, None).is_ok()
    };
    let signal = node.output[1] == 1;
    let (tile, rows) = if signal {
        let fits = |tile: &usize| {
            let stage = with(*tile, most_rows, &whole);
            let words = two_lanes_words(&stage, &Phases::of(&stage, &own.bytes));
            cuts(&stage) && (words.plain + words.polynomial) * 4 <= choice.rows(SIGNAL_BYTES)
        };
        // The more phases, the fewer positions a row makes for each call.
        let tile = if c.phases[0] > 1 && !in_pairs { TILE / 2 * 3 } else { TILE };
        let most = node.output[0].min(choice.rows(tile));
        (TILES.into_iter().filter(|tile| *tile <= most).find(fits).unwrap_or(1), most_rows)
    } else if as_words {
        (1, most_rows)
    } else {
        // Two rows (of a phase) are made at a time where that costs little memory, because weights are expanded for each
        // tile; where the activations are many, taps are taken in slices.
        let row = (node.input[1] + 2) * channels * c.step[0] * c.pool[0];
        let fits = |(tile, rows): &(usize, usize)| {
            let stage = with(*tile, *rows, &whole);
            let narrow = *tile == 1 || (row <= choice.rows(ROW_BYTES) && *tile <= node.output[0]);
            narrow
                && cuts(&stage)
                && two_lanes_words(&stage, &Phases::of(&stage, &own.bytes)).words() * 4 <= choice.rows(IMAGE_BYTES)
        };
        let two = 2 * c.phases[0];
        [(two, most_rows), (two, 1), (1, most_rows)].into_iter().find(fits).unwrap_or((1, 1))
    };
    if in_pairs && signal && tile % 2 == 1 {
        return Ok(None);
    }
    let weights = if rows < most_rows { Weights::new(c, &Layout { node, packing, rows }) } else { whole };

    let mut stage = with(tile, rows, &weights);
    for (phase, start) in phases.iter_mut().zip(&weights.starts) {
        phase.weights = *start as u32;
    }
    stage.extra[1] = data.push(&weights.flags).offset;
    let table = output_table(&c.finish);
    stage.extra[2] = data.push(&table).offset;
    stage.weights = data.push(&weights.bytes);
    stage.phases = data.push(&phases);
    stage.bias = data.push(read(portable.bias));
    if let Some(affines) = affine::affines(c, &table) {
        let each = u32::from(affines.each.len() > 1);
        stage.extra[0] |= (affines.digits - 1) | each << 6 | affines.bits << 8 | affines.extra << 12;
        stage.extra[4] = data.push(&affines.each).offset;
        // Nobody asks for a scale.
        stage.scales = data.push(&[Scale { multiplier: 1 << 30, shift: 0 }]);
    } else {
        stage.scales = data.push(read(portable.scales));
    }
    if portable.has_table != 0 {
        stage.table = data.push(read(portable.table));
    }
    stage.scratch_bytes = (two_lanes_words(&stage, &Phases::of(&stage, &data.bytes)).words() * 4) as u32;
    Ok(Some(stage))
}

/// What is stored for each requantized value + 128: the range and the table applied.
pub(super) fn output_table(finish: &Finish) -> Vec<i8> {
    (-128..=127)
        .map(|v: i32| {
            let v = v.clamp(finish.range[0], finish.range[1]);
            finish.table.as_ref().map_or(v as i8, |t| t[(v + 128) as usize])
        })
        .collect()
}
