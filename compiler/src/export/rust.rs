//! `device.rs`: the same plan as static Rust data, which rustc checks, and a detector as a type.

use crate::error::Result;
use crate::lower::Lowered;
use picoae::plan::records::{AlarmRule, LineBuffer, OutputParams, Span, Tensor};
use picoae::plan::{Field, Header, Kernel, Operator, PartLimits, Record, RecordInfo, Stage};
use picoae::{Routine, SampleKind};
use std::fmt::Write;

/// The text of `device.rs`. Include it in a module of its own; it names only the `picoae` crate.
///
/// # Errors
/// [`crate::Error::Invalid`] never for a plan that was built here.
pub fn rust(lowered: &Lowered) -> Result<String> {
    let model = lowered.model()?;
    let routines = model.routines();
    let channels = usize::from(model.input().channels);
    let window = if model.header().hop > 0 { model.window() } else { model.input().len() / channels.max(1) };
    let unit = match model.sample_kind() {
        SampleKind::Counts => "Counts",
        _ => "Physical",
    };
    let mut out = String::new();
    let _ = write!(
        out,
        "// Model `{}`, written by picoae. Include it in a module: mod pump {{ include!(\"device.rs\"); }}\n\
         use picoae::plan::records::*;\n\n",
        lowered.name
    );
    for (doc, name, value) in [
        ("Bytes of working memory that the model needs.", "ARENA_BYTES", model.arena_bytes()),
        ("Values of a window.", "INPUT", window * channels),
        ("Channels of a step.", "CHANNELS", channels),
        ("Steps of a window.", "WINDOW", window),
        ("Steps from one verdict to the next.", "HOP", if model.header().hop > 0 { model.hop() } else { window }),
        ("Values that the encoder makes of it.", "LATENT", model.latent().len()),
        (
            "Values of the reconstruction.",
            "OUTPUT",
            if model.header().hop > 0 { window * channels } else { model.output().len() },
        ),
    ] {
        let _ = write!(out, "/// {doc}\npub const {name}: usize = {value};\n\n");
    }
    out.push_str(&site(lowered, &model));
    out.push_str(
        "/// Watches a signal with this model: constant, infallible, meant for a static cell. Raw samples go in.\n\
         pub type Detector = picoae::Detector<Compiled, ARENA_BYTES, CHANNELS, WINDOW>;\n\n\
         /// The routines that the model's stages call: no others are linked.\n\
         #[derive(Debug, Clone, Copy)]\n\
         pub enum Kernels {}\n\n\
         impl picoae::KernelSet for Kernels {\n",
    );
    for routine in Routine::ALL.iter().filter(|routine| routines.contains(**routine)) {
        let _ = writeln!(out, "    const {}: bool = true;", routine.constant());
    }
    let _ = write!(
        out,
        "}}\n\n\
         /// The model as a type. The compiler checks every record of it.\n\
         #[derive(Debug, Clone, Copy)]\n\
         pub enum Compiled {{}}\n\n\
         impl picoae::CompiledModel for Compiled {{\n    \
             type Kernels = Kernels;\n    \
             type Unit = picoae::{unit};\n    \
             const MODEL: picoae::Model<'static, Kernels> =\n        \
                 match picoae::Model::from_parts(&picoae::PlanParts {{ header: &HEADER, stages: &STAGES, data: &DATA }}) {{\n            \
                     Ok(model) => model,\n            \
                     Err(_) => panic!(\"the records of this file do not fit together\"),\n        \
                 }};\n\
         }}\n\n\
         /// The model, for the lower level.\n\
         pub static MODEL: picoae::Model<'static, Kernels> = <Compiled as picoae::CompiledModel>::MODEL;\n\n"
    );
    let _ = write!(
        out,
        "static HEADER: Header = {};\n\n",
        record(RecordInfo::of::<Header>(), bytemuck::bytes_of(&lowered.header), 0)
    );
    let _ = writeln!(out, "static STAGES: [Stage; {}] = [", lowered.stages.len());
    for (stage, name) in lowered.stages.iter().zip(&lowered.names) {
        let operator = Operator::from_code(stage.operator).map_or("unknown", Operator::name);
        let kernel = Kernel::from_code(stage.kernel).map_or("unknown", Kernel::name);
        let _ = writeln!(out, "    // {operator} by {kernel}: {name}\n    {},", stage_source(stage));
    }
    out.push_str("];\n\n");
    let _ = write!(
        out,
        "#[rustfmt::skip]\nstatic DATA: picoae::Aligned<[u8; {}]> = picoae::Aligned([\n",
        lowered.data().len()
    );
    for line in lowered.data().chunks(32) {
        out.push_str("    ");
        for byte in line {
            let _ = write!(out, "{byte},");
        }
        out.push('\n');
    }
    out.push_str("]);\n");
    Ok(out)
}

/// What settling in starts from, where the training data's moments are known.
fn site(lowered: &Lowered, model: &picoae::Model<'_>) -> String {
    if lowered.moments.len() != usize::from(model.input().channels) {
        return String::new();
    }
    let moments: Vec<String> =
        lowered.moments.iter().map(|m| format!("Moments {{ mean: {}, deviation: {} }}", m.mean, m.deviation)).collect();
    let part = |limits: &PartLimits| {
        let (lower, upper, median) = (limits.lower(), limits.upper(), limits.median.round() as u64);
        format!("    FactoryPart {{ limits: Limits {{ lower: {lower}, upper: {upper} }}, median: {median} }},\n")
    };
    let parts: String = model.limits().iter().map(part).collect();
    format!(
        "/// Parts of the score.\n\
         pub const PARTS: usize = {};\n\n\
         /// As `Detector`, with encodings and limits that can be a site's.\n\
         #[allow(dead_code)]\n\
         pub type SiteDetector = picoae::SiteDetector<Compiled, ARENA_BYTES, CHANNELS, WINDOW, PARTS>;\n\n\
         /// What settling in starts from: `picoae::settling::Calibrator::new(&FACTORY, ...)`.\n\
         #[allow(dead_code)]\n\
         #[rustfmt::skip]\n\
         pub static FACTORY: picoae::settling::Factory<CHANNELS, PARTS> = {{\n\
         use picoae::settling::{{Factory, FactoryPart, Limits, Moments}};\n\
         Factory {{\nmodel: {},\nmoments: [{}],\nparts: [\n{parts}],\n}}\n}};\n\n",
        model.limits().len(),
        lowered.header.checksum,
        moments.join(", ")
    )
}

/// A stage, its words as the records that they hold.
fn stage_source(stage: &Stage) -> String {
    let fields = Stage::FIELDS.iter().map(|field| {
        let words = |info: Option<RecordInfo>, words: &[u32]| match info {
            Some(info) => format!("{}.words()", record(info, bytemuck::cast_slice(words), 8)),
            None => format!("[0; {}]", words.len()),
        };
        let value = match field.name {
            "geometry" => words(stage.geometry_record(), &stage.geometry),
            "parameters" => words(stage.parameter_record(), &stage.parameters),
            _ => value(field, bytemuck::bytes_of(stage), 8),
        };
        format!("        {}: {value},\n", field.name)
    });
    format!("Stage {{\n{}    }}", fields.collect::<String>())
}

/// A record as Rust source; `indent` spaces in front of its closing brace.
fn record(RecordInfo { name, fields, .. }: RecordInfo, bytes: &[u8], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let fields = fields.iter().map(|f| format!("{pad}    {}: {},\n", f.name, value(f, bytes, indent + 4)));
    format!("{name} {{\n{}{pad}}}", fields.collect::<String>())
}

/// A field's value as Rust source.
fn value(field: &Field, bytes: &[u8], indent: usize) -> String {
    let bytes = &bytes[field.offset..];
    let list = |values: Vec<String>| format!("[{}]", values.join(", "));
    match field.kind {
        "u8" => bytes[0].to_string(),
        "i8" => (bytes[0] as i8).to_string(),
        "u16" => read::<u16>(bytes).to_string(),
        "i16" => read::<i16>(bytes).to_string(),
        "u32" => read::<u32>(bytes).to_string(),
        "i32" => read::<i32>(bytes).to_string(),
        "u64" => read::<u64>(bytes).to_string(),
        "f32" => float(read(bytes)),
        "[u8; 4]" => list(bytes[..4].iter().map(u8::to_string).collect()),
        "AlarmRule" => record(RecordInfo::of::<AlarmRule>(), bytes, indent),
        "Span" => record(RecordInfo::of::<Span>(), bytes, indent),
        "Tensor" => record(RecordInfo::of::<Tensor>(), bytes, indent),
        "LineBuffer" => record(RecordInfo::of::<LineBuffer>(), bytes, indent),
        "OutputParams" => record(RecordInfo::of::<OutputParams>(), bytes, indent),
        // A test writes every kind of record, so a new kind is seen there.
        other => format!("compile_error!(\"{other}\")"),
    }
}

fn read<T: bytemuck::AnyBitPattern>(bytes: &[u8]) -> T {
    bytemuck::pod_read_unaligned(&bytes[..size_of::<T>()])
}

/// A float that reads back with the same bits.
fn float(v: f32) -> String {
    format!("f32::from_bits(0x{:08x})", v.to_bits())
}
