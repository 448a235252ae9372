//! Writes plans of the reference networks for the Cortex-M0+, an input and what must come out, for a bare harness.

use picoae_tests::models;
use picoae_trainer::lower::{Options, Target, lower};
use picoae_trainer::{export, net, reference};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("a folder");
    let target = if arguments.next().as_deref() == Some("portable") { Target::Portable } else { Target::CortexM0 };
    let ram: Option<u32> = arguments.next().and_then(|a| a.parse().ok());
    let flash: Option<u32> = arguments.next().and_then(|a| a.parse().ok());
    for architecture in [net::digits(), net::timeseries()] {
        let graph = models::random_weights(&architecture, 7).unwrap();
        let options = Options { target, ram_budget: ram, flash_budget: flash, ..Options::default() };
        let lowered = lower(&graph, &options).unwrap();
        let input: Vec<i8> = (0..graph.input.len()).map(|i| ((i * i * 7 + i * 31) % 251) as u8 as i8).collect();
        let want = reference::run(&graph, &input);
        let mut got = vec![0; want.len()];
        let score = lowered.scorer().unwrap().reconstruct(&input, &mut got).unwrap();
        assert_eq!(got, want);
        println!(
            "{} arena {} data {} stages {}",
            graph.name,
            lowered.header.arena_bytes,
            lowered.data().len(),
            lowered.stages.len()
        );
        for (n, s) in lowered.names.iter().zip(&lowered.stages) {
            println!(
                "  {n}: form {} tile {} rows {} pitch {} scratch {} out {}x{}x{}",
                s.form, s.tile, s.input.rows, s.input.pitch, s.scratch_bytes, s.out_height, s.out_width, s.out_channels
            );
        }
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(format!("{folder}/{}.{name}", graph.name), bytes).unwrap();
        write("rs", export::rust(&lowered).as_bytes());
        write("in", bytemuck_bytes(&input).as_slice());
        let score: Vec<u8> = score.parts().iter().flat_map(|p| p.to_le_bytes()).collect();
        write("score", &score);
    }
}

fn bytemuck_bytes(values: &[i8]) -> Vec<u8> {
    values.iter().map(|v| *v as u8).collect()
}
