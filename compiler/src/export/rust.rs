//! `device.rs`: the same plan as static Rust data, which rustc checks.

use crate::error::Result;
use crate::lower::Lowered;
use picoae::plan::{Header, Op, Stage, Tensor};
use std::fmt::Write;

/// The text of `device.rs`. Include it in a module of its own; it names only the `picoae` crate.
///
/// # Errors
/// [`crate::Error::Invalid`] never for a plan that was built here.
pub fn rust(lowered: &Lowered) -> Result<String> {
    let h = &lowered.header;
    let kernels = lowered.model()?.kernels();
    let mut out = String::new();
    let _ = write!(
        out,
        "// Model `{}`, written by picoae. Include it in a module: mod model {{ include!(\"device.rs\"); }}\n\
         use picoae::plan::{{Buffer, Header, Span, Stage, Tensor}};\n\
         use picoae::{{Aligned, Model, Parts}};\n\n\
         /// Bytes of working memory that the model needs.\n\
         pub const ARENA_BYTES: usize = {};\n\n\
         /// The kernels that its stages call, a bit each: no others are linked.\n\
         pub const KERNELS: u64 = 0x{:x};\n\n\
         /// The model. The compiler checks every record of it.\n\
         pub static MODEL: Model<'static, KERNELS> =\n    \
             match Model::from_parts(&Parts {{ header: &HEADER, stages: &STAGES, data: &DATA }}) {{\n        \
                 Ok(model) => model,\n        \
                 Err(_) => panic!(\"the records of this file do not fit together\"),\n    \
             }};\n\n",
        lowered.name, h.arena_bytes, kernels
    );
    header(&mut out, h);
    let _ = writeln!(out, "static STAGES: [Stage; {}] = [", lowered.stages.len());
    for (stage, name) in lowered.stages.iter().zip(&lowered.names) {
        let operator = Op::from_code(stage.op).map_or("unknown", Op::name);
        let _ = writeln!(out, "    // {operator}: {name}");
        record(&mut out, stage);
    }
    out.push_str("];\n\n");
    let _ = write!(out, "#[rustfmt::skip]\nstatic DATA: Aligned<[u8; {}]> = Aligned([\n", lowered.data().len());
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

/// A float that reads back with the same bits, infinities included.
fn float(v: f32) -> String {
    format!("f32::from_bits(0x{:08x})", v.to_bits())
}

fn floats(v: &[f32; 3]) -> String {
    format!("[{}, {}, {}]", float(v[0]), float(v[1]), float(v[2]))
}

fn tensor(t: &Tensor) -> String {
    format!(
        "Tensor {{ height: {}, width: {}, channels: {}, zero_point: {}, scale: {} }}",
        t.height,
        t.width,
        t.channels,
        t.zero_point,
        float(t.scale)
    )
}

fn header(out: &mut String, h: &Header) {
    let _ = write!(
        out,
        "static HEADER: Header = Header {{\n    magic: {:?},\n    version: {},\n    stages: {},\n    data_bytes: {},\n    \
         checksum: {},\n    arena_bytes: {},\n    encoder_stages: {},\n    stretch: {},\n    input: {},\n    latent: {},\n    \
         output: {},\n    delay_offset: {},\n    delay_bytes: {},\n    sink_offset: {},\n    lower: {:?},\n    upper: {:?},\n    \
         median: {},\n    log_low: {},\n    log_high: {},\n    reserved: {:?},\n}};\n\n",
        h.magic,
        h.version,
        h.stages,
        h.data_bytes,
        h.checksum,
        h.arena_bytes,
        h.encoder_stages,
        h.stretch,
        tensor(&h.input),
        tensor(&h.latent),
        tensor(&h.output),
        h.delay_offset,
        h.delay_bytes,
        h.sink_offset,
        h.lower,
        h.upper,
        floats(&h.median),
        floats(&h.log_low),
        floats(&h.log_high),
        h.reserved,
    );
}

/// A record in the words of its derived `Debug`, which are Rust.
fn record(out: &mut String, stage: &Stage) {
    let _ = writeln!(out, "    {stage:?},");
}
