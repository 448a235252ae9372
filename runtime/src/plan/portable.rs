//! Checks of the stages that the portable operators run, one operator after the other.

use super::read::{Phases, among, count, ensure, pass, word};
use super::{Op, Scale, Stage};

type Check = Result<(), &'static str>;

/// Checks a stage: behind this the portable operator neither reads nor writes out of place.
pub(super) const fn stage_fits(op: Op, stage: &Stage, data: &[u8]) -> Check {
    ensure!(stage.input.is_bytes(), "the portable kernels read rows of bytes");
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0");
    ensure!(stage.step_h > 0 && stage.step_w > 0, "a step is 0");
    ensure!(among(stage.zero_point as i64, -128, 127), "the zero point is not in -128..=127");
    let act = -128 <= stage.act_min && stage.act_min <= stage.act_max && stage.act_max <= 127;
    ensure!(act, "the output's range is not in -128..=127");
    let map = &stage.input;
    let unpadded = map.pad_top == 0 && map.pad_bottom == 0 && map.pad_left == 0 && map.pad_right == 0;
    let same_channels = map.channels == stage.out_channels;
    let outputs = stage.out_height as usize * stage.out_width as usize * stage.out_channels as usize;
    match op {
        Op::Conv => return conv_fits(stage, data),
        Op::MaxPool | Op::AvgPool => {
            ensure!(same_channels, "pooling changes the channels");
            ensure!(stage.kernel_h > 0 && stage.kernel_w > 0, "the window is empty");
            ensure!(stage.kernel_h as u32 * stage.kernel_w as u32 <= 1 << 16, "the window is too large");
            let last = (stage.out_width as usize - 1) * stage.step_w as usize + stage.kernel_w as usize;
            ensure!(last <= map.padded_width(), "a window reaches right of the padded map");
        }
        Op::Upsample => {
            ensure!(same_channels, "upsampling changes the channels");
            ensure!(unpadded, "upsampling takes no padding");
            ensure!((stage.out_width - 1) / stage.step_w < map.width, "upsampling makes more columns than there are");
        }
        Op::Table => {
            ensure!(unpadded && same_channels, "a table takes no padding and keeps the channels");
            let less = stage.out_height <= map.height && stage.out_width <= map.width;
            ensure!(less, "a table makes more rows or columns than there are");
            return table_fits(stage, data);
        }
        Op::Linear => {
            let outputs = stage.out_channels as usize;
            let row = stage.out_height == 1 && stage.out_width == 1;
            ensure!(unpadded && row, "a linear layer makes one row of one column");
            ensure!(stage.scratch_bytes as usize == outputs * 4, "the working memory is not one sum an output");
            ensure!(stage.tile == 1, "a linear layer's tile is one row");
            let weights = map.height as usize * map.row_len() * outputs;
            ensure!(count(data, stage.weights, 1, 1) == weights, "the number of weights is wrong");
            return finish_fits(stage, data, outputs, outputs);
        }
        Op::Expand => {
            ensure!(unpadded && map.height == 1 && map.width == 1, "it expands one row of one column");
            let weights = map.channels as usize * outputs;
            ensure!(count(data, stage.weights, 1, 1) == weights, "the number of weights is wrong");
            return finish_fits(stage, data, outputs, outputs);
        }
        Op::Window => {
            ensure!(unpadded && same_channels, "a window takes no padding and keeps the channels");
            ensure!(stage.crop_left < map.width && stage.crop_top < map.height, "the window cuts everything away");
        }
        Op::Reshape => {
            ensure!(unpadded, "reshaping takes no padding");
            ensure!(outputs <= map.height as usize * map.row_len(), "reshaping makes more values than there are");
        }
    }
    Ok(())
}

const fn table_fits(stage: &Stage, data: &[u8]) -> Check {
    ensure!(count(data, stage.table, 1, 1) == 256, "the table has not 256 entries");
    Ok(())
}

/// Biases, scales and table of a stage that requantizes.
const fn finish_fits(stage: &Stage, data: &[u8], biases: usize, channels: usize) -> Check {
    ensure!(count(data, stage.bias, 4, 4) == biases, "the number of biases is wrong");
    let scales = count(data, stage.scales, size_of::<Scale>(), 4);
    ensure!(scales == 1 || scales == channels, "the number of scales is wrong");
    let mut i = 0;
    while i < scales {
        let at = stage.scales.offset as usize + i * size_of::<Scale>();
        let (multiplier, shift) = (word(data, at) as i32, word(data, at + 4) as i32);
        ensure!(multiplier >= 0 && among(shift as i64, -31, 30), "a multiplier or a shift is out of range");
        i += 1;
    }
    if stage.has_table != 0 { table_fits(stage, data) } else { Ok(()) }
}

const fn conv_fits(stage: &Stage, data: &[u8]) -> Check {
    let map = &stage.input;
    let (outputs, inputs, groups) = (stage.out_channels as usize, map.channels as usize, stage.groups as usize);
    ensure!(groups > 0 && outputs.is_multiple_of(groups) && inputs.is_multiple_of(groups), "the groups do not divide");
    ensure!(stage.dilation_h > 0 && stage.dilation_w > 0, "a dilation is 0");
    ensure!(stage.pool_h > 0 && stage.pool_w > 0, "the pooling window is empty");
    ensure!(stage.phases_h > 0 && stage.phases_w > 0, "there is no phase");
    let width = stage.weight_bits as usize / 8;
    ensure!(matches!(stage.weight_bits, 8 | 16), "weights are neither 8 nor 16 bits wide");
    let weights = count(data, stage.weights, width, width);
    let phases = Phases::of(stage, data);
    let number = stage.phases_h as usize * stage.phases_w as usize;
    ensure!(phases.len() == number, "the number of phases is wrong");
    let mut i = 0;
    while i < number {
        let phase = phases.get(i);
        pass!(phases_agree(stage, &phases, i));
        let taps = phase.taps_h as u64 * phase.taps_w as u64;
        let end = outputs as u64 * taps * (inputs / groups) as u64 + phase.weights as u64;
        ensure!(end <= weights as u64, "a phase has fewer weights than taps");
        // The last column of this phase among the convolution's columns.
        let q = i % stage.phases_w as usize;
        let columns = stage.out_width as usize * stage.pool_w as usize;
        if phase.taps_w > 0 && columns > q {
            let last = (columns - 1 - q) / stage.phases_w as usize * stage.step_w as usize + phase.column as usize;
            let end = last + (phase.taps_w as usize - 1) * stage.dilation_w as usize + 1;
            ensure!(end <= map.padded_width(), "a window reaches right of the padded map");
        }
        i += 1;
    }
    finish_fits(stage, data, number * outputs, outputs)
}

/// Rows are looked up in the first phase of a row of phases, so all of that row must agree with phase `i`.
pub(crate) const fn phases_agree(stage: &Stage, phases: &Phases<'_>, i: usize) -> Check {
    let (phase, first) = (phases.get(i), phases.get(i / stage.phases_w as usize * stage.phases_w as usize));
    ensure!(phase.row == first.row && phase.taps_h == first.taps_h, "the phases of a row disagree");
    Ok(())
}
