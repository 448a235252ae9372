//! What is refused, by the operator's name and position.

use super::read;
use crate::flat::{Node, Value};
use crate::schema::{code, options};
use crate::write::file::{File, Kind};
use picoae_compiler::graph::TensorInfo;

const INPUT: TensorInfo = TensorInfo { shape: [4, 6, 2], scale: 0.1, zero_point: 3 };

fn of(shape: [usize; 3]) -> TensorInfo {
    TensorInfo { shape, ..INPUT }
}

/// What reading a model of a table and then `second` says.
fn said(second: impl FnOnce(&mut File)) -> String {
    let mut file = File::new(&INPUT);
    file.operator((code::QUANTIZE, 2, options::QUANTIZE), vec![0], Node::new(), "first", &INPUT);
    second(&mut file);
    read(&file.finish("refused", b"")).map(|graph| format!("taken: {graph:?}")).unwrap_or_else(|e| e.to_string())
}

fn one(kind: Kind, settings: Node, output: TensorInfo) -> String {
    said(|file| {
        let from = vec![file.current()];
        file.operator(kind, from, settings, "second", &output);
    })
}

fn is(said: &str, words: &[&str]) {
    assert!(words.iter().all(|word| said.contains(word)), "{said:?} lacks one of {words:?}");
}

fn pool(code: i32, settings: [i32; 6], output: [usize; 3]) -> String {
    let settings = settings.into_iter().enumerate().map(|(slot, v)| match slot {
        0 | 5 => (slot, Value::U8(v as u8)),
        _ => (slot, Value::I32(v)),
    });
    one((code, 2, options::POOL), settings.collect(), of(output))
}

#[test]
fn operators_that_are_not_taken() {
    is(&one((0, 1, 0), Node::new(), INPUT), &["operator 1 (ADD)", "none of the operators", "docs/tflite.md"]);
    is(&one((25, 1, 0), Node::new(), INPUT), &["operator 1 (SOFTMAX)"]);
    is(&one((9999, 1, 0), Node::new(), INPUT), &["operator 1 (operator code 9999)"]);
}

#[test]
fn poolings_that_are_not_taken() {
    let taken = pool(code::AVERAGE_POOL, [1, 2, 2, 2, 2, 0], [2, 3, 2]);
    assert!(taken.starts_with("taken"), "{taken}");
    is(
        &pool(code::AVERAGE_POOL, [0, 4, 2, 4, 2, 0], [2, 2, 2]),
        &["operator 1 (AVERAGE_POOL_2D)", "beyond their map", "VALID"],
    );
    is(&pool(code::MAX_POOL, [1, 2, 2, 2, 2, 4], [2, 3, 2]), &["fused activation (code 4)", "an operator of its own"]);
    is(&pool(code::MAX_POOL, [7, 2, 2, 2, 2, 0], [2, 3, 2]), &["padding has the code 7"]);
    is(&pool(code::MAX_POOL, [1, 2, 2, 9, 2, 0], [2, 3, 2]), &["larger than its map"]);
    is(&pool(code::MAX_POOL, [1, 0, 2, 2, 2, 0], [2, 3, 2]), &["stride is 0"]);
    is(&pool(code::MAX_POOL, [1, 2, 2, 2, 2, 0], [2, 2, 2]), &["its geometry gives 3"]);
}

#[test]
fn quantizations_that_are_not_taken() {
    let other = TensorInfo { scale: 0.2, ..INPUT };
    is(&one((code::RELU6, 2, 0), Node::new(), other), &["operator 1 (RELU6)", "put a QUANTIZE behind"]);
    is(&one((code::LOGISTIC, 2, 0), Node::new(), other), &["operator 1 (LOGISTIC)", "1/256"]);
    is(&one((code::TANH, 2, 0), Node::new(), other), &["operator 1 (TANH)", "1/128"]);
    is(&one((code::RESHAPE, 1, 0), Node::new(), other), &["another quantization"]);
    is(&one((code::RESHAPE, 1, 0), Node::new(), of([4, 6, 3])), &["another number of values"]);
    is(&one((code::QUANTIZE, 2, 0), Node::new(), TensorInfo { scale: f32::NAN, ..INPUT }), &["has the scale NaN"]);
    is(&one((code::QUANTIZE, 2, 0), Node::new(), TensorInfo { zero_point: 200, ..INPUT }), &["has the zero point 200"]);
}

#[test]
fn moves_that_are_not_taken() {
    let pad = |kind: i32, sides: [i32; 8], value: Option<i8>, output| {
        said(|file| {
            let mut inputs = vec![file.current(), file.numbers("sides", vec![4, 2], &sides, Vec::new())];
            inputs.extend(value.map(|v| file.weights("value", vec![1], [v].into_iter(), vec![0.1], 3, 0)));
            file.operator((kind, 2, 0), inputs, Node::new(), "second", &of(output));
        })
    };
    is(&pad(code::PAD, [0, 0, 0, 0, 0, 0, 1, 0], None, [4, 6, 3]), &["operator 1 (PAD)", "height and width"]);
    is(&pad(code::PAD, [0, 0, -1, 0, 0, 0, 0, 0], None, [3, 6, 2]), &["negative"]);
    is(&pad(code::PAD_V2, [0, 0, 1, 0, 0, 0, 0, 0], Some(9), [5, 6, 2]), &["operator 1 (PADV2)", "pads with 9"]);
    is(&pad(code::PAD_V2, [0, 0, 1, 0, 0, 0, 0, 0], Some(-128), [5, 6, 2]), &["no int8 network"]);
    let resize = |output: [usize; 3], corners| {
        said(|file| {
            let size = [output[0] as i32, output[1] as i32];
            let inputs = vec![file.current(), file.numbers("size", vec![2], &size, Vec::new())];
            let settings = vec![(0, Value::U8(corners))];
            file.operator((code::RESIZE_NEAREST, 2, options::RESIZE_NEAREST), inputs, settings, "second", &of(output));
        })
    };
    is(&resize([6, 6, 2], 0), &["operator 1 (RESIZE_NEAREST_NEIGHBOR)", "4 positions to 6", "whole factor"]);
    is(&resize([12, 6, 2], 1), &["align_corners"]);
    let slice = |begin: [i32; 4], output| {
        said(|file| {
            let begin = file.numbers("begin", vec![4], &begin, Vec::new());
            let inputs = vec![file.current(), begin];
            file.operator((code::SLICE, 2, 0), inputs, Node::new(), "second", &of(output));
        })
    };
    is(&slice([0, 0, 0, 1], [4, 6, 1]), &["operator 1 (SLICE)", "keep batch and channels whole"]);
    is(&slice([0, 2, 0, 0], [4, 6, 2]), &["reaches beyond its map"]);
    is(&slice([0, i32::MAX, 0, 0], [4, 6, 2]), &["reaches beyond its map"]);
}

/// A convolution of one tap with the given weights, their scales, zero point and axis.
fn conv(weights: [i8; 4], scales: Vec<f32>, zero: i32, axis: i32, biases: &[i32]) -> String {
    said(|file| {
        let filter = file.weights("filter", vec![2, 1, 1, 2], weights.into_iter(), scales, zero, axis);
        let bias = file.numbers("bias", vec![biases.len() as i32], biases, Vec::new());
        let settings = vec![(0, Value::U8(1)), (1, Value::I32(1)), (2, Value::I32(1))];
        let inputs = vec![file.current(), filter, bias];
        file.operator((code::CONV, 3, options::CONV), inputs, settings, "second", &INPUT);
    })
}

#[test]
fn weights_that_are_not_taken() {
    let taken = conv([1, 2, 3, -127], vec![0.1, 0.2], 0, 0, &[1, 2]);
    assert!(taken.starts_with("taken"), "{taken}");
    is(&conv([1, 2, 3, -128], vec![0.1], 0, 0, &[1, 2]), &["operator 1 (CONV_2D)", "`filter`", "-128"]);
    is(&conv([1; 4], vec![0.1], 5, 0, &[1, 2]), &["zero point", "symmetrically"]);
    is(&conv([1; 4], vec![0.1, 0.2], 0, 3, &[1, 2]), &["2 scales along axis 3"]);
    is(&conv([1; 4], vec![0.1, 0.2, 0.3], 0, 0, &[1, 2]), &["3 scales"]);
    is(&conv([1; 4], vec![1e11], 0, 0, &[1, 2]), &["more than 2^30"]);
    is(&conv([1; 4], vec![0.0], 0, 0, &[1, 2]), &["has the scale 0"]);
    is(&conv([1; 4], vec![0.1], 0, 0, &[1]), &["1 biases for 2 outputs"]);
}

#[test]
fn branches_are_not_taken() {
    let branch = said(|file| {
        file.operator((code::RELU, 2, 0), vec![0], Node::new(), "second", &INPUT);
    });
    is(&branch, &["operator 1 (RELU)", "without branches"]);
}
