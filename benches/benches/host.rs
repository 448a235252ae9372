//! Host throughput of the runtime beside the reference executor, one thread: `cargo bench -p picoae-benches`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use std::hint::black_box;
use std::path::PathBuf;

fn models(c: &mut Criterion) {
    for name in ["timeseries", "digits"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/models").join(name);
        let graph = QGraph::load(folder.join("quantized.safetensors")).expect("the fixture is there");
        let window: Vec<i8> = (0..graph.input.len()).map(|i| (i * 37 % 251) as u8 as i8).collect();
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(1)).sample_size(20);
        // The plan for the workstation, and the one that says least of the processor.
        for (row, target) in [("runtime", Target::Host), ("portable", Target::Portable)] {
            let options = Options { target, ..Options::default() };
            let lowered = lower(&graph, &options).expect("it can be lowered");
            let mut scorer = lowered.scorer().expect("the arena is large enough");
            group.bench_function(row, |b| b.iter(|| scorer.score(black_box(&window))));
        }
        group.bench_function("reference", |b| b.iter(|| reference::run(&graph, black_box(&window))));
        group.finish();
    }
}

criterion_group!(host, models);
criterion_main!(host);
