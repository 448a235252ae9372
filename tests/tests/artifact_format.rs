//! The document of the artifact says what the code does, to the byte.

use picoae::plan::RecordInfo;
use picoae::plan::records::{ALL, Header, Stage};
use picoae_compiler::lower::{Options, Target, lower};
use picoae_tests::models;
use std::fmt::Write as _;

const DOCUMENT: &str = "../docs/artifact-format.md";

/// Compares the document between two marks with `text`; where they differ, writes what it should be beside the build.
fn assert_stands(mark: &str, text: &str) {
    let document = std::fs::read_to_string(DOCUMENT).unwrap();
    let (start, end) = (format!("<!-- {mark} -->\n"), format!("<!-- /{mark} -->\n"));
    let from = document.find(&start).unwrap() + start.len();
    let to = document.find(&end).unwrap();
    if document[from..to] != *text {
        let right = format!("{}{text}{}", &document[..from], &document[to..]);
        let place = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("artifact-format.md");
        std::fs::write(&place, right).unwrap();
        panic!("docs/artifact-format.md is old in \"{mark}\"; as it should be: {}", place.display());
    }
}

/// A record's table.
fn table(record: &RecordInfo) -> String {
    let mut text = format!(
        "\n### {}, {} bytes\n\n| offset | type | field | meaning |\n|---|---|---|---|\n",
        record.name, record.bytes
    );
    for field in record.fields {
        let meaning = field.doc.trim().replace('\n', " ").replace("  ", " ").replace('|', "\\|");
        writeln!(text, "| {} | {} | {} | {meaning} |", field.offset, field.kind, field.name).unwrap();
    }
    text
}

#[test]
fn records_are_those_of_the_document() {
    assert_stands("records", &(ALL.iter().map(table).collect::<String>() + "\n"));
}

/// A record ends where its last field does, and a field of a record's type has room for it: no byte is left unsaid.
#[test]
fn records_have_no_gaps() {
    let bytes = |kind: &str| match kind {
        "u8" | "i8" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" | "[u8; 4]" => 4,
        "u64" | "[u32; 2]" => 8,
        "[u32; 6]" => 24,
        "[u32; 18]" => 72,
        other => ALL.iter().find(|record| record.name == other).unwrap_or_else(|| panic!("{other} is no record")).bytes,
    };
    for record in &ALL {
        let mut end = 0;
        for field in record.fields {
            assert_eq!(field.offset, end, "{}::{}", record.name, field.name);
            end += bytes(field.kind);
        }
        assert_eq!(end, record.bytes, "{}", record.name);
    }
}

#[test]
fn the_worked_example_is_a_plan() {
    let graph = models::trained("timeseries").unwrap();
    let lowered = lower(&graph, &Options { target: Target::Portable, ..Options::default() }).unwrap();
    let file = picoae_compiler::export::blob(&lowered).unwrap();
    let json = u64::from_le_bytes(file[..8].try_into().unwrap()) as usize;
    let plan = file[8 + json..].to_vec();
    assert!(plan.as_ptr().cast::<Header>().is_aligned());
    let whole = size_of::<Header>() + lowered.stages.len() * size_of::<Stage>() + lowered.data().len();
    assert_eq!(plan.len(), whole);
    let mut text = String::new();
    for line in plan[..48].chunks(24) {
        let line: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(text, "    {}", line.join(" ")).unwrap();
    }
    let header: &Header = bytemuck::from_bytes(&plan[..size_of::<Header>()]);
    let (input, latent) = (header.input, header.latent);
    write!(
        text,
        "\nMagic, version {}, {} stages, {} bytes of data, the checksum, an arena of {} bytes, an encoder of {} stages, a segment \
         of {}; then\nthe input: {} rows of {} column and {} channel, zero point {}, scale {:#010x} = {:.5}; then the latent: {} \
         rows of {} column and so\non. The plan has {} + {} · {} + {} bytes.\n",
        header.version,
        header.stages,
        header.data_bytes,
        header.arena_bytes,
        header.encoder_stages,
        header.segment,
        input.height,
        input.width,
        input.channels,
        input.zero_point,
        input.scale.to_bits(),
        input.scale,
        latent.height,
        latent.width,
        size_of::<Header>(),
        header.stages,
        size_of::<Stage>(),
        header.data_bytes,
    )
    .unwrap();
    assert_stands("example", &text);
}
