//! Figures in words: the overview at the top, and what quantization made of the network.

use super::axes::short;
use super::gather::Gathered;
use super::page::Page;
use crate::evaluate::roc_auc;
use picoae_compiler::graph::{QGraph, QOp};

/// Mean squared error of both networks on normal test samples.
fn errors(g: &Gathered) -> [f64; 2] {
    [&g.normal.float, &g.normal.int8].map(|j| {
        let sum: f64 = j.errors.iter().map(|e| e[0]).sum();
        sum / j.errors.len().max(1) as f64
    })
}

pub(super) fn overview(page: &mut Page, g: &Gathered) {
    // What would do as well is said before all else.
    g.assessment.as_good().iter().for_each(|line| page.caution(line));
    let [float, int8] = errors(g);
    let mut facts = vec![
        (short(float), "mean squared error, float"),
        (short(int8), "mean squared error, int8"),
        (format!("{:+.1} %", 100.0 * (int8 / float - 1.0)), "error of int8 against float"),
    ];
    if g.kinds.iter().any(|k| !k.samples.is_empty()) {
        let area = |of: fn(&super::gather::Kind) -> Vec<f64>| {
            let (normal, abnormal) = g.both(of);
            format!("{:.4}", roc_auc(&normal, &abnormal))
        };
        facts.push((area(|k| k.float.deviation.clone()), "ROC-AUC over all kinds, float"));
        facts.push((area(|k| k.int8.deviation.clone()), "ROC-AUC over all kinds, int8"));
    }
    facts.push((grouped(g.lowered.header.arena_bytes as usize), "bytes of working memory on the device"));
    facts.push((grouped(g.lowered.header.data_bytes as usize), "bytes of constants on the device"));
    page.facts(&facts);
}

/// Digits in groups of three.
fn grouped(value: usize) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap_or_default()).collect();
    groups.join(",")
}

fn kind(op: &QOp) -> (&'static str, usize) {
    let bytes = |p: &picoae_compiler::graph::Parameters| p.weights.len() + 4 * p.bias.len() + 8 * p.scales.len();
    match op {
        QOp::Conv(_, p) => ("convolution", bytes(p)),
        QOp::ConvTranspose(_, p) => ("transposed convolution", bytes(p)),
        QOp::Linear(p) => ("fully connected", bytes(p)),
        QOp::Table(t) => ("table", t.len()),
        QOp::MaxPool(..) => ("max-pool", 0),
        QOp::AvgPool(_) => ("average-pool", 0),
        QOp::Upsample(_) => ("upsample", 0),
        QOp::Pad(_) => ("zero padding", 0),
        QOp::Trim => ("trim", 0),
        QOp::Reshape => ("reshape", 0),
    }
}

pub(super) fn section(page: &mut Page, g: &Gathered) {
    page.section("quantization", "What quantization made of it");
    let graph: &QGraph = &g.graph;
    let float_bytes = 4 * g.network.architecture().parameters();
    page.words(&format!(
        "The float weights take {} bytes; the device artifact takes {}, {} of them constants. The plan has {} stages and needs {} \
         bytes of working memory. Each tensor is int8 with the range in the table, found on calibration samples: a value beyond \
         is clamped to the rim, and the step is how finely values are told apart. The input's range has headroom (factor {}), \
         so that a fault is not clipped away before it is seen.",
        grouped(float_bytes),
        grouped(g.artifact_bytes),
        grouped(g.lowered.header.data_bytes as usize),
        g.lowered.header.stages,
        grouped(g.lowered.header.arena_bytes as usize),
        g.config.quantize.headroom_for(g.normal.samples.shape)
    ));
    let mut rows = Vec::new();
    let mut sum = 0;
    for i in 0..=graph.layers.len() {
        let tensor = graph.input_of(i);
        let (name, (op, bytes)) = if i == 0 {
            ("input", ("", 0))
        } else {
            (graph.layers[i - 1].name.as_str(), kind(&graph.layers[i - 1].op))
        };
        sum += bytes;
        let [h, w, c] = tensor.shape;
        rows.push(vec![
            name.to_string(),
            op.to_string(),
            format!("{c}×{h}×{w}"),
            format!("{} to {}", short(f64::from(tensor.dequantize(-128))), short(f64::from(tensor.dequantize(127)))),
            short(f64::from(tensor.scale)),
            tensor.zero_point.to_string(),
            if bytes == 0 { "–".into() } else { grouped(bytes) },
        ]);
    }
    rows.push(vec!["all".into(), "".into(), "".into(), "".into(), "".into(), "".into(), grouped(sum)]);
    page.table(&["layer", "operation", "output", "range", "step", "zero point", "bytes of parameters"], &rows);
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_in_groups() {
        assert_eq!([0, 12, 999, 1000, 1_234_567].map(super::grouped), ["0", "12", "999", "1,000", "1,234,567"]);
    }
}
