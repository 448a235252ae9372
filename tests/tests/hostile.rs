//! Artifacts that were cut, altered or made up: a typed error or a harmless run, never a panic.

use picoae::plan::{AlarmRule, Header, Span, Stage};
use picoae::{Model, ModelError, SampleKind, Score, StreamScorer};
use picoae_compiler::export::{AlignedBlob, blob};
use picoae_compiler::lower::{ChannelScaling, HostArena, InputEncoding, Options, Target, lower};
use picoae_compiler::spec;
use picoae_tests::models::random_weights;
use picoae_tests::random_graph::random_graph;
use picoae_tests::scores::random_score;
use picoae_tests::{block_dense, conv_kronecker, depthwise, raw, swar16};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[test]
fn every_truncation_is_an_error() {
    let graph = random_weights(&spec::timeseries(), 1).unwrap();
    let bytes = blob(&lower(&graph, &Options::default()).unwrap()).unwrap();
    assert!(AlignedBlob::new(&bytes).model("whole").is_ok());
    for length in (0..bytes.len()).step_by(7) {
        let cut = AlignedBlob::new(&bytes[..length]);
        assert!(Model::from_bytes(cut.bytes()).is_err(), "cut to {length} bytes");
    }
}

#[test]
fn every_altered_byte_is_noticed() {
    let graph = random_weights(&spec::timeseries(), 1).unwrap();
    let bytes = blob(&lower(&graph, &Options::default()).unwrap()).unwrap();
    let start = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    for at in (start..bytes.len()).step_by(11) {
        let mut altered = bytes.clone();
        altered[at] ^= 0x10;
        let altered = AlignedBlob::new(&altered);
        assert!(Model::from_bytes(altered.bytes()).is_err(), "byte {at} altered");
    }
    let mut altered = bytes;
    let last = altered.len() - 1;
    altered[last] ^= 1;
    assert_eq!(Model::from_bytes(AlignedBlob::new(&altered).bytes()).unwrap_err(), ModelError::Checksum);
}

#[test]
fn other_files_are_no_artifacts() {
    for bytes in [&b""[..], b"12345678", b"\x10\0\0\0\0\0\0\0not json at all.", &[0xff; 64], &[0; 400]] {
        assert!(Model::from_bytes(AlignedBlob::new(bytes).bytes()).is_err());
    }
    let json = br#"{"plan":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#;
    let mut file = (json.len() as u64).to_le_bytes().to_vec();
    file.extend(json);
    assert!(matches!(Model::from_bytes(AlignedBlob::new(&file).bytes()), Err(ModelError::Truncated(_))));
}

/// Plans whose checksum would be right but whose records were made up: whatever passes the checks must run.
#[test]
fn made_up_records_do_no_harm() {
    const TARGETS: [Target; 5] = [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Host, Target::Riscv32];
    let mut ran = 0;
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for seed in 0..20_000 {
        let target = TARGETS[seed as usize % TARGETS.len()];
        let graph = match target {
            Target::CortexM4 | Target::CortexM0 | Target::Riscv32 if seed % 8 == 5 => {
                block_dense::CASES[seed as usize / 10 % block_dense::CASES.len()].graph()
            }
            Target::CortexM0 | Target::Riscv32 if seed % 2 == 0 => {
                swar16::CASES[seed as usize / 10 % swar16::CASES.len()].graph()
            }
            Target::CortexM4 if seed % 2 == 1 => {
                conv_kronecker::CASES[seed as usize / 10 % conv_kronecker::CASES.len()].graph()
            }
            Target::CortexM4 if seed % 4 == 2 => depthwise::CASES[seed as usize / 10 % depthwise::CASES.len()].graph(),
            _ => random_graph(seed % 97),
        };
        let mut options = Options { target, ..Options::default() };
        if seed % 3 == 0 {
            let scaling = ChannelScaling { mean: 1000.0, std: 700.0 };
            options.input = InputEncoding::alike(SampleKind::Counts, scaling, graph.input.shape[2]);
        }
        if seed % 5 == 0 {
            options.score = random_score(&graph, seed);
        }
        let lowered = lower(&graph, &options).unwrap();
        let (mut header, mut stages) = (lowered.header, lowered.stages.clone());
        let mut data = AlignedBlob::new(lowered.data()).bytes().to_vec();
        alter(&mut rng, &mut header, &mut stages, &mut data);
        let data = AlignedBlob::new(&data);
        let Ok(model) = Model::from_records(&header, &stages, data.bytes()) else { continue };
        if model.arena_bytes() > 1 << 22 || model.input().len() > 1 << 12 || model.output().len() > 1 << 16 {
            continue;
        }
        // No byte of the arena is read before it is written: what lay there changes nothing.
        let results = [0, 0x55].map(|fill| {
            let mut arena = HostArena::new(model.arena_bytes());
            arena.as_mut().fill(fill);
            let mut scorer = StreamScorer::with_arena(&model, arena).unwrap();
            let input: Vec<i8> = (0..model.input().len()).map(|i| i as i8).collect();
            let [mut whole, mut decoded] = [vec![0; model.output().len()], vec![0; model.output().len()]];
            let mut latents = vec![0; model.latent().len()];
            let first = scorer.reconstruct(&input, &mut whole).unwrap();
            assert_eq!(scorer.score(&input).unwrap(), first, "seed {seed}: a second time");
            let raw = raw_score(&mut scorer, &model);
            scorer.encode(&input, &mut latents).unwrap();
            scorer.decode(&latents, &mut decoded).unwrap();
            (first, raw, whole, latents, decoded)
        });
        assert!(results[0] == results[1], "seed {seed}: what lay in the arena changes the result");
        ran += 1;
    }
    assert!(ran > 100, "only {ran} altered plans passed the checks; the test alters too much");
}

/// The score of raw samples of every size, whatever the model takes.
fn raw_score(scorer: &mut StreamScorer<'_, HostArena>, model: &Model<'_>) -> Score {
    const COUNTS: [i32; 7] = [0, i32::MIN, 12, i32::MAX, -1, 40_000, -3_000];
    const VALUES: [f32; 7] = [0.0, f32::NAN, 1e-3, f32::INFINITY, f32::MIN, 0.7, -0.2];
    let places = (0..model.input().len()).map(|i| i % 7);
    match model.sample_kind() {
        SampleKind::Counts => scorer.score_counts(&places.map(|i| COUNTS[i]).collect::<Vec<_>>()).unwrap(),
        _ => scorer.score_physical(&places.map(|i| VALUES[i]).collect::<Vec<_>>()).unwrap(),
    }
}

/// What the header says of samples is checked: a kind that is known, an encoding a channel, numbers within their ranges, steps that
/// divide the window.
#[test]
fn encodings_are_checked() {
    let graph = raw::CASES[2].graph();
    for kind in [SampleKind::Counts, SampleKind::Physical] {
        let input = InputEncoding::alike(kind, ChannelScaling { mean: 100.0, std: 30.0 }, graph.input.shape[2]);
        let lowered = lower(&graph, &Options { input, ..Options::default() }).unwrap();
        let header = lowered.header;
        let load = |header: &Header, data: &[u8]| {
            let data = AlignedBlob::new(data);
            Model::from_records(header, &lowered.stages, data.bytes()).map(|_| ()).map_err(|e| e.to_string())
        };
        assert_eq!(load(&header, lowered.data()), Ok(()));
        let Span { offset, bytes } = header.encodings;
        let beyond = header.data_bytes.next_multiple_of(4);
        for (bad, what) in [
            (Header { sample_kind: 0, ..header }, "kind of samples"),
            (Header { sample_kind: 3, ..header }, "kind of samples"),
            (Header { encodings: Span { offset: beyond, bytes }, ..header }, "outside the data"),
            (Header { encodings: Span { offset: u32::MAX - 3, bytes }, ..header }, "outside the data"),
            (Header { encodings: Span { offset: offset - 2, bytes }, ..header }, "alignment"),
            (Header { encodings: Span { offset, bytes: bytes - 4 }, ..header }, "whole entries"),
            (Header { encodings: Span { offset, bytes: bytes / 3 }, ..header }, "one encoding for each channel"),
            (Header { encodings: Span { offset, bytes: 0 }, ..header }, "one encoding for each channel"),
            (Header { step: 0, ..header }, "segment"),
            (Header { step: 7, ..header }, "segment"),
            (Header { segment: 33, ..header }, "segment"),
            (Header { segment: 0, ..header }, "segment"),
            (Header { window: 1, ..header }, "stream"),
            (Header { hop: 4, ..header }, "stream"),
            (Header { parts: header.parts ^ 8, ..header }, "part of the score"),
            (
                Header { limits: Span { bytes: header.limits.bytes - 32, ..header.limits }, ..header },
                "part of the score",
            ),
            (Header { part_state: Span { bytes: 8, ..header.part_state }, ..header }, "working memory"),
            (Header { alarm: AlarmRule { count: 2, of: 1, ..AlarmRule::EACH }, ..header }, "rule of alarms"),
        ] {
            let error = load(&bad, lowered.data()).unwrap_err();
            assert!(error.contains(what), "{error}, expected {what}");
        }
        // Numbers that leave int8, are not finite, or shift too far, in the last channel.
        let last = (offset + bytes) as usize - bytes as usize / graph.input.shape[2];
        let numbers: &[(usize, u32)] = match kind {
            SampleKind::Counts => &[(0, i32::MAX as u32), (4, i32::MIN as u32), (8, u32::MAX), (12, 1 << 30), (16, 32)],
            _ => &[
                (0, 0x7fc0_0000),
                (0, 0x7f80_0000),
                (4, 0),
                (4, 0xbf80_0000),
                (4, 0x7f80_0000),
                (8, 0),
                (8, 0x4380_4000),
            ],
        };
        for (at, number) in numbers {
            let mut data = lowered.data().to_vec();
            data[last + at..last + at + 4].copy_from_slice(&number.to_le_bytes());
            let error = load(&header, &data).unwrap_err();
            assert!(error.contains("an encoding has a number out of range"), "{at}, {number:#x}: {error}");
        }
    }
}

/// An artifact of an earlier version is named, with the command that makes it again.
#[test]
fn another_version_is_named() {
    let graph = random_weights(&spec::timeseries(), 1).unwrap();
    let mut bytes = blob(&lower(&graph, &Options::default()).unwrap()).unwrap();
    let at = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize + 4;
    for version in [1_u8, 2, 3, 5] {
        bytes[at] = version;
        let error = Model::from_bytes(AlignedBlob::new(&bytes).bytes()).unwrap_err();
        assert_eq!(error, ModelError::Version(version.into()));
        let text = error.to_string();
        assert!(text.contains(&format!("version {version}, this runtime reads version 4")), "{text}");
        assert!(text.ends_with("make the artifact again: picoae export RUN"), "{text}");
    }
}

/// Alters one or two fields somewhere.
fn alter(rng: &mut ChaCha8Rng, header: &mut Header, stages: &mut [Stage], data: &mut [u8]) {
    for _ in 0..rng.random_range(1..3) {
        let bytes: &mut [u8] = match rng.random_range(0..6) {
            0 => bytemuck::bytes_of_mut(header),
            1 if !data.is_empty() => data,
            _ => {
                let s = rng.random_range(0..stages.len());
                bytemuck::bytes_of_mut(&mut stages[s])
            }
        };
        let at = rng.random_range(0..bytes.len());
        bytes[at] = match rng.random_range(0..4) {
            0 => bytes[at].wrapping_add(1),
            1 => bytes[at].wrapping_sub(1),
            2 => rng.next_u32() as u8,
            _ => 0,
        };
    }
}
