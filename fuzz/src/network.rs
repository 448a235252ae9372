//! The integer network's file: its description and tensors brought into agreement, so that a changed number is not just
//! refused.

use crate::container::Container;
use crate::random::Random;
use serde_json::{Map, Value, json};

/// Most bytes of a tensor that is made longer.
const LONGEST: usize = 1 << 14;

/// Gives every layer the output and the tensors that its geometry asks for, as far as that is possible; old values are kept,
/// then repeated.
pub fn fit(file: &mut Container, random: &mut Random) -> Option<()> {
    let mut text: Map<String, Value> = serde_json::from_slice(&file.text).ok()?;
    let description = text.get("__metadata__")?.get("picoae")?.as_str()?.to_owned();
    let mut graph: Value = serde_json::from_str(&description).ok()?;
    let mut shape = shape_of(&graph["input"])?;
    let mut tensors: Vec<(String, &str, Vec<usize>, Vec<u8>)> = Vec::new();
    let old = |name: &str| -> Option<&[u8]> {
        let offsets = text.get(name)?.get("data_offsets")?;
        file.data.get(offsets[0].as_u64()? as usize..offsets[1].as_u64()? as usize)
    };
    for layer in graph["layers"].as_array_mut()? {
        let name = layer["name"].as_str()?.to_owned();
        let mut output = shape_of(&layer["output"])?;
        let needs = output_of(&layer["op"], shape, &mut output);
        layer["output"]["shape"] = json!(output);
        let mut add = |suffix: &str, dtype: &'static str, shape: Vec<usize>| -> Option<()> {
            let width = if dtype == "I8" { 1 } else { 4 };
            let bytes = shape.iter().try_fold(width, |product: usize, n| product.checked_mul(*n))?;
            let full = format!("{name}.{suffix}");
            let values = old(&full).filter(|values| !values.is_empty()).unwrap_or(&[1, 0, 0, 0]);
            let values = values.iter().copied().cycle().take(bytes.min(LONGEST)).collect();
            tensors.push((full, dtype, shape, values));
            Some(())
        };
        match needs {
            Needs::Nothing => {}
            Needs::Table => add("table", "I8", vec![256])?,
            Needs::Weights(weights) => {
                let channels = weights[0];
                let scales = if random.below(4) == 0 { 1 } else { channels };
                add("weight", "I8", weights)?;
                add("bias", "I32", vec![channels])?;
                add("multiplier", "I32", vec![scales])?;
                add("shift", "I32", vec![scales])?;
            }
        }
        shape = output;
    }
    let mut data = Vec::new();
    let mut new = json!({ "__metadata__": { "picoae": graph.to_string() } });
    for (name, dtype, shape, values) in tensors {
        let start = data.len();
        data.extend(values);
        new[name] = json!({ "dtype": dtype, "shape": shape, "data_offsets": [start, data.len()] });
    }
    text = new.as_object()?.clone();
    *file = Container { text: serde_json::to_vec(&text).ok()?, data };
    Some(())
}

enum Needs {
    Nothing,
    Table,
    /// Output channels first.
    Weights(Vec<usize>),
}

fn shape_of(tensor: &Value) -> Option<[usize; 3]> {
    let extent = |i: usize| usize::try_from(tensor["shape"][i].as_u64()?).ok();
    Some([extent(0)?, extent(1)?, extent(2)?])
}

/// Sets the output's shape for a layer whose geometry allows one and returns its tensors' shapes. Channels stay where they are
/// free.
fn output_of(op: &Value, input: [usize; 3], output: &mut [usize; 3]) -> Needs {
    let pair = |name: &str, or: usize| -> [usize; 2] {
        [0, 1].map(|i| op[name][i].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(or))
    };
    let (kernel, stride, padding, dilation) =
        (pair("kernel", 1), pair("stride", 1), pair("padding", 0), pair("dilation", 1));
    let slid = |a: usize| -> Option<usize> {
        let padded = padding[a].checked_mul(2)?.checked_add(input[a])?;
        let span = dilation[a].checked_mul(kernel[a].checked_sub(1)?)?.checked_add(1)?;
        Some(padded.checked_sub(span)?.checked_div(stride[a])? + 1)
    };
    let spread = |a: usize| -> Option<usize> {
        let spread = input[a].checked_sub(1)?.checked_mul(stride[a])?.checked_add(kernel[a])?;
        spread.checked_sub(padding[a].checked_mul(2)?)
    };
    let mut take = |extent: &dyn Fn(usize) -> Option<usize>| {
        if let (Some(height), Some(width)) = (extent(0), extent(1)) {
            (output[0], output[1]) = (height, width);
        }
    };
    match op["type"].as_str() {
        Some("conv") => {
            take(&slid);
            let groups = op["groups"].as_u64().unwrap_or(1).max(1) as usize;
            Needs::Weights(vec![output[2], kernel[0], kernel[1], input[2] / groups])
        }
        Some("conv_transpose") => {
            take(&spread);
            Needs::Weights(vec![output[2], kernel[0], kernel[1], input[2]])
        }
        Some("linear") => {
            let count = |shape: &[usize; 3]| shape.iter().fold(1_usize, |product, n| product.saturating_mul(*n));
            Needs::Weights(vec![count(output), count(&input)])
        }
        Some("max_pool" | "avg_pool") => {
            take(&slid);
            output[2] = input[2];
            Needs::Nothing
        }
        Some("upsample") => {
            let factor = pair("factor", 1);
            take(&|a| input[a].checked_mul(factor[a]));
            output[2] = input[2];
            Needs::Nothing
        }
        Some("pad") => {
            let side = |i: usize| op["sides"][i].as_u64().unwrap_or(0) as usize;
            take(&|a| input[a].checked_add(side(2 * a))?.checked_add(side(2 * a + 1)));
            output[2] = input[2];
            Needs::Nothing
        }
        Some("table") => {
            *output = input;
            Needs::Table
        }
        _ => Needs::Nothing,
    }
}
