//! Artifacts whose checksum and stated work are put right: whatever loads must run, alike whatever its arena held before and however its samples come.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use picoae::{Model, SampleKind, StreamScorer};
use picoae_compiler::export::AlignedBlob;
use picoae_fuzz::artifact_seeds;
use picoae_fuzz::container::{mend_shapes, repair};
use picoae_fuzz::limit::limited;
use picoae_fuzz::mutate::{self, Weights};
use picoae_fuzz::random::Random;

/// Most work of a window, so that one input takes milliseconds.
const WORK: u64 = 1 << 18;

/// Models beyond these are not run; they are only loaded.
const ARENA_BYTES: usize = 1 << 20;
const INPUT_VALUES: usize = 1 << 12;
const OUTPUT_VALUES: usize = 1 << 16;

fuzz_target!(init: artifact_seeds::make(), |bytes: &[u8]| limited(|| run(bytes)));

fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let weights = Weights { number: 0, text: 0, words: 5, data: 2 };
    mutate::safetensors(bytes, size, max_size, seed, weights, |file, random| {
        if random.below(2) == 0 {
            mend_shapes(&mut file.data);
        }
    })
});

fn run(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    repair(&mut bytes);
    let blob = AlignedBlob::new(&bytes);
    let Ok(model) = Model::from_bytes_within(blob.bytes(), WORK) else { return };
    let (input, output) = (model.input().len(), model.output().len());
    if model.arena_bytes() > ARENA_BYTES || input > INPUT_VALUES || output > OUTPUT_VALUES {
        return;
    }
    let samples = Random::new(bytes.len() as u32).samples(input);
    let clean = results(&model, &samples, 0);
    let used = results(&model, &samples, 0xA5);
    assert!(clean == used, "the results depend on what the arena held before");
}

/// Everything that a model computes, in an arena full of `fill`.
fn results(model: &Model<'_>, samples: &[i8], fill: u8) -> (Vec<i8>, Vec<i8>, Vec<i8>, String) {
    let mut words = vec![0_u64; model.arena_bytes().div_ceil(8)];
    bytemuck::cast_slice_mut::<u64, u8>(&mut words).fill(fill);
    let mut scorer = StreamScorer::with_arena(model, Arena(words)).expect("an arena of the size that the model states");
    let mut output = vec![0; model.output().len()];
    let mut latent = vec![0; model.latent().len()];
    let mut decoded = vec![0; model.output().len()];
    let score = scorer.reconstruct(samples, &mut output);
    let mut pushed = None;
    for sample in samples {
        assert!(pushed.is_none(), "a score before the last sample");
        pushed = scorer.push(*sample);
    }
    if let Ok(score) = &score {
        assert_eq!(pushed.as_ref(), Some(score), "sample by sample");
        assert!(!model.reference().deviation(score).is_nan());
        let _ = (model.threshold().decide(score), model.quantize(f32::MAX));
    }
    let raw = match model.sample_kind() {
        SampleKind::Counts => {
            scorer.score_counts(&samples.iter().map(|v| i32::from(*v) << 24 >> (*v & 24)).collect::<Vec<_>>())
        }
        _ => scorer.score_physical(&samples.iter().map(|v| 1.0 / f32::from(*v)).collect::<Vec<_>>()),
    };
    assert!(raw.is_ok(), "{raw:?}");
    let encoded = scorer.encode(samples, &mut latent).is_ok();
    let decodes = scorer.decode(&latent, &mut decoded).is_ok();
    (output, latent, decoded, format!("{score:?} {raw:?} {encoded} {decodes}"))
}

struct Arena(Vec<u64>);

impl AsMut<[u8]> for Arena {
    fn as_mut(&mut self) -> &mut [u8] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}
