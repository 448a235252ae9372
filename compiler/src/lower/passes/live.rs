//! Live-region analysis: going back from what a trim keeps, each node makes only the rows and columns that are looked
//! at, and an expanding linear layer drops the weights of values that nobody reads.

use super::{Node, NodeOp, Pass};

pub(in crate::lower) const PASS: Pass =
    ("live", "rows, columns and weights that no kept output depends on are dropped", run);

fn run(mut nodes: Vec<Node>) -> Vec<Node> {
    let Some(last) = nodes.last() else { return nodes };
    let mut wanted = [last.output[0], last.output[1]];
    for i in (0..nodes.len()).rev() {
        // The latent and the input keep their shapes: they are the model's interface.
        if nodes[i].is_latent || reads_everything(&nodes[i].op) {
            wanted = [nodes[i].output[0], nodes[i].output[1]];
        }
        narrow(&mut nodes[i], wanted);
        wanted = looked_at(&nodes[i]);
        let is_fixed = i == 0 || nodes[i - 1].is_latent || reads_everything(&nodes[i - 1].op);
        if is_fixed {
            wanted = [nodes[i].input[0], nodes[i].input[1]];
        }
        if !reads_everything(&nodes[i].op) {
            nodes[i].input = [wanted[0], wanted[1], nodes[i].input[2]];
        } else {
            wanted = [nodes[i].input[0], nodes[i].input[1]];
        }
    }
    // A trim that keeps all that still comes is no node any more.
    let vanishes =
        |n: &Node| matches!(n.op, NodeOp::Window { crop: [0, 0], border: [0, 0], .. }) && n.input == n.output;
    let mut out: Vec<Node> = Vec::new();
    for node in nodes {
        match out.last_mut() {
            Some(before) if vanishes(&node) && !before.is_latent => {
                before.name = format!("{}+{}", before.name, node.name);
                before.is_latent = node.is_latent;
            }
            _ => out.push(node),
        }
    }
    out
}

/// Operators whose values lie in one order over the whole map, so that no row can be left out in front of them.
fn reads_everything(op: &NodeOp) -> bool {
    matches!(op, NodeOp::Linear { .. } | NodeOp::Reshape)
}

/// Makes only the first `wanted` rows and columns.
fn narrow(node: &mut Node, wanted: [usize; 2]) {
    let [height, width, channels] = node.output;
    if wanted == [height, width] {
        return;
    }
    if let NodeOp::Expand { weights, bias, finish } = &mut node.op {
        let inputs = node.input[2];
        let kept: Vec<usize> = (0..wanted[0])
            .flat_map(|y| (0..wanted[1]).flat_map(move |x| (0..channels).map(move |c| (y * width + x) * channels + c)))
            .collect();
        *weights = kept.iter().flat_map(|o| weights[o * inputs..(o + 1) * inputs].to_vec()).collect();
        *bias = kept.iter().map(|o| bias[*o]).collect();
        if finish.scales.len() > 1 {
            finish.scales = kept.iter().map(|o| finish.scales[*o]).collect();
        }
    }
    node.output = [wanted[0], wanted[1], channels];
}

/// How many rows and columns of its input the node looks at.
fn looked_at(node: &Node) -> [usize; 2] {
    let mut reach = [0, 0];
    for d in 0..2 {
        let made = node.output[d];
        let end = match &node.op {
            NodeOp::Conv(c) => {
                let stride = if d == 0 { c.phases[1] } else { 1 };
                (0..made * c.pool[d])
                    .map(|o| {
                        let t = &c.taps[o % c.phases[d] * stride];
                        let first = (o / c.phases[d] * c.step[d]) as isize + if d == 0 { t.row } else { t.column };
                        let reach = if t.taps[d] == 0 { 0 } else { ((t.taps[d] - 1) * c.dilation[d] + 1) as isize };
                        (first + reach).max(0) as usize
                    })
                    .max()
                    .unwrap_or(0)
            }
            NodeOp::MaxPool { kernel, stride, padding, .. } => {
                ((made - 1) * stride[d] + kernel[d]).saturating_sub(padding[d])
            }
            NodeOp::AvgPool { kernel, stride } => (made - 1) * stride[d] + kernel[d],
            NodeOp::Upsample(factor) => made.div_ceil(factor[d]),
            NodeOp::Window { crop, border, .. } => made.saturating_sub(border[d]) + crop[d],
            NodeOp::Table(_) => made,
            NodeOp::Linear { .. } | NodeOp::Expand { .. } | NodeOp::Reshape => node.input[d],
        };
        reach[d] = end.clamp(1, node.input[d]);
    }
    reach
}
