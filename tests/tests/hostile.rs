//! Artifacts that were cut, altered or made up: a typed error or a harmless run, never a panic.

use picoae::plan::{Header, Stage};
use picoae::{Model, ModelError, StreamScorer};
use picoae_compiler::export::{AlignedBlob, blob};
use picoae_compiler::lower::{HostArena, Options, Target, lower};
use picoae_compiler::spec;
use picoae_tests::models::random_weights;
use picoae_tests::random_graph::random_graph;
use picoae_tests::{conv_kronecker, depthwise, swar16};
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
            Target::CortexM0 | Target::Riscv32 if seed % 2 == 0 => {
                swar16::CASES[seed as usize / 10 % swar16::CASES.len()].graph()
            }
            Target::CortexM4 if seed % 2 == 1 => {
                conv_kronecker::CASES[seed as usize / 10 % conv_kronecker::CASES.len()].graph()
            }
            Target::CortexM4 if seed % 4 == 2 => depthwise::CASES[seed as usize / 10 % depthwise::CASES.len()].graph(),
            _ => random_graph(seed % 97),
        };
        let lowered = lower(&graph, &Options { target, ..Options::default() }).unwrap();
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
            scorer.encode(&input, &mut latents).unwrap();
            scorer.decode(&latents, &mut decoded).unwrap();
            (first, whole, latents, decoded)
        });
        assert!(results[0] == results[1], "seed {seed}: what lay in the arena changes the result");
        ran += 1;
    }
    assert!(ran > 100, "only {ran} altered plans passed the checks; the test alters too much");
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
