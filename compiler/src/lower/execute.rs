//! Executes nodes naively: what a pass must keep. Written from the definition of the nodes, without regard to how the
//! runtime computes them.

use super::{ConvNode, Node, NodeOp, OutputStage};

/// The outputs of all nodes for one input, `[row][column][channel]`.
pub fn execute(nodes: &[Node], input: &[i8]) -> Vec<Vec<i8>> {
    let mut outputs: Vec<Vec<i8>> = Vec::new();
    for node in nodes {
        let output = run(node, outputs.last().map_or(input, Vec::as_slice));
        outputs.push(output);
    }
    outputs
}

/// A map with something around it.
struct Map<'a> {
    values: &'a [i8],
    shape: [usize; 3],
    around: i32,
}

impl Map<'_> {
    fn at(&self, y: isize, x: isize, c: usize) -> i32 {
        let inside = |position: isize, extent: usize| usize::try_from(position).ok().filter(|p| *p < extent);
        match (inside(y, self.shape[0]), inside(x, self.shape[1])) {
            (Some(y), Some(x)) => i32::from(self.values[(y * self.shape[1] + x) * self.shape[2] + c]),
            _ => self.around,
        }
    }
}

fn run(node: &Node, input: &[i8]) -> Vec<i8> {
    let around = |around: i32| Map { values: input, shape: node.input, around };
    let [height, width, channels] = node.output;
    let each = |value: &dyn Fn(usize, usize, usize) -> i32| -> Vec<i8> {
        let positions = (0..height).flat_map(|y| (0..width).map(move |x| (y, x)));
        positions.flat_map(|(y, x)| (0..channels).map(move |c| value(y, x, c) as i8)).collect()
    };
    match &node.op {
        NodeOp::Conv(conv) => {
            let map = around(conv.input_zero_point);
            each(&|y, x, c| pooled(conv, node, &map, y, x, c))
        }
        NodeOp::MaxPool { kernel, stride, padding, range } => {
            let map = around(i32::from(i8::MIN));
            let window = |y: usize, x: usize| {
                let row = (y * stride[0]) as isize - padding[0] as isize;
                let column = (x * stride[1]) as isize - padding[1] as isize;
                (0..kernel[0])
                    .flat_map(move |ky| (0..kernel[1]).map(move |kx| (row + ky as isize, column + kx as isize)))
            };
            each(&|y, x, c| {
                let largest = window(y, x).map(|(row, column)| map.at(row, column, c)).max().unwrap_or(-128);
                largest.clamp(range[0], range[1])
            })
        }
        NodeOp::AvgPool { kernel, stride } => {
            let map = around(0);
            let count = (kernel[0] * kernel[1]) as i32;
            each(&|y, x, c| {
                let rows = (0..kernel[0]).map(|ky| (y * stride[0] + ky) as isize);
                let columns = |row| (0..kernel[1]).map(move |kx| (row, (x * stride[1] + kx) as isize));
                let sum: i32 = rows.flat_map(columns).map(|(row, column)| map.at(row, column, c)).sum();
                // To nearest, ties away from zero.
                (sum + sum.signum() * (count / 2)) / count
            })
        }
        NodeOp::Upsample(factor) => {
            let map = around(0);
            each(&|y, x, c| map.at((y / factor[0]) as isize, (x / factor[1]) as isize, c))
        }
        NodeOp::Lut(table) => {
            let map = around(0);
            each(&|y, x, c| look_up(table, map.at(y as isize, x as isize, c)))
        }
        NodeOp::Linear { weights, bias, finish } | NodeOp::DenseToMap { weights, bias, finish } => {
            let products = |o: usize| input.iter().zip(&weights[o * input.len()..][..input.len()]);
            let acc =
                |o: usize| products(o).fold(bias[o], |acc, (x, w)| acc.wrapping_add(i32::from(*x) * i32::from(*w)));
            (0..bias.len()).map(|o| finished(finish, acc(o), o) as i8).collect()
        }
        NodeOp::CropPad { crop, border, zero_point } => {
            let map = around(*zero_point);
            let shift = [crop[0] as isize - border[0] as isize, crop[1] as isize - border[1] as isize];
            each(&|y, x, c| map.at(y as isize + shift[0], x as isize + shift[1], c))
        }
        NodeOp::Reshape => input.to_vec(),
    }
}

/// The largest accumulator of a window of `pool` positions, requantized.
fn pooled(conv: &ConvNode, node: &Node, map: &Map<'_>, y: usize, x: usize, o: usize) -> i32 {
    let rows = (0..conv.pool[0]).map(|down| y * conv.pool[0] + down);
    let accumulators = rows
        .flat_map(|y| (0..conv.pool[1]).map(move |across| (y, across)))
        .map(|(y, across)| accumulator(conv, node, map, y, x * conv.pool[1] + across, o));
    finished(&conv.finish, accumulators.max().unwrap_or(0), o)
}

fn accumulator(conv: &ConvNode, node: &Node, map: &Map<'_>, y: usize, x: usize, o: usize) -> i32 {
    let taps = &conv.taps[y % conv.branches[0] * conv.branches[1] + x % conv.branches[1]];
    let per_group = node.input[2] / conv.groups;
    let group = o / (node.output[2] / conv.groups);
    let row = (y / conv.branches[0] * conv.step[0]) as isize + taps.row;
    let column = (x / conv.branches[1] * conv.step[1]) as isize + taps.column;
    let mut acc = taps.bias[o];
    for ky in 0..taps.taps[0] {
        for kx in 0..taps.taps[1] {
            for c in 0..per_group {
                let (y, x) = (row + (ky * conv.dilation[0]) as isize, column + (kx * conv.dilation[1]) as isize);
                let weight = taps.weights[((o * taps.taps[0] + ky) * taps.taps[1] + kx) * per_group + c];
                acc = acc.wrapping_add(map.at(y, x, group * per_group + c) * i32::from(weight));
            }
        }
    }
    acc
}

fn finished(finish: &OutputStage, acc: i32, channel: usize) -> i32 {
    let scale = finish.scales[if finish.scales.len() == 1 { 0 } else { channel }];
    let value = picoae::requantize(acc, scale).wrapping_add(finish.zero_point).clamp(finish.range[0], finish.range[1]);
    finish.table.as_ref().map_or(value, |table| look_up(table, value))
}

fn look_up(table: &[i8], value: i32) -> i32 {
    i32::from(table[(value + 128) as usize])
}
