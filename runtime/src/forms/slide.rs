//! The sliding convolution: up to seven neighbouring outputs of a channel at a time, on doubled channel pairs.
//!
//! Every activation that is loaded serves all the outputs that have a tap over it. A stage of this form reads a strip of
//! [`crate::plan::Layout::Pairs`], as an image (the taps of a kernel row slide along columns) or as a signal (all taps
//! slide along rows), and writes rows of either layout.
//!
//! In the stage's record, `weights` are packed as [`Kernel`] says: for each phase (at the byte that the phase's record
//! tells) `[out][kernel row][channel pair]`, with channel pairs up to a multiple of four; `scales` holds [`Doubled`]
//! records `[phase][out]`; `table` 256 int16, entry v + 128 what is stored for v; `extra[0]` is 1 where nothing is
//! looked up and outputs are only rectified; `extra[1]` is 1 where even outputs are made of odd ones (see
//! [`Differences`]; then the odd phase's weights come first, the differences' behind them).

use crate::model::typed;
use crate::ops::{RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Buffer, Doubled, Op, Phase, Stage};

/// An inner loop: taps, distance of the outputs in activations, outputs at a time.
///
/// int8 weights lie in words whose bytes are (a₀ b₀ a₁ b₁), written a|b, where a and b are two weights of both channels of
/// a pair. Three taps: for pairs j and j + 1 the words (tap 0|tap 1 of j), (tap 2 of j|tap 2 of j + 1), (tap 0|tap 1 of
/// j + 1); two taps: (tap 0|tap 1) for each pair; one tap: (pair j|pair j + 1). int16 weights: a word a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Taps1By4,
    Taps1By7,
    Taps2By4,
    Taps2By7,
    Taps3By4,
    Taps3By7,
    /// The outputs are the whole width, and its padding, a column on each side, is not stored.
    Taps3By7Edges,
    /// Two channel pairs in all, int16 weights.
    Taps3By7Gathered,
    Taps3Step2By7,
    Taps3By6,
    Taps3By6Wide,
}

impl Kernel {
    /// Taps, step, outputs, and whether weights are int16.
    pub(crate) const fn shape(self) -> (usize, usize, usize, bool) {
        match self {
            Self::Taps1By4 => (1, 1, 4, false),
            Self::Taps1By7 => (1, 1, 7, false),
            Self::Taps2By4 => (2, 1, 4, false),
            Self::Taps2By7 => (2, 1, 7, false),
            Self::Taps3By4 => (3, 1, 4, false),
            Self::Taps3By7 | Self::Taps3By7Edges => (3, 1, 7, false),
            Self::Taps3By7Gathered => (3, 1, 7, true),
            Self::Taps3Step2By7 => (3, 2, 7, false),
            Self::Taps3By6 => (3, 1, 6, false),
            Self::Taps3By6Wide => (3, 1, 6, true),
        }
    }

    /// Bytes of weights for four channel pairs.
    pub(crate) const fn weight_bytes(self) -> usize {
        let (taps, _, _, wide) = self.shape();
        if wide { 16 * taps } else { 8 * taps }
    }
}

/// Bytes behind a strip that a sliding kernel may read, without using what is there: those must lie in the arena.
pub const OVERREAD: u32 = 64;

/// Kernel rows that a call can take.
pub(crate) const MAX_ROWS: usize = 7;

/// What becomes of accumulators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    /// Requantized and looked up; int16, 4 bytes apart.
    Table4,
    /// 8 bytes apart.
    Table8,
    /// The low byte of what is looked up, any number of bytes apart.
    TableBytes,
    /// Requantized, clamped to 0…255, doubled; 4 bytes apart.
    Relu4,
    /// 8 bytes apart.
    Relu8,
}

/// One tile in all channels. Offsets count from the start of the arena or of the constant data.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    pub(crate) kernel: Kernel,
    pub(crate) store: Store,
    /// Outputs to store, at most what the kernel makes (behind a pooling, half of them).
    pub(crate) outputs: usize,
    /// 1, or 2 where the larger of two neighbours goes on.
    pub(crate) pool: usize,
    /// The first activation of each kernel row.
    pub(crate) rows: [usize; MAX_ROWS],
    pub(crate) row_count: usize,
    /// Channel pairs, a multiple of four (unless gathered), and the bytes from one to the next.
    pub(crate) planes: usize,
    pub(crate) plane: usize,
    /// Weights of the first channel, and the bytes of a channel's.
    pub(crate) weights: usize,
    pub(crate) stride: usize,
    /// [`Doubled`] records, one a channel.
    pub(crate) scales: usize,
    pub(crate) channels: usize,
    pub(crate) table: usize,
    /// First output of the first channel, and the bytes to the next output.
    pub(crate) out: usize,
    pub(crate) column: usize,
    /// Bytes from channel 0 to 1 and from 1 to 2.
    pub(crate) steps: [usize; 2],
    /// Where even outputs are made of odd ones.
    pub(crate) differences: Option<Differences>,
}

/// Behind an upsampling by two, a kernel of five weights w makes an odd output of w₀a + (w₁ + w₂)b + (w₃ + w₄)c, where a,
/// b, c are neighbours, and the even output in front of it is that + w₁(a − b) + w₃(b − c).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Differences {
    /// Weights `[out][pair][2][2]`, int16, in the constant data.
    pub(crate) weights: usize,
    /// Working memory for seven words a plane; the portable body does without.
    #[cfg_attr(not(picoae_cortex_m4), allow(dead_code))]
    pub(crate) scratch: usize,
}

#[cfg(picoae_cortex_m4)]
pub(crate) use crate::arch::cortex_m4::slide as make;
#[cfg(not(picoae_cortex_m4))]
pub(crate) use portable::make;

/// What is the same in all calls of a stage.
pub(crate) fn template(stage: &Stage, place: &Place) -> Call {
    let relu = stage.extra[0] == 1;
    Call {
        kernel: Kernel::Taps3By7,
        store: if relu { Store::Relu4 } else { Store::Table4 },
        outputs: 0,
        pool: 1,
        rows: [0; MAX_ROWS],
        row_count: 1,
        planes: stage.input.planes(),
        plane: stage.input.plane as usize,
        weights: stage.weights.offset as usize,
        stride: 0,
        scales: stage.scales.offset as usize,
        channels: stage.out_channels as usize,
        table: stage.table.offset as usize,
        out: 0,
        column: 0,
        differences: None,
        steps: if place.pairs { [2, place.plane.wrapping_sub(2)] } else { [1, 1] },
    }
}

/// How outputs `column` bytes apart are stored, if that is possible.
pub(crate) fn store_for(stage: &Stage, pairs: bool, column: usize) -> Option<Store> {
    match (stage.extra[0], pairs, column) {
        (0, true, 4) => Some(Store::Table4),
        (0, true, 8) => Some(Store::Table8),
        (0, false, _) => Some(Store::TableBytes),
        (1, true, 4) => Some(Store::Relu4),
        (1, true, 8) => Some(Store::Relu8),
        _ => None,
    }
}

/// The kernel for a phase of an image.
fn image_kernel(b: &Buffer, taps: usize, step: usize, outputs: usize) -> Option<Kernel> {
    if b.is_tight() {
        let whole = (taps, step, outputs, b.width, b.pad_left, b.pad_right) == (3, 1, 7, 7, 1, 1);
        return whole.then_some(Kernel::Taps3By7Edges);
    }
    match (taps, step, outputs) {
        (1, 1, ..=4) => Some(Kernel::Taps1By4),
        (1, 1, _) => Some(Kernel::Taps1By7),
        (2, 1, ..=4) => Some(Kernel::Taps2By4),
        (2, 1, _) => Some(Kernel::Taps2By7),
        (3, 1, ..=4) => Some(Kernel::Taps3By4),
        (3, 1, _) => Some(Kernel::Taps3By7),
        (3, 2, _) => Some(Kernel::Taps3Step2By7),
        _ => None,
    }
}

/// Outputs of phase `q` among `phases` in a row of `width`.
fn columns_of(width: usize, phases: usize, q: usize) -> usize {
    (width + phases - 1 - q) / phases
}

/// Makes `rows` rows.
pub(crate) fn run(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    if task.stage.input.is_signal() {
        signal(task, place, rows);
    } else {
        for i in 0..rows {
            image(task, place, i);
        }
    }
}

/// Makes row `task.y + i` of an image: a call for each column phase and each seven of its columns.
fn image(task: &mut RowTask<'_>, place: &Place, i: usize) {
    let stage = task.stage;
    let phases = phases_of(stage, task.data);
    let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
    let (step_h, step_w) = (stage.step_h as usize, stage.step_w as usize);
    let b = &stage.input;
    let y = task.y + i;
    let mut call = template(stage, place);
    call.column = phases_w * place.column;
    let Some(store) = store_for(stage, place.pairs, call.column) else { return };
    call.store = store;
    for q in 0..phases_w {
        let number = y % phases_h * phases_w + q;
        let phase = &phases[number];
        let width = columns_of(stage.out_width as usize, phases_w, q);
        let Some(kernel) = image_kernel(b, phase.taps_w as usize, step_w, width) else { return };
        // Rows of padding add nothing.
        let top = y / phases_h * step_h + phase.row as usize;
        let first = top.max(b.pad_top as usize);
        let end = (top + phase.taps_h as usize).min((b.pad_top + b.height) as usize);
        let row_weights = call.planes / 4 * kernel.weight_bytes();
        call.kernel = kernel;
        call.stride = phase.taps_h as usize * row_weights;
        call.weights = stage.weights.offset as usize + phase.weights as usize + (first - top) * row_weights;
        call.row_count = end.saturating_sub(first);
        let column = b.offset as usize + phase.column as usize * 4;
        let tile = kernel.shape().2;
        for x in (0..width).step_by(tile) {
            call.outputs = tile.min(width - x);
            for (k, row) in call.rows[..call.row_count].iter_mut().enumerate() {
                *row = (first + k - task.base) * b.pitch as usize + column + x * step_w * 4;
            }
            call.out = place.row(i) + (x * phases_w + q) * place.column;
            make(&call, task.arena, task.data);
        }
    }
}

/// Makes `rows` rows of a signal: a call for each phase and each six of its positions.
fn signal(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let phases = phases_of(stage, task.data);
    let (count, pool) = (stage.phases_h as usize, stage.pool_h as usize);
    let b = &stage.input;
    let mut call = template(stage, place);
    call.kernel = if stage.weight_bits == 16 { Kernel::Taps3By6Wide } else { Kernel::Taps3By6 };
    call.column = count * place.pitch;
    let Some(store) = store_for(stage, place.pairs, call.column) else { return };
    call.store = store;
    call.pool = pool;
    call.stride = call.planes / 4 * call.kernel.weight_bytes();
    if stage.extra[1] == 1 {
        let pairs = call.channels * call.planes;
        let weights = stage.weights.offset as usize + pairs * 12;
        call.differences = Some(Differences { weights, scratch: stage.scratch_offset as usize });
    }
    let start = b.offset as usize + (task.y * pool / count - task.base) * 4;
    // With differences the odd phase makes both.
    let first = if call.differences.is_some() { 1 } else { 0 };
    for (p, phase) in phases.iter().enumerate().skip(first) {
        let outputs = columns_of(rows, count, p);
        call.weights = stage.weights.offset as usize + phase.weights as usize;
        let mut at = 0;
        while at < outputs {
            call.outputs = (6 / pool).min(outputs - at);
            call.rows[0] = start + (phase.row as usize + at * pool) * 4;
            call.out = place.row(at * count + p);
            make(&call, task.arena, task.data);
            at += call.outputs;
        }
    }
}

/// Checks a stage of this form for itself.
pub(crate) fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let ensure = |ok: bool, what| if ok { Ok(()) } else { Err(what) };
    let b = &stage.input;
    let phases: &[Phase] = typed(data, stage.phases);
    let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
    ensure(stage.op == Op::Conv.code() && b.is_pairs() && b.column == 4, "a sliding kernel reads channel pairs")?;
    ensure(b.planes() >= 4 && b.planes().is_multiple_of(4), "channel pairs do not come in fours")?;
    ensure(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0")?;
    ensure(stage.step_w > 0 && stage.groups == 1, "a sliding kernel has no step or has groups")?;
    ensure(stage.dilation_h == 1 && stage.dilation_w == 1, "a sliding kernel has no dilation")?;
    ensure(phases_h > 0 && phases_w > 0 && phases.len() == phases_h * phases_w, "the number of phases is wrong")?;
    let channels = stage.out_channels as usize;
    let scales: &[Doubled] = typed(data, stage.scales);
    ensure(scales.len() == channels, "the number of scales is wrong")?;
    ensure(scales.iter().all(|s| (1..=20).contains(&s.shift)), "a shift is out of range")?;
    match stage.extra[0] {
        0 => ensure(typed::<i16>(data, stage.table).len() == 256, "the table has not 256 entries")?,
        1 => {}
        _ => return Err("what is stored is unknown"),
    }
    ensure(stage.weights.offset.is_multiple_of(4), "the weights start on no multiple of 4")?;
    let weights = typed::<i8>(data, stage.weights).len();
    let signal = b.is_signal();
    if signal {
        let pool = stage.pool_h as usize;
        ensure((pool == 1 || (pool == 2 && phases_h == 1)) && stage.pool_w == 1, "the pooling is not 1 or 2 long")?;
        ensure(stage.extra[1] == 0 || differences_fit(stage, phases, weights), "differences do not fit their stage")?;
        ensure(phases_w == 1 && stage.step_h == 1, "a signal has phases across or a step")?;
        ensure(stage.out_width == 1 && stage.tile.is_multiple_of(stage.phases_h), "a tile breaks phases")?;
        ensure(stage.first_tile.is_multiple_of(stage.phases_h), "the first tile breaks phases")?;
    } else {
        ensure(stage.pool_h == 1 && stage.pool_w == 1, "an image is not pooled by a sliding kernel")?;
        ensure(stage.weight_bits == 8, "weights of an image are not 8 bits wide")?;
    }
    for (i, phase) in phases.iter().enumerate() {
        let row_phase = &phases[i / phases_w * phases_w];
        ensure((phase.row, phase.taps_h) == (row_phase.row, row_phase.taps_h), "the phases of a row disagree")?;
        let (kernel, rows) = if signal {
            ensure((1..=3).contains(&phase.taps_h) && phase.taps_w == 1, "a kernel is not 1 to 3 long")?;
            (if stage.weight_bits == 16 { Kernel::Taps3By6Wide } else { Kernel::Taps3By6 }, 1)
        } else {
            let width = columns_of(stage.out_width as usize, phases_w, i % phases_w);
            ensure((1..=MAX_ROWS).contains(&(phase.taps_h as usize)), "a kernel is not 1 to 7 high")?;
            let kernel = image_kernel(b, phase.taps_w as usize, stage.step_w as usize, width);
            let last = width.saturating_sub(1) * stage.step_w as usize + phase.column as usize + phase.taps_w as usize;
            ensure(width == 0 || last <= b.padded_width(), "a window reaches right of the padded map")?;
            (kernel.ok_or("a kernel is not 1 to 3 wide")?, phase.taps_h as usize)
        };
        if signal && stage.extra[1] == 1 && i == 0 {
            continue;
        }
        let end = phase.weights as usize + channels * rows * (b.planes() / 4 * kernel.weight_bytes());
        ensure(phase.weights.is_multiple_of(4) && end <= weights, "a phase has fewer weights than taps")?;
    }
    Ok(())
}

/// Whether a signal's stage can make even outputs of odd ones, `weights` bytes of weights given.
fn differences_fit(stage: &Stage, phases: &[Phase], weights: usize) -> bool {
    let planes = stage.input.planes();
    let [even, odd] = phases else { return false };
    stage.weight_bits == 16
        && stage.pool_h == 1
        && (even.row, even.taps_h, odd.taps_h, odd.weights) == (odd.row, 3, 3, 0)
        && stage.out_height.is_multiple_of(2)
        && stage.scratch_bytes as usize >= planes * 28
        && weights >= stage.out_channels as usize * planes * 20
}

/// Checks a stage of this form with what lies behind it: `next` is the strip there, `None` the place of the last rows.
pub(crate) fn check_places(stage: &Stage, next: Option<&Buffer>, arena_bytes: u32) -> Result<(), &'static str> {
    let b = &stage.input;
    let place = next.map_or(Place::behind(stage, 0), |n| Place::in_strip(n, 0));
    let column =
        if b.is_signal() { stage.phases_h as usize * place.pitch } else { stage.phases_w as usize * place.column };
    let apart = stage.extra[1] == 0 || (place.pairs && place.pitch == 4);
    if store_for(stage, place.pairs, column).is_none()
        || !apart
        || (place.pairs && place.plane == 0 && stage.out_channels > 1)
    {
        return Err("a sliding kernel cannot write rows of this layout");
    }
    // Of the last plane it reads whole tiles, whatever lies there.
    if b.offset.checked_add(b.size).and_then(|e| e.checked_add(OVERREAD)).is_none_or(|end| end > arena_bytes) {
        return Err("a sliding kernel reads beyond the arena");
    }
    Ok(())
}

#[cfg(not(picoae_cortex_m4))]
mod portable {
    use super::{Call, Doubled, Kernel, Store};

    fn word(bytes: &[u8], at: usize) -> [i32; 2] {
        let half = |i: usize| i32::from(i16::from_le_bytes([bytes[at + i], bytes[at + i + 1]]));
        [half(0), half(2)]
    }

    /// Both weights of tap `t` of channel pair `j` in the weights of a kernel row that start at `at`.
    fn weight(kernel: Kernel, data: &[u8], at: usize, j: usize, t: usize) -> [i32; 2] {
        let (taps, _, _, wide) = kernel.shape();
        if wide {
            return word(data, at + (j * taps + t) * 4);
        }
        let (word, second) = match (taps, t, j % 2) {
            (1, _, odd) => (j / 2, odd),
            (2, t, _) => (j, t),
            (_, 2, odd) => (j / 2 * 3 + 1, odd),
            (_, t, odd) => (j / 2 * 3 + 2 * odd, t),
        };
        let byte = |i: usize| i32::from(data[at + word * 4 + second + i] as i8);
        [byte(0), byte(2)]
    }

    /// The accumulator of output `i`.
    fn accumulate(call: &Call, arena: &[u8], data: &[u8], weights: usize, bias: i32, i: usize) -> i32 {
        let (taps, step, _, _) = call.kernel.shape();
        let row_weights = call.planes / 4 * call.kernel.weight_bytes();
        let mut sum = bias;
        for (k, row) in call.rows[..call.row_count].iter().enumerate() {
            for j in 0..call.planes {
                for t in 0..taps {
                    if call.kernel == Kernel::Taps3By7Edges && (i + t == 0 || i + t == 8) {
                        continue;
                    }
                    let column = i * step + t - usize::from(call.kernel == Kernel::Taps3By7Edges);
                    let x = word(arena, row + j * call.plane + column * 4);
                    let w = weight(call.kernel, data, weights + k * row_weights, j, t);
                    sum = sum.wrapping_add(x[0] * w[0]).wrapping_add(x[1] * w[1]);
                }
            }
        }
        sum
    }

    /// What is to be added to odd output `i` for the even one in front of it.
    fn more(call: &Call, arena: &[u8], data: &[u8], weights: usize, i: usize) -> i32 {
        let mut sum = 0_i32;
        for j in 0..call.planes {
            let x = |k: usize| word(arena, call.rows[0] + j * call.plane + (i + k) * 4);
            let [a, b, c] = [x(0), x(1), x(2)];
            let (first, second) = (word(data, weights + j * 8), word(data, weights + j * 8 + 4));
            for half in 0..2 {
                let products = first[half] * (a[half] - b[half]) + second[half] * (b[half] - c[half]);
                sum = sum.wrapping_add(products);
            }
        }
        sum
    }

    /// The portable body: output by output.
    pub(crate) fn make(call: &Call, arena: &mut [u8], data: &[u8]) {
        let row_weights = call.planes * 8;
        let mut out = call.out;
        for channel in 0..call.channels {
            let scale: Doubled = bytemuck::pod_read_unaligned(
                &data[call.scales + channel * size_of::<Doubled>()..][..size_of::<Doubled>()],
            );
            let weights = call.weights + channel * call.stride;
            for i in 0..call.outputs {
                let doubled = (i * call.pool..(i + 1) * call.pool)
                    .map(|i| accumulate(call, arena, data, weights, scale.bias, i))
                    .fold(i32::MIN, i32::max);
                let even = call.differences.map(|d| more(call, arena, data, d.weights + channel * row_weights, i));
                let value = |doubled: i32| match call.store {
                    Store::Relu4 | Store::Relu8 => 2 * scale.value_if_positive(doubled).clamp(0, 255) as i16,
                    Store::Table4 | Store::Table8 | Store::TableBytes => {
                        let entry = call.table + (scale.value(doubled).clamp(-128, 127) + 128) as usize * 2;
                        i16::from_le_bytes([data[entry], data[entry + 1]])
                    }
                };
                let mut put = |at: usize, value: i16| match call.store {
                    Store::TableBytes => arena[at] = value as u8,
                    _ => arena[at..at + 2].copy_from_slice(&value.to_le_bytes()),
                };
                let at = out + i * call.column;
                put(at, value(doubled));
                if let Some(even) = even {
                    put(at - 4, value(doubled.wrapping_add(even)));
                }
            }
            out = out.wrapping_add(call.steps[channel % 2]);
        }
    }
}
