//! Networks in the language of configurations, lowered for every target: every bit is the reference's, and no output comes before
//! its samples.

use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::spec::NetworkConfig;
use picoae_tests::nets::random_net;
use picoae_tests::parity::{Kernels, check_plan};

#[test]
fn short_forms_run_on_every_target_with_the_bits_of_the_reference() {
    let cases = [
        ("channels = [8, 6]\nkernel = 5\npool = 2\nlatent = 4", [3, 1, 61]),
        ("channels = [6, 4]\nkernel = [7, 3]\npool = [4, 2]\nlatent = 2\npooling = \"average\"", [1, 1, 100]),
        (
            "channels = [8, 8]\nkernel = 5\npool = [2, 3]\nlatent = 4\npooling = \"stride\"\nup = \"transpose\"",
            [8, 1, 50],
        ),
        (
            "channels = [6]\nkernel = 5\npool = 4\nlatent = 3\nbottleneck = \"dense\"\nactivation = \"leaky_relu\"",
            [2, 1, 42],
        ),
        ("channels = [4, 6]\npool = 2\nlatent = 2\noutput_activation = \"sigmoid\"", [2, 11, 13]),
        ("hidden = [24, 12]\nlatent = 4", [3, 1, 40]),
        ("hidden = []\nlatent = 5", [1, 1, 77]),
        ("block = 16\nlatent = 5", [1, 1, 64]),
        ("block = 11\nlatent = 3", [3, 1, 64]),
        ("block = [4, 5]\nlatent = 3", [1, 9, 10]),
    ];
    let mut kernels = Kernels::new();
    for (i, (text, input)) in cases.into_iter().enumerate() {
        let network: NetworkConfig = toml::from_str(text).unwrap();
        let net = network.architecture(input).unwrap();
        let graph = random_net(&net, i as u64);
        for target in Target::ALL {
            let plan = lower(&graph, &Options { target, ..Options::default() })
                .unwrap_or_else(|e| panic!("{text} for {target:?}: {e}"));
            assert!(!plan.is_ahead().unwrap(), "{text} for {target:?}");
            check_plan(&graph, &plan, 3, &mut kernels);
        }
    }
    assert!(kernels.len() > 4, "{kernels:?}");
}
