//! The seeds of the fuzz target `network`: each is refused, or every plan of it computes what the reference executor does.
//!
//! Under Miri, where everything takes hundreds of times as long, the smallest few.

use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use std::path::{Path, PathBuf};

fn seeds() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/network");
    let mut seeds: Vec<PathBuf> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    seeds.sort_by_key(|path| (path.metadata().unwrap().len(), path.clone()));
    assert!(seeds.len() >= 24, "only {} seeds", seeds.len());
    seeds.truncate(if cfg!(miri) { 6 } else { usize::MAX });
    seeds
}

#[test]
fn every_seed_is_refused_or_exact() {
    let mut exact = 0;
    for path in seeds() {
        let Ok(graph) = QGraph::load(&path) else { continue };
        let input: Vec<i8> = (0..graph.input.len()).map(|i| (i * 77) as i8).collect();
        let expected = reference::run(&graph, &input);
        for target in Target::ALL {
            let lowered = lower(&graph, &Options { target, ..Options::default() }).unwrap();
            let mut scorer = lowered.scorer().unwrap();
            let mut found = vec![0; expected.len()];
            let score = scorer.reconstruct(&input, &mut found).unwrap();
            assert_eq!(found, expected, "{}, {target:?}", path.display());
            let pushed = input.iter().filter_map(|sample| scorer.push(*sample)).last();
            assert_eq!(pushed, Some(score), "{}, {target:?}, sample by sample", path.display());
        }
        exact += 1;
    }
    assert!(exact >= if cfg!(miri) { 3 } else { 20 }, "only {exact} seeds could be run");
}
