//! Endless streams: a plan whose map is so long that its end is never seen. Before it would be, the counters of all rows go back by
//! half of it.
//!
//! What is scored is the window of the last steps, every `hop` steps. Sums over it are kept in *grains*: so many steps that window, hop
//! and the coarse part's blocks are whole numbers of them, so nothing is summed twice.

use super::coarse::CoarseModel;
use super::codes::Operator;
use super::fault::Fault;
use super::header::Header;
use super::part::Part;
use super::span::ensure;
use super::stage::Stage;

/// Words of the history in front of its rings.
pub(crate) const HISTORY_HEAD: usize = 16;

/// Words of a grain in front of the sums of its values.
pub(crate) const GRAIN_HEAD: usize = 8;

/// Most channels of a stream whose score has a part by channels.
pub(crate) const CHANNELS: usize = 64;

const fn greatest_common_divisor(mut a: usize, mut b: usize) -> usize {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// How the history of a stream lies, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HistoryPlaces {
    /// Steps of a grain.
    pub(crate) grain: usize,
    /// Grains of a window.
    pub(crate) grains: usize,
    /// Grains that are kept: those of a window, and those of steps that wait.
    pub(crate) kept: usize,
    /// Words of a grain.
    pub(crate) words: usize,
    /// Where the differences' ring starts, behind the squares'.
    pub(crate) flat: usize,
    /// Where the step before lies.
    pub(crate) before: usize,
    /// Where the grains start.
    pub(crate) ring: usize,
    /// Where the counts of samples outside start, one a grain.
    pub(crate) outside: usize,
    /// One behind the last word.
    pub(crate) end: usize,
}

/// The places, of a header whose hop is not 0; `None` where a number is 0.
pub(crate) const fn history_places(header: &Header, coarse: Option<&CoarseModel>) -> Option<HistoryPlaces> {
    let (window, hop, step) = (header.window as usize, header.hop as usize, header.step as usize);
    if window == 0 || hop == 0 || step == 0 {
        return None;
    }
    let mut grain = greatest_common_divisor(window, hop);
    if let Some(coarse) = coarse {
        grain = greatest_common_divisor(grain, coarse.block as usize);
    }
    let grains = window / grain;
    let kept = grains + (header.delay_bytes as usize / step).div_ceil(grain) + 2;
    let set = header.part_set();
    let mut words = GRAIN_HEAD;
    if set.contains(Part::Coarse) {
        words += step;
    }
    if set.contains(Part::Channel) {
        words += step;
    }
    let flat = HISTORY_HEAD + header.segment as usize;
    let before = flat + header.segment as usize;
    let ring = before + step.div_ceil(4);
    let outside = ring + kept * words;
    Some(HistoryPlaces { grain, grains, kept, words, flat, before, ring, outside, end: outside + kept })
}

/// Bytes that a stream keeps of what is behind it, a multiple of 8; 0 where windows are scored one by one.
pub const fn history_bytes(header: &Header, coarse: Option<&CoarseModel>) -> u32 {
    match history_places(header, coarse) {
        Some(places) => (places.end as u32 * 4).next_multiple_of(8),
        None => 0,
    }
}

/// Rows that come out of `rows` that go in, far from any edge; `None` where these are no whole number, or the operator is none of a
/// stream.
const fn rows_behind(stage: &Stage, rows: usize) -> Option<usize> {
    let (per, times) = match Operator::from_code(stage.operator) {
        Some(Operator::Conv) => {
            let conv = stage.conv();
            (conv.step_h as usize * conv.pool_h as usize, conv.branches_h as usize)
        }
        Some(Operator::MaxPool | Operator::AvgPool) => (stage.window().step_h as usize, 1),
        Some(Operator::Upsample) => (1, stage.upsample().factor_h as usize),
        Some(Operator::Lut) => (1, 1),
        Some(Operator::CropPad) => {
            let geometry = stage.crop_pad();
            if geometry.crop_top != 0 || geometry.border_top != 0 {
                return None;
            }
            (1, 1)
        }
        _ => return None,
    };
    if per == 0 || !rows.is_multiple_of(per) { None } else { Some(rows / per * times) }
}

/// Checks what makes a plan one of an endless stream: every stage's rows go back by half of its map, to a place where branches, tiles
/// and pairs of rows begin alike.
pub(super) const fn stream_fits(header: &Header, stages: &[Stage]) -> Result<(), Fault> {
    let input = &header.input;
    let alike = input.width == 1 && header.output.height == input.height && header.output.channels == input.channels;
    ensure!(alike && header.step == input.channels, Fault::Stream);
    ensure!(header.window >= 1 && header.window as usize <= input.height as usize / 4, Fault::Stream);
    ensure!(header.hop >= 1 && header.hop <= header.window, Fault::Stream);
    ensure!((header.segment as u32) < header.window, Fault::Stream);
    // A step's square times the steps of a window fits in 64 bits anyway; a grain's channel sums in 32.
    ensure!(header.window <= u16::MAX as u32 && !header.part_set().contains(Part::Latent), Fault::Stream);
    let mut s = 0;
    while s < stages.len() {
        let stage = &stages[s];
        let (rows, out) = (stage.input.height as usize, stage.out_height as usize);
        ensure!(rows.is_multiple_of(4) && out.is_multiple_of(4), Fault::Stream);
        match rows_behind(stage, rows / 2) {
            Some(behind) => ensure!(behind == out / 2, Fault::Stream),
            None => return Err(Fault::Stream),
        }
        if let Some(Operator::Conv) = Operator::from_code(stage.operator) {
            ensure!((out / 2).is_multiple_of(stage.conv().branches_h as usize), Fault::Stream);
        }
        s += 1;
    }
    Ok(())
}
