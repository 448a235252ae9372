//! What a stage does, as numbers that its instructions are linear in.

use super::lanes::Lanes;
use super::sliding::Sliding;
use picoae::plan::params::portable::ConvParams;
use picoae::plan::params::swar16::Swar16Params;
use picoae::plan::{Branch, Branches, Header, Kernel, Operator, Stage};

/// Number of [`Features`].
pub const FEATURES: usize = 8;

/// What a stage does in one inference: multiply-accumulates; outputs; output channels times calls of a kernel; calls of a
/// kernel that makes a few positions in all channels (portable convolutions: windows; poolings: values looked at); tiles;
/// activations packed; bytes of weights expanded (sliding kernels: passes over a channel pair, which expand its weights).
pub type Features = [f64; FEATURES];

/// What `stage` does; `data`: the plan's constants.
pub fn of_stage(stage: &Stage, data: &[u8]) -> Features {
    let macs = stage.multiply_accumulates(data) as f64;
    let outputs = outputs(stage);
    let tiles = tiles(stage);
    let channels = f64::from(stage.out_channels);
    match Kernel::from_code(stage.kernel) {
        // Activations are packed once for all channels; weights that are no words are expanded for every part.
        Some(kernel @ (Kernel::Swar16 | Kernel::Swar21)) => {
            let own = Lanes::of(stage);
            let products = macs / channels.max(1.0) * own.channels * own.filled / own.positions.max(1.0);
            let bytes = if kernel == Kernel::Swar16 { weight_bytes(stage) * own.parts } else { 0.0 };
            let each = own.positions * channels;
            [
                products,
                outputs,
                channels * own.parts,
                each,
                own.parts,
                macs / channels.max(1.0),
                bytes,
                own.defined * outputs,
            ]
        }
        Some(Kernel::Portable) | None => {
            let windows = portable_windows(stage);
            [macs, outputs, portable_dots(stage, data), windows, tiles, windows / channels.max(1.0), 0.0, 0.0]
        }
        Some(Kernel::ConvDsp | Kernel::ConvKronecker | Kernel::Im2colFewChannels) => {
            let own = Sliding::of(stage, data);
            [own.products, outputs, own.finishes, own.calls, tiles, own.moved, own.rounds, own.apart]
        }
        // Four channels at a time; a call makes a line of an image, or a tile of a signal.
        Some(Kernel::DepthwiseDsp) => {
            let groups = (channels / 4.0).ceil();
            let lines = if stage.out_width == 1 { tiles } else { f64::from(stage.out_height) };
            let positions = outputs / channels.max(1.0) * groups;
            [macs / channels.max(1.0) * groups * 4.0, outputs, positions, lines * groups, tiles, 0.0, 0.0, 0.0]
        }
        Some(_) => [macs, outputs, channels * tiles, 0.0, tiles, 0.0, 0.0, 0.0],
    }
}

/// What happens between the stages: words that move to the start of line buffers; samples out; runs of words side by side
/// that they move in; samples in; tiles; samples in that become pairs or packed rows; words of padding; short runs, for which
/// the cores with the DSP extension have a loop of their own.
pub fn between(header: &Header, stages: &[Stage]) -> Features {
    let entering = header.input.len() as f64;
    let converted = stages.first().is_some_and(|first| !first.input.is_bytes());
    let writers = std::iter::once(None).chain(stages.iter().map(Some));
    let (mut words, mut long, mut short) = (0.0, 0.0, 0.0);
    for moves in stages.iter().zip(writers).map(|(stage, writer)| Moves::of(stage, writer)) {
        words += moves.runs * moves.words;
        if moves.in_planes && moves.words <= SHORT_RUN {
            short += moves.runs;
        } else {
            long += moves.runs;
        }
    }
    let padding = stages.iter().map(|stage| stage.input.bytes() as f64 / 4.0).sum();
    [
        words,
        header.output.len() as f64,
        long,
        entering,
        stages.iter().map(tiles).sum(),
        if converted { entering } else { 0.0 },
        padding,
        short,
    ]
}

/// Most words of a short run.
const SHORT_RUN: f64 = 3.0;

/// How the rows that a line buffer keeps move to its start.
struct Moves {
    /// Runs of words side by side, of all times together.
    runs: f64,
    /// Words of a run.
    words: f64,
    /// Whether each plane is a run.
    in_planes: bool,
}

impl Moves {
    /// In front of `stage`, whose rows `writer` makes. A buffer is no larger than it needs to be, so what does not come new
    /// is kept.
    fn of(stage: &Stage, writer: Option<&Stage>) -> Self {
        let input = &stage.input;
        let (new, times) = match writer {
            Some(writer) => (writer.tile.max(1), tiles(writer)),
            None => (stage.tile.max(1), tiles(stage)),
        };
        let whole = usize::from(input.rows) >= input.padded_height();
        let (kept, times) = (f64::from(input.rows.saturating_sub(new)), if whole { 0.0 } else { times - 1.0 });
        let in_planes = input.is_signal() || input.is_packed();
        let (planes, words) = match (input.is_packed(), in_planes) {
            (true, _) => (input.planes() as f64, (kept / 2.0).ceil()),
            (false, true) => (input.planes() as f64, kept),
            _ => (1.0, kept * f64::from(input.pitch) / 4.0),
        };
        Self { runs: if words > 0.0 { times.max(0.0) * planes } else { 0.0 }, words, in_planes }
    }
}

fn outputs(stage: &Stage) -> f64 {
    f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels)
}

fn tiles(stage: &Stage) -> f64 {
    (f64::from(stage.out_height) / f64::from(stage.tile.max(1))).ceil()
}

/// Windows of a portable convolution, values that a portable pooling looks at.
fn portable_windows(stage: &Stage) -> f64 {
    match Operator::from_code(stage.operator) {
        Some(Operator::Conv) => {
            let conv = stage.conv();
            outputs(stage) * f64::from(conv.pool_h) * f64::from(conv.pool_w)
        }
        Some(Operator::MaxPool | Operator::AvgPool) => {
            let pool = stage.window();
            outputs(stage) * f64::from(pool.kernel_h) * f64::from(pool.kernel_w)
        }
        _ => 0.0,
    }
}

/// Dot products of values side by side that a portable convolution or linear layer is made of.
fn portable_dots(stage: &Stage, data: &[u8]) -> f64 {
    let input = &stage.input;
    match Operator::from_code(stage.operator) {
        Some(Operator::Linear) => f64::from(input.height) * f64::from(stage.out_channels),
        Some(Operator::Conv) => {
            let (conv, groups) = (stage.conv(), ConvParams::of(&stage.parameters).groups.max(1));
            let Ok(branches) = Branches::read(conv.branches, data) else { return 0.0 };
            if branches.is_empty() {
                // Of a dense layer of each block.
                return portable_windows(stage);
            }
            let own = input.channels / groups;
            let of_window = |branch: Branch| {
                let (rows, row) = (f64::from(branch.taps_h), u32::from(branch.taps_w) * u32::from(own));
                let plain = groups == 1 && conv.dilation_w == 1;
                match plain {
                    true if u32::from(conv.dilation_h) * input.pitch == row => 1.0,
                    // Values one by one are multiplied without.
                    true if row == 1 => 0.0,
                    true => rows,
                    false => rows * f64::from(branch.taps_w),
                }
            };
            let all: f64 = (0..branches.len()).map(|i| of_window(branches.get(i))).sum();
            portable_windows(stage) * all / branches.len().max(1) as f64
        }
        _ => 0.0,
    }
}

/// Bytes of the weights of a branch.
fn weight_bytes(stage: &Stage) -> f64 {
    let conv = stage.conv();
    let branches = f64::from(conv.branches_h.max(1)) * f64::from(conv.branches_w.max(1));
    f64::from(Swar16Params::of(&stage.parameters).weights.bytes) / branches
}
