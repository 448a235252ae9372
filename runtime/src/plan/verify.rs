//! The checks that make a plan a model: behind them no kernel can read or write out of place, and a window takes no more work
//! than the caller allows. Where things lie to each other: [`super::places`].
//!
//! They are constant functions, so a plan that is compiled in is checked by the compiler and costs the device nothing.

use super::coarse::CoarseModel;
use super::codes::Kernel;
use super::fault::{Fault, PlanError};
use super::header::{Header, MAX_STAGES, Tensor, segment_fits};
use super::kernel;
use super::line_buffer::LineBuffer;
use super::part::{Part, PartSet};
use super::part_limits::PartLimits;
use super::part_state::part_state_bytes;
use super::places::{delay_line, lies_apart};
use super::span::{Span, check, ensure, entries, half, in_range, word};
use super::stage::Stage;
use super::stream::{CHANNELS, history_bytes, stream_fits};
use super::windows::windows_fit;
use crate::input::{CountsEncoding, PhysicalEncoding, SampleKind};
use crate::kernel_set::KernelSet;

/// What a model may ask of a caller who says nothing else: about 2²⁸ multiply-accumulates a window.
pub const DEFAULT_WORK_LIMIT: u64 = 1 << 28;

/// Work of one window in all stages, see [`Stage::work`].
pub const fn work(stages: &[Stage], data: &[u8]) -> u64 {
    let (mut work, mut s) = (0_u64, 0);
    while s < stages.len() {
        work = work.saturating_add(stages[s].work(data));
        s += 1;
    }
    work
}

/// Checks a plan whose data starts on a multiple of 4, whose work may be at most `work_limit` and whose kernels are of `K`.
pub(crate) const fn verify<K: KernelSet>(
    header: &Header,
    stages: &[Stage],
    data: &[u8],
    work_limit: u64,
) -> Result<(), PlanError> {
    if let Err(fault) = header_fits(header, stages, data, work_limit) {
        return Err(PlanError { stage: None, fault });
    }
    let mut s = 0;
    while s < stages.len() {
        let writer = if s > 0 { Some(&stages[s - 1]) } else { None };
        let next = if s + 1 < stages.len() { Some(&stages[s + 1].input) } else { None };
        if let Err(fault) = stage_fits::<K>(header, &stages[s], data, writer, next) {
            return Err(PlanError { stage: Some(s as u16), fault });
        }
        if let Err(fault) = lies_apart(header, stages, s) {
            return Err(PlanError { stage: Some(s as u16), fault });
        }
        s += 1;
    }
    Ok(())
}

const fn stage_fits<K: KernelSet>(
    header: &Header,
    stage: &Stage,
    data: &[u8],
    writer: Option<&Stage>,
    next: Option<&LineBuffer>,
) -> Result<(), Fault> {
    check!(stage.input.check());
    let read_gapless = writer.is_none() && stage.kernel == Kernel::BlockDense.code();
    ensure!(read_gapless || !stage.input.is_gapless(), Fault::BufferStrides);
    ensure!(stage.input.span().is_within(header.arena_bytes as usize), Fault::Outside);
    check!(kernel::check::<K>(stage, data));
    check!(windows_fit(stage, data, writer));
    places_fit(header, stage, next)
}

const fn same_shape(t: &Tensor, height: u16, width: u16, channels: u16) -> bool {
    t.height == height && t.width == width && t.channels == channels
}

const fn header_fits(header: &Header, stages: &[Stage], data: &[u8], work_limit: u64) -> Result<(), Fault> {
    let count = stages.len();
    ensure!(count >= 1 && count <= MAX_STAGES && count == header.stages as usize, Fault::StageCount);
    ensure!(data.len() == header.data_bytes as usize, Fault::DataLength);
    check!(header.alarm.check());
    let encoder = header.encoder_stages as usize;
    ensure!(encoder >= 1 && encoder <= count, Fault::EncoderStages);
    let tensors = [&header.input, &header.latent, &header.output];
    let mut i = 0;
    while i < tensors.len() {
        let tensor = tensors[i];
        ensure!(!tensor.is_empty() && tensor.len() <= 1 << 24, Fault::TensorExtent);
        ensure!(in_range(tensor.zero_point as i64, -128, 127), Fault::TensorZeroPoint);
        ensure!(tensor.scale.is_finite() && tensor.scale > 0.0, Fault::TensorScale);
        i += 1;
    }
    let (first, last, code) = (&stages[0].input, &stages[count - 1], &stages[encoder - 1]);
    ensure!(same_shape(&header.input, first.height, first.width, first.channels), Fault::InputShape);
    ensure!(same_shape(&header.output, last.out_height, last.out_width, last.out_channels), Fault::OutputShape);
    ensure!(same_shape(&header.latent, code.out_height, code.out_width, code.out_channels), Fault::LatentShape);
    ensure!(header.delay_bytes > 0 && header.delay_bytes as usize <= header.input.len(), Fault::DelayLine);
    ensure!(delay_line(header).is_within(header.arena_bytes as usize), Fault::Outside);
    let step = header.step as usize;
    ensure!(segment_fits(header.segment as usize, step) && header.input.len().is_multiple_of(step), Fault::Segment);
    check!(encodings_fit(header, data));
    if header.hop > 0 {
        check!(stream_fits(header, stages));
        let channels = !header.part_set().contains(Part::Channel) || step <= CHANNELS;
        ensure!(channels, Fault::Stream);
    } else {
        ensure!(header.window == 0, Fault::Stream);
    }
    check!(score_fits(header, data));
    let work = work(stages, data);
    ensure!(work <= work_limit, Fault::WorkTooLarge);
    ensure!(work == header.work, Fault::WorkDiffers);
    Ok(())
}

/// Every channel has an encoding, and none leaves int8 for any sample.
const fn encodings_fit(header: &Header, data: &[u8]) -> Result<(), Fault> {
    let bytes = match SampleKind::from_code(header.sample_kind) {
        Some(SampleKind::Counts) => size_of::<CountsEncoding>(),
        Some(SampleKind::Physical) => size_of::<PhysicalEncoding>(),
        None => return Err(Fault::SampleKind),
    };
    let count = check!(entries(data, header.encodings, bytes, 4));
    ensure!(count == header.input.channels as usize, Fault::EncodingCount);
    let (mut at, end) = (header.encodings.offset as usize, header.encodings.end() as usize);
    while at < end {
        let valid = if bytes == size_of::<CountsEncoding>() {
            CountsEncoding {
                low: word(data, at) as i32,
                high: word(data, at + 4) as i32,
                multiplier: word(data, at + 8),
                bias: word(data, at + 12) as i32,
                shift: word(data, at + 16),
            }
            .is_valid()
        } else {
            PhysicalEncoding {
                offset: f32::from_bits(word(data, at)),
                gain: f32::from_bits(word(data, at + 4)),
                center: f32::from_bits(word(data, at + 8)),
            }
            .is_valid()
        };
        ensure!(valid, Fault::EncodingRange);
        at += bytes;
    }
    Ok(())
}

/// Limits, reference and working memory of the parts of the score.
const fn score_fits(header: &Header, data: &[u8]) -> Result<(), Fault> {
    // Far below where a quotient of two such numbers overflows.
    const LARGEST: f32 = 1e30;
    let count = check!(entries(data, header.limits, size_of::<PartLimits>(), 4));
    let (mut parts, mut place, mut i) = (PartSet::NONE, 0, 0);
    while i < count {
        let limits = limits_at(data, header.limits.offset as usize + i * size_of::<PartLimits>());
        let part = match Part::from_code(limits.part) {
            Some(part) => part,
            None => return Err(Fault::PartUnknown),
        };
        ensure!(part.place() >= place, Fault::PartUnknown);
        (parts, place) = (parts.with(part), part.place() + 1);
        ensure!(limits.reserved == 0, Fault::Reserved);
        let (median, low, high) = (limits.median, limits.log_low, limits.log_high);
        ensure!(median.is_finite() && median >= 0.0 && median <= LARGEST, Fault::ReferenceNumbers);
        ensure!(low.is_finite() && low <= 0.0 && low >= -LARGEST, Fault::ReferenceNumbers);
        ensure!(high.is_finite() && high >= 0.0 && high <= LARGEST, Fault::ReferenceNumbers);
        ensure!(limits.lower() <= limits.upper(), Fault::Limits);
        i += 1;
    }
    ensure!(parts.bits() == header.parts, Fault::PartUnknown);
    let step = header.step as usize;
    let coarse = if parts.contains(Part::Coarse) {
        ensure!(check!(entries(data, header.coarse, size_of::<CoarseModel>(), 4)) == 1, Fault::CoarseNumbers);
        let coarse = coarse_at(data, header.coarse.offset as usize);
        let steps = if header.hop > 0 { header.window as usize } else { header.input.len() / step };
        check!(coarse.check(data, steps, step));
        Some(coarse)
    } else {
        ensure!(header.coarse.is_empty(), Fault::CoarseNumbers);
        None
    };
    ensure!(header.part_state.bytes == part_state_bytes(header, coarse.as_ref()), Fault::PartState);
    ensure!(header.part_state.offset.is_multiple_of(8), Fault::ArenaMisaligned);
    ensure!(header.part_state.is_within(header.arena_bytes as usize), Fault::Outside);
    ensure!(header.history.bytes == history_bytes(header, coarse.as_ref()), Fault::Stream);
    ensure!(header.history.is_within(header.arena_bytes as usize), Fault::Outside);
    // The rows that come out last and the samples that wait are read while these are written.
    let apart = header.part_state.offset as u64 >= delay_line(header).end()
        && header.history.offset as u64 == header.part_state.end()
        && header.output_offset as u64 >= header.history.end();
    ensure!(apart, Fault::Overlap);
    Ok(())
}

/// The limits that start at byte `at`.
const fn limits_at(data: &[u8], at: usize) -> PartLimits {
    PartLimits {
        part: half(data, at),
        reserved: half(data, at + 2),
        lower_words: [word(data, at + 4), word(data, at + 8)],
        upper_words: [word(data, at + 12), word(data, at + 16)],
        median: f32::from_bits(word(data, at + 20)),
        log_low: f32::from_bits(word(data, at + 24)),
        log_high: f32::from_bits(word(data, at + 28)),
    }
}

const fn span_at(data: &[u8], at: usize) -> Span {
    Span { offset: word(data, at), bytes: word(data, at + 4) }
}

/// The coarse model that starts at byte `at`.
const fn coarse_at(data: &[u8], at: usize) -> CoarseModel {
    CoarseModel {
        blocks: half(data, at),
        block: half(data, at + 2),
        shift: half(data, at + 4),
        fraction: half(data, at + 6),
        means: span_at(data, at + 8),
        factor: span_at(data, at + 16),
        multipliers: span_at(data, at + 24),
    }
}

/// What a stage writes lies within the arena and has room for it.
const fn places_fit(header: &Header, stage: &Stage, next: Option<&LineBuffer>) -> Result<(), Fault> {
    let arena = header.arena_bytes as usize;
    let row = stage.out_width as u64 * stage.out_channels as u64;
    let behind = match next {
        Some(n) => {
            let same = n.height == stage.out_height && n.width == stage.out_width && n.channels == stage.out_channels;
            ensure!(same, Fault::StageShape);
            ensure!(n.rows >= stage.tile, Fault::BufferSmall);
            let converts = !n.is_bytes() && stage.kernel == Kernel::Portable.code();
            ensure!(!converts || stage.staging.bytes as u64 >= row, Fault::StagingSmall);
            n.span()
        }
        None => {
            let bytes = row * stage.tile as u64;
            ensure!(bytes <= arena as u64, Fault::Outside);
            Span { offset: header.output_offset, bytes: bytes as u32 }
        }
    };
    ensure!(behind.is_within(arena), Fault::Outside);
    check!(kernel::check_output(stage, next, header.arena_bytes));
    ensure!(stage.scratch.is_within(arena) && stage.staging.is_within(arena), Fault::Outside);
    let words = stage.scratch.offset.is_multiple_of(4) && stage.scratch.bytes.is_multiple_of(4);
    ensure!(words, Fault::ArenaMisaligned);
    Ok(())
}
