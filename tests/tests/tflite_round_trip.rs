//! What is written is read as a network that answers the same, and as the same layers where an operator stands for
//! each.

use picoae_compiler::graph::{QOp, Scale};
use picoae_compiler::reference;
use picoae_compiler::spec::{digits, timeseries};
use picoae_tests::nets::{dense_nets, random_net};
use picoae_tests::random_graph::describe;
use picoae_tests::tflite::{activations, any_network, i8s, random_inputs, representable};
use picoae_tflite::{Error, read, write};

#[test]
fn random_networks_answer_the_same() {
    for seed in 0..600 {
        let graph = representable(any_network(seed));
        let file = write(&graph).unwrap_or_else(|e| panic!("{}: {e}", graph.name));
        let again = read(&file).unwrap_or_else(|e| panic!("{}: {e}\n{}", graph.name, describe(&graph)));
        assert_eq!(again.name, graph.name);
        for input in random_inputs(&graph, 4) {
            let text = || format!("{}\n{}", describe(&graph), describe(&again));
            assert_eq!(reference::run(&again, &i8s(&input)), reference::run(&graph, &i8s(&input)), "{}", text());
        }
    }
}

/// The latent keeps its place, so encoder and decoder by themselves stay what they were.
#[test]
fn the_latent_comes_back() {
    let nets = dense_nets().into_iter().chain([digits(), timeseries()]);
    for graph in nets.map(|net| representable(random_net(&net, 5))) {
        let again = read(&write(&graph).unwrap()).unwrap();
        for input in random_inputs(&graph, 4) {
            let latents = reference::encode(&graph, &i8s(&input));
            assert_eq!(reference::encode(&again, &i8s(&input)), latents, "{}", graph.name);
            assert_eq!(reference::decode(&again, &latents), reference::decode(&graph, &latents), "{}", graph.name);
        }
    }
}

#[test]
fn activations_are_written_as_what_they_are() {
    let names = ["LEAKY_RELU", "LOGISTIC", "TANH", "RELU", "QUANTIZE"];
    for (seed, graph) in activations().enumerate() {
        let operators = picoae_tflite::operators(&write(&graph).unwrap()).unwrap();
        // A table that two of them have is written as the plainer one, never as a look-up.
        assert!(operators.len() == 1 && names.contains(&operators[0].as_str()), "{seed}: {operators:?}");
    }
}

#[test]
fn a_factor_that_no_scale_gives_is_refused_by_the_layers_name() {
    let mut graph = representable(random_net(&timeseries(), 1));
    let layer = graph.layers.iter_mut().find(|l| l.op.parameters().is_some()).unwrap();
    let name = layer.name.clone();
    if let QOp::Conv(_, p) = &mut layer.op {
        // 31 significant bits.
        p.scales[0] = Scale { multiplier: 0x5555_5555, shift: -7 };
    }
    match write(&graph) {
        Err(Error::Layer { layer, fault }) => {
            assert!(layer == name && fault.to_string().contains("32-bit scale"), "{layer}: {fault}");
        }
        other => panic!("{other:?}"),
    }
}
