//! Host throughput of the runtime beside the reference executor, one thread: `cargo bench -p picoae-benches`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use picoae_trainer::graph::QGraph;
use picoae_trainer::lower::{Options, lower};
use picoae_trainer::reference;
use std::hint::black_box;
use std::path::PathBuf;

fn models(c: &mut Criterion) {
    for name in ["timeseries", "digits"] {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/models").join(name);
        let graph = QGraph::load(folder.join("quantized.safetensors")).expect("the fixture is there");
        let window: Vec<i8> = (0..graph.input.len()).map(|i| (i * 37 % 251) as u8 as i8).collect();
        let lowered = lower(&graph, &Options::default()).expect("it can be lowered");
        let mut scorer = lowered.scorer().expect("the arena is large enough");
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(1)).sample_size(20);
        group.bench_function("runtime", |b| b.iter(|| scorer.score(black_box(&window))));
        group.bench_function("reference", |b| b.iter(|| reference::run(&graph, black_box(&window))));
        group.finish();
    }
}

criterion_group!(host, models);
criterion_main!(host);
