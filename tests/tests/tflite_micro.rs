//! Models in TensorFlow Lite Micro itself, the PyPI package `tflite-micro`, in a virtual environment that is made once:
//! what is written answers every byte as the integer network does, and what a converter could have written is read so.

use picoae_compiler::reference;
use picoae_compiler::spec::{digits, timeseries};
use picoae_tests::nets::{dense_nets, random_net};
use picoae_tests::tflite::{activations, answers, any_network, i8s, python, random_inputs, representable};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Inputs of each named network, and of each random one.
const INPUTS: [u64; 2] = [64, 6];

/// Random networks that are written, and models that the script makes.
const NETWORKS: [u64; 2] = [200, 300];

#[test]
fn every_byte_is_the_interpreters() {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.join("tflite-micro-cases");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let named = [random_net(&digits(), 1), random_net(&timeseries(), 2)].into_iter();
    let named = named.chain(dense_nets().into_iter().map(|net| random_net(&net, 3))).chain(activations());
    let named = named.map(|graph| (graph, INPUTS[0]));
    let random = (0..NETWORKS[0]).map(|seed| (any_network(seed), INPUTS[1]));
    let graphs: Vec<_> = named.chain(random).map(|(graph, inputs)| (representable(graph), inputs)).collect();
    for (i, (graph, inputs)) in graphs.iter().enumerate() {
        let file = picoae_tflite::write(graph).unwrap_or_else(|e| panic!("{}: {e}", graph.name));
        fs::write(folder.join(format!("own-{i}.tflite")), file).unwrap();
        fs::write(folder.join(format!("own-{i}.in")), random_inputs(graph, *inputs).concat()).unwrap();
    }
    let done = Command::new(python(temporary))
        .arg("tests/run_tflite.py")
        .arg(&folder)
        .arg(NETWORKS[1].to_string())
        .output()
        .unwrap();
    let (said, failed) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "the interpreter failed at {:?}: {failed}", said.lines().last());

    for (i, (graph, inputs)) in graphs.iter().enumerate() {
        let want: Vec<i8> = random_inputs(graph, *inputs).iter().flat_map(|x| reference::run(graph, &i8s(x))).collect();
        let got = answers(&folder, &format!("own-{i}"));
        assert!(got == want, "own-{i}, {}\n{}", graph.name, picoae_tests::random_graph::describe(graph));
    }
    let mut refused = 0;
    for i in 0..NETWORKS[1] {
        let name = format!("made-{i}");
        let file = fs::read(folder.join(format!("{name}.tflite"))).unwrap();
        let operators = || picoae_tflite::operators(&file).unwrap();
        let graph = match picoae_tflite::read(&file) {
            Ok(graph) => graph,
            Err(error) => {
                println!("{name}: {error}");
                refused += 1;
                continue;
            }
        };
        let real = picoae_tflite::read(&fs::read(folder.join(format!("{name}.real"))).unwrap()).unwrap();
        assert!(real.layers == graph.layers && real.input == graph.input, "{name} between real numbers: {real:?}");
        let inputs = fs::read(folder.join(format!("{name}.in"))).unwrap();
        let want: Vec<i8> = inputs.chunks(graph.input.len()).flat_map(|x| reference::run(&graph, &i8s(x))).collect();
        let got = answers(&folder, &name);
        let text = picoae_tests::random_graph::describe(&graph);
        assert!(got == want, "{name} of {:?}\n{text}", operators());
    }
    assert!(refused * 20 < NETWORKS[1], "{refused} of the script's models were refused");
}
