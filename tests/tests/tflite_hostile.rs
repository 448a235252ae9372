//! Files that are damaged or made to harm: an error or a network that holds, never a panic.

use picoae_compiler::reference;
use picoae_tests::random_graph::random_input;
use picoae_tests::tflite::{any_network, representable};
use picoae_tflite::{operators, read, write};
use proptest::prelude::*;
use proptest::sample::Index;
use std::sync::LazyLock;

const MLPERF: &[u8] = include_bytes!("../data/mlperf-tiny/ad01_int8.tflite");

/// Files of every kind of operator.
static FILES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let random = (0..60).map(|seed| write(&representable(any_network(seed))).unwrap());
    random.filter(|file| file.len() < 20_000).collect()
});

/// Reads a file; a network that comes of it can be run.
fn take(file: &[u8]) -> bool {
    let _ = operators(file);
    match read(file) {
        Ok(graph) => {
            reference::run(&graph, &random_input(&graph, 3));
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

/// Places and what bytes become there.
fn flipped() -> impl Strategy<Value = Vec<(Index, u8)>> {
    prop::collection::vec((any::<Index>(), any::<u8>()), 1..6)
}

/// Places and what words become there.
fn words() -> impl Strategy<Value = Vec<(Index, u32)>> {
    let word = prop_oneof![0..64_u32, Just(u32::MAX), Just(1 << 31), Just(i32::MAX as u32), any::<u32>()];
    prop::collection::vec((any::<Index>(), word), 1..4)
}

/// Places from the start or from the end, and what bytes become there.
fn near_the_ends() -> impl Strategy<Value = Vec<(usize, bool, u8)>> {
    prop::collection::vec((0..4000_usize, any::<bool>(), any::<u8>()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn flipped_bytes(file in any::<Index>(), flips in flipped()) {
        let mut file = file.get(&FILES).clone();
        for (at, value) in flips {
            let at = at.index(file.len());
            file[at] = value;
        }
        take(&file);
    }

    /// The tables lie in front and behind, not in the weights: small numbers in place of words.
    #[test]
    fn other_words(file in any::<Index>(), words in words()) {
        let mut file = file.get(&FILES).clone();
        for (at, word) in words {
            let at = at.index(file.len() / 4) * 4;
            file[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        take(&file);
    }

    #[test]
    fn flipped_bytes_of_a_converters_file(flips in near_the_ends()) {
        let mut file = MLPERF.to_vec();
        for (at, behind, value) in flips {
            let at = if behind { file.len() - 1 - at } else { at };
            file[at] = value;
        }
        let _ = read(&file).map_err(|e| e.to_string());
    }

    #[test]
    fn any_bytes(mut file in prop::collection::vec(any::<u8>(), 0..300)) {
        take(&file);
        if let Some(identifier) = file.get_mut(4..8) {
            identifier.copy_from_slice(b"TFL3");
        }
        take(&file);
    }
}

#[test]
fn cut_files() {
    for file in FILES.iter().take(12) {
        for length in 0..file.len() {
            take(&file[..length]);
        }
    }
}

#[test]
fn whole_files_are_taken() {
    assert!(FILES.len() > 20 && FILES.iter().all(|file| take(file)) && take(MLPERF));
}
