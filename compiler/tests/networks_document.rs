//! Every network in `docs/networks.md` is read and built.

use picoae_compiler::spec::NetworkConfig;
use std::path::Path;

#[derive(serde::Deserialize)]
struct Configuration {
    network: NetworkConfig,
}

/// The numbers of `# 3 channels, windows of 256` as `[channels, height, width]`.
fn input(first_line: &str) -> [usize; 3] {
    let shape = first_line.split("parameters").next().unwrap_or_default();
    let words = shape.split(|c: char| !c.is_ascii_digit());
    let numbers: Vec<usize> = words.filter_map(|word| word.parse().ok()).collect();
    match numbers[..] {
        [channels, window] => [channels, 1, window],
        [channels, height, width] => [channels, height, width],
        _ => panic!("an example says its input in the first line: {first_line}"),
    }
}

#[test]
fn examples_are_networks() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/networks.md");
    let text = std::fs::read_to_string(path).unwrap();
    let examples: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 8, "{} examples", examples.len());
    for example in examples {
        let first = example.lines().next().unwrap_or_default();
        let read: Configuration = toml::from_str(example).unwrap_or_else(|e| panic!("{example}\n{e}"));
        let net = read.network.architecture(input(first)).unwrap_or_else(|e| panic!("{example}\n{e}"));
        // What the text says of its size is so.
        if let Some(said) = first.split("parameters: ").nth(1) {
            assert_eq!(said.trim().replace(',', ""), net.parameters().to_string(), "{example}");
        }
    }
}
