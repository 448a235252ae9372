//! The language of networks: round trips, shapes, short forms, refusals.

use picoae_compiler::error::Result;
use picoae_compiler::quantize::{QuantizeConfig, Range, Ranges, quantize};
use picoae_compiler::reference;
use picoae_compiler::spec::language::layers::{
    Bare, Conv, ConvTranspose, Depthwise, Kept, LeakyRelu, Linear, Padding, Pool, Reshape, Target, Trim, Upsample,
    ZeroPad,
};
use picoae_compiler::spec::language::{LayerConfig, NAMES, Numbers, Size};
use picoae_compiler::spec::{Architecture, Layer, NetworkConfig, ParameterTable};
use proptest::prelude::*;

fn read(text: &str) -> NetworkConfig {
    toml::from_str(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn build(text: &str, input: [usize; 3]) -> Result<Architecture> {
    read(text).architecture(input)
}

fn refusal(text: &str, input: [usize; 3]) -> String {
    let error = build(text, input).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

#[test]
fn every_network_of_the_tree_goes_round() {
    for name in NAMES {
        let network = NetworkConfig::named(name).unwrap();
        assert_eq!(network.name(), name);
        assert_eq!(read(&toml::to_string(&network).unwrap()), network);
    }
    assert_eq!(NetworkConfig::named("lstm"), None);
}

#[test]
fn a_list_says_only_what_does_not_follow() {
    let text = r#"
        latent = 4
        encoder = [
            { type = "conv", channels = 8, kernel = 5, padding = "same", dilation = 2 },
            "relu",
            { type = "max_pool", kernel = 2 },
            { type = "depthwise", kernel = 3, padding = 1 },
            { type = "conv", channels = "latent", kernel = 1, groups = 2 },
        ]
        decoder = [
            { type = "upsample", factor = 2 },
            { type = "conv", channels = "input", kernel = [1, 3], padding = [0, 1] },
        ]
    "#;
    let net = build(text, [3, 1, 64]).unwrap();
    let layers: Vec<Layer> = net.layers().unwrap().iter().map(|info| info.layer.clone()).collect();
    let dense = picoae_compiler::spec::layers::Conv::dense;
    assert!(net.one_dimensional);
    assert_eq!(
        layers[0],
        Layer::Conv(picoae_compiler::spec::layers::Conv { dilation: [1, 2], ..dense(3, 8, [1, 5], [1, 1], [0, 4]) })
    );
    assert_eq!(
        layers[3],
        Layer::Conv(picoae_compiler::spec::layers::Conv { groups: 8, ..dense(8, 8, [1, 3], [1, 1], [0, 1]) })
    );
    assert_eq!(
        layers[4],
        Layer::Conv(picoae_compiler::spec::layers::Conv { groups: 2, ..dense(8, 4, [1, 1], [1, 1], [0, 0]) })
    );
    assert_eq!(layers[6], Layer::Conv(dense(4, 3, [1, 3], [1, 1], [0, 1])));
    assert_eq!(read(&toml::to_string(&read(text)).unwrap()), read(text));
}

#[test]
fn plain_numbers_are_both_extents_of_an_image() {
    let text = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 3, padding = 1 }, { type = "max_pool", kernel = [2, 4] }]
        decoder = [
            { type = "upsample", factor = [2, 4] },
            { type = "zero_pad", sides = [0, 1, 0, 2] },
            { type = "conv", channels = "input", kernel = 3, padding = 1 },
            { type = "trim", size = [8, 12] },
        ]
    "#;
    let net = build(text, [2, 8, 12]).unwrap();
    assert_eq!(net.latent_shape().unwrap(), [4, 4, 3]);
    assert!(!net.one_dimensional);
}

#[test]
fn one_key_changes_the_reference_networks() {
    for (name, input, latent) in [("timeseries", [1, 1, 1000], [4, 1, 250]), ("digits", [1, 28, 28], [4, 1, 1])] {
        let network = NetworkConfig { latent: Some(4), ..NetworkConfig::named(name).unwrap() };
        assert_eq!(network.architecture(input).unwrap().latent_shape().unwrap(), latent);
    }
}

#[test]
fn impossible_geometry_is_refused_with_number_shapes_and_remedy() {
    let pools = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 3, padding = 1 }, { type = "max_pool", kernel = 4 }]
        decoder = [{ type = "upsample", factor = 4 }, { type = "conv", channels = "input", kernel = 3, padding = 1 }]
    "#;
    assert_eq!(
        refusal(pools, [1, 1, 998]),
        "network: the reconstruction has 1 channel × 996 but the input 1 channel × 998; use a window of 996 or 1000"
    );
    build(pools, [1, 1, 996]).unwrap();
    build(pools, [1, 1, 1000]).unwrap();
    let deep = refusal(pools, [2, 1, 3]);
    assert!(
        deep.starts_with("network: layer 2 (encoder.1) on an input of 4 channels × 3: a 1×4 pooling window"),
        "{deep}"
    );
    let long = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 9 }]
        decoder = [{ type = "conv_transpose", channels = "input", kernel = 9 }]
    "#;
    let message = refusal(long, [1, 1, 8]);
    assert!(message.contains("layer 1 (encoder.0) on an input of 1 channel × 8: a 1×9 kernel spans 9"), "{message}");
    let groups = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 1, groups = 3 }]
        decoder = [{ type = "conv", channels = "input", kernel = 1 }]
    "#;
    assert!(refusal(groups, [2, 1, 8]).contains("3 groups do not divide 2 input and 4 output channels"));
    let channels = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 1 }]
        decoder = [{ type = "conv", channels = 1, kernel = 1 }]
    "#;
    assert!(refusal(channels, [3, 1, 8]).ends_with("give its last convolution channels = \"input\""));
    let longer = r#"
        encoder = [{ type = "conv", channels = 4, kernel = 3, stride = 2, padding = 1 }]
        decoder = [{ type = "conv_transpose", channels = "input", kernel = 4, stride = 2, padding = 1 }]
    "#;
    let message = refusal(longer, [1, 1, 9]);
    assert!(
        message.ends_with("use a window of 8 or 10, or end the decoder with { type = \"trim\", size = \"input\" }")
    );
    let reshape = r#"
        encoder = ["flatten", { type = "linear", outputs = 6 }]
        decoder = [{ type = "reshape", shape = [2, 1, 4] }]
    "#;
    assert!(
        refusal(reshape, [2, 1, 4]).contains(
            "layer 3 (decoder.0) on an input of 6 channels × 1: its values do not make 2 channels × 4 (6 and 8"
        )
    );
}

#[test]
fn what_makes_no_sense_is_refused_by_its_key() {
    let cases = [
        ("channels = [8]\nhidden = [8]\nlatent = 2", "network.channels and network.hidden are two different ways"),
        ("latent = 2", "network is without a form, expected encoder and decoder"),
        ("channels = [8]", "network.latent is missing"),
        ("channels = []\nlatent = 2", "network.channels is []"),
        ("channels = [8, 0]\nlatent = 2", "network.channels is [8, 0]"),
        ("channels = [8]\nlatent = 0", "network.latent is 0"),
        (
            "channels = [8, 4]\nkernel = [5, 3, 3]\nlatent = 2",
            "network.kernel is [5, 3, 3], expected one number, or a list of 2",
        ),
        ("channels = [8]\nkernel = 4\nlatent = 2", "kernel is 4, expected an odd number"),
        ("channels = [8]\nkernel = 0\nlatent = 2", "network.kernel is 0, expected at least 1"),
        ("channels = [8]\npool = 100\nlatent = 2", "pool is 100 in all, expected at most the 64 positions"),
        (
            "channels = [8]\npooling = \"stride\"\nkernel = 3\npool = 4\nlatent = 2",
            "kernel is 3, expected at least the 4",
        ),
        (
            "channels = [8]\nup = \"transpose\"\nkernel = 3\npool = 4\nlatent = 2",
            "decoder_kernel is 3, expected at least the 4",
        ),
        ("channels = [8]\nlatent = 2\nblock = 8", "network.channels and network.block are two different ways"),
        ("hidden = [8]\nlatent = 2\nkernel = 3", "network.kernel has no effect in a dense network"),
        (
            "hidden = []\nlatent = 2\nactivation = \"relu\"",
            "network.activation has no effect in a dense network without",
        ),
        ("block = 8\nlatent = 2\nactivation = \"relu\"", "network.activation has no effect in a network of blocks"),
        ("block = [1, 0]\nlatent = 2", "block is 0 in all"),
        ("block = 65\nlatent = 2", "block is 65 in all, expected at most the 64"),
        (
            "channels = [8]\nlatent = 2\nbottleneck = \"dense\"\nlatent_kernel = 3",
            "network.latent_kernel has no effect in a network with a dense",
        ),
        ("encoder = [\"relu\"]", "network.decoder is empty"),
        (
            "encoder = [\"identity\"]\ndecoder = [\"relu\"]",
            "network.encoder is empty, expected at least one layer other than identity",
        ),
        ("encoder = [\"relu\"]\ndecoder = [\"relu\"]\nlatent = 3", "network.latent is 3, expected a layer with"),
        (
            "encoder = [{ type = \"linear\", outputs = \"latent\" }]\ndecoder = [\"relu\"]",
            "outputs is \"latent\", expected a network with the key latent",
        ),
        (
            "encoder = [{ type = \"linear\", outputs = \"flattened\" }]\ndecoder = [\"relu\"]",
            "outputs is \"flattened\", expected a flatten layer",
        ),
        ("encoder = [{ type = \"leaky_relu\", slope = nan }]\ndecoder = [\"relu\"]", "slope is NaN"),
        (
            "encoder = [{ type = \"conv\", channels = 1, kernel = 4, padding = \"same\" }]\ndecoder = [\"relu\"]",
            "kernel is 4, expected an odd kernel",
        ),
        (
            "encoder = [{ type = \"conv\", channels = 1, kernel = [3] }]\ndecoder = [\"relu\"]",
            "kernel is [3], expected a number or [vertical, horizontal]",
        ),
    ];
    for (text, expected) in cases {
        let message = refusal(text, [1, 1, 64]);
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn unknown_keys_and_layers_are_named() {
    let cases = [
        ("chanels = [8]", "unknown field `chanels`"),
        ("encoder = [\"gelu\"]", "unknown variant `gelu`"),
        ("encoder = [\"conv\"]", "missing field `channels`"),
        ("encoder = [{ type = \"relu\", slope = 1 }]", "unknown field `slope`"),
        ("encoder = [{ type = \"conv\", channels = 1, kernel = 3, strides = 2 }]", "unknown field `strides`"),
        ("encoder = [{ type = \"conv\", channels = 1, kernel = -3 }]", "a whole number of at least 0"),
        ("encoder = [{ type = \"conv\", channels = \"all\", kernel = 3 }]", "\"latent\", \"input\" or \"flattened\""),
        ("encoder = [5]", "a layer"),
        ("latent = -1", "latent"),
    ];
    for (text, expected) in cases {
        let error = toml::from_str::<NetworkConfig>(text).unwrap_err();
        assert!(error.to_string().contains(expected), "{text}: {error}");
    }
}

#[test]
fn absurd_sizes_are_refused() {
    let huge = usize::MAX / 2;
    let cases = [
        (format!("channels = [{huge}]\nlatent = 2"), "with layer 1 it has"),
        (format!("channels = [8]\nlatent = {huge}"), "it has"),
        (format!("hidden = [{huge}]\nlatent = 2"), "with layer 2 it has"),
        (format!("block = 8\nlatent = {huge}"), "it has"),
        (
            format!("channels = {:?}\npool = 1\nlatent = 2", vec![2; 60]),
            "layers, but 64 are the most; use fewer layers",
        ),
        (
            "channels = [3000, 3000]\npool = 1\nlatent = 2".into(),
            "multiplications a window, but 1073741824 are the most",
        ),
        ("hidden = [60000]\nlatent = 2".into(), "parameters and"),
        (
            format!(
                "encoder = [{{ type = \"zero_pad\", sides = {huge} }}]\ndecoder = [{{ type = \"trim\", size = \"input\" }}]"
            ),
            "layer 1",
        ),
        (
            format!(
                "encoder = [{{ type = \"upsample\", factor = {huge} }}]\ndecoder = [{{ type = \"trim\", size = \"input\" }}]"
            ),
            "layer 1",
        ),
    ];
    for (text, expected) in cases {
        let message = refusal(&text, [1, 1, 1000]);
        assert!(message.contains(expected), "{text}: {message}");
    }
    assert!(refusal("hidden = []\nlatent = 2", [1, 1, usize::MAX]).contains("layer 1"));
    assert!(refusal("channels = [8]\nlatent = 2", [0, 1, 8]).contains("at least 1 channel"));
}

/// A layer that may or may not fit.
fn layer() -> impl Strategy<Value = LayerConfig> {
    let numbers = || (1usize..4).prop_map(Numbers::One);
    let channels = || prop_oneof![(1usize..5).prop_map(Size::Number), Just(Size::Input), Just(Size::Latent)];
    let padding = prop_oneof![(0usize..3).prop_map(|n| Padding::Numbers(Numbers::One(n))), Just(Padding::Same)];
    prop_oneof![
        (channels(), numbers(), numbers(), padding.clone(), numbers(), 1usize..3).prop_map(
            |(channels, kernel, stride, padding, dilation, groups)| LayerConfig::Conv(Conv {
                channels,
                kernel,
                stride,
                padding,
                dilation,
                groups
            })
        ),
        (numbers(), numbers(), padding, numbers()).prop_map(|(kernel, stride, padding, dilation)| {
            LayerConfig::Depthwise(Depthwise { kernel, stride, padding, dilation })
        }),
        (channels(), numbers(), numbers(), (0usize..2).prop_map(Numbers::One)).prop_map(
            |(channels, kernel, stride, padding)| LayerConfig::ConvTranspose(ConvTranspose {
                channels,
                kernel,
                stride,
                padding
            })
        ),
        channels().prop_map(|outputs| LayerConfig::Linear(Linear { outputs })),
        prop_oneof![
            Just(LayerConfig::Relu(Bare {})),
            Just(LayerConfig::Sigmoid(Bare {})),
            Just(LayerConfig::Identity(Bare {})),
            Just(LayerConfig::Flatten(Bare {})),
            Just(LayerConfig::LeakyRelu(LeakyRelu { slope: 0.25 })),
        ],
        numbers().prop_map(|kernel| LayerConfig::MaxPool(Pool { kernel })),
        numbers().prop_map(|kernel| LayerConfig::AvgPool(Pool { kernel })),
        numbers().prop_map(|factor| LayerConfig::Upsample(Upsample { factor })),
        (0usize..3).prop_map(|n| LayerConfig::ZeroPad(ZeroPad { sides: Numbers::One(n) })),
        Just(LayerConfig::Reshape(Reshape { shape: Target::Flattened })),
        (1usize..6).prop_map(|n| LayerConfig::Trim(Trim { size: Kept::Numbers(Numbers::One(n)) })),
        Just(LayerConfig::Trim(Trim { size: Kept::Input })),
    ]
}

/// What the reference executor makes of the network with some weights, and the shape it should have.
fn reference_output(net: &Architecture) -> (usize, [usize; 3]) {
    let table = ParameterTable::new(net).unwrap();
    let flat: Vec<f32> = (0..table.total()).map(|i| ((i * 37 % 101) as f32 - 50.0) / 100.0).collect();
    let range = Range { min: -2.0, max: 2.0 };
    let ranges = Ranges { input: range, layers: vec![range; net.encoder.len() + net.decoder.len()] };
    let graph = quantize(net, &table.name(&flat), &ranges, &QuantizeConfig::default()).unwrap();
    let input: Vec<i8> = (0..graph.input.len()).map(|i| (i * 31 % 251) as i8).collect();
    (reference::run(&graph, &input).len(), graph.output().shape)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_random_list_goes_round_and_has_the_shapes_of_the_reference(
        encoder in prop::collection::vec(layer(), 1..6), decoder in prop::collection::vec(layer(), 1..4),
        latent in 1usize..5, (c, h, w) in (1usize..4, prop_oneof![Just(1usize), 4usize..9], 4usize..16),
    ) {
        let takes = |l: &LayerConfig| matches!(l,
            LayerConfig::Conv(Conv { channels: Size::Latent, .. })
            | LayerConfig::ConvTranspose(ConvTranspose { channels: Size::Latent, .. })
            | LayerConfig::Linear(Linear { outputs: Size::Latent }));
        let latent = encoder.iter().chain(&decoder).any(takes).then_some(latent);
        // An end that gives back the input's shape whatever comes in front of it.
        let mut decoder = decoder;
        decoder.extend([
            LayerConfig::Linear(Linear { outputs: Size::Input }),
            LayerConfig::Reshape(Reshape { shape: Target::Input }),
        ]);
        let network = NetworkConfig { latent, encoder: Some(encoder), decoder: Some(decoder), ..NetworkConfig::default() };
        let text = toml::to_string(&network).unwrap();
        prop_assert_eq!(&toml::from_str::<NetworkConfig>(&text).unwrap(), &network, "{}", text);
        match network.architecture([c, h, w]) {
            Ok(net) => {
                let (len, [height, width, channels]) = reference_output(&net);
                prop_assert_eq!([channels, height, width], [c, h, w]);
                prop_assert_eq!(len, c * h * w);
            }
            Err(error) => prop_assert_eq!(error.exit_code(), 2),
        }
    }
}

/// Short forms of every kind.
const SHORT: [&str; 12] = [
    "channels = [32, 16]\nkernel = 5\npool = 2\nlatent = 8\nactivation = \"relu\"",
    "channels = [6, 4]\nkernel = [7, 3]\npool = [4, 2]\nlatent = 2\npooling = \"average\"",
    "channels = [8, 8]\nkernel = 5\npool = [2, 3]\nlatent = 4\npooling = \"stride\"",
    "channels = [8, 8]\nkernel = 5\npool = [2, 3]\nlatent = 4\nup = \"transpose\"",
    "channels = [8, 8]\nkernel = 4\npool = 2\nlatent = 4\npooling = \"stride\"",
    "channels = [6]\nkernel = 5\npool = 4\nlatent = 3\nbottleneck = \"dense\"\nactivation = \"leaky_relu\"",
    "channels = [4, 4, 4]\npool = [2, 1, 2]\nlatent = 4\noutput_activation = \"identity\"",
    "hidden = [24, 12]\nlatent = 4",
    "hidden = []\nlatent = 5",
    "hidden = [9]\nlatent = 3\nactivation = \"sigmoid\"\nlatent_activation = \"relu\"",
    "block = 16\nlatent = 5",
    "block = 11\nlatent = 3",
];

#[test]
fn short_forms_give_back_any_window() {
    let mut odd = 0;
    for (i, text) in SHORT.iter().enumerate() {
        let network = read(text);
        assert_eq!(read(&toml::to_string(&network).unwrap()), network);
        for window in (16..=1100).step_by(1 + i % 3) {
            let channels = 1 + (window * 7 + i) % 8;
            let built = network.architecture([channels, 1, window]);
            if *text == SHORT[4] {
                // Even kernels shift what they make.
                assert!(built.unwrap_err().to_string().contains("an odd number"));
                odd += 1;
                continue;
            }
            let net = built.unwrap_or_else(|e| panic!("{text}, window {window}: {e}"));
            assert_eq!(net.output_shape().unwrap(), [channels, 1, window]);
        }
    }
    assert!(odd > 0);
}

#[test]
fn short_forms_give_back_images() {
    for text in &SHORT[..4] {
        for size in [[28, 28], [29, 31], [16, 50], [45, 17]] {
            let net = build(text, [3, size[0], size[1]]).unwrap_or_else(|e| panic!("{text}, {size:?}: {e}"));
            assert_eq!(net.output_shape().unwrap(), [3, size[0], size[1]]);
            assert!(!net.one_dimensional);
        }
    }
    let net = build("block = [4, 7]\nlatent = 3", [1, 29, 30]).unwrap();
    assert_eq!(net.latent_shape().unwrap(), [3, 8, 5]);
}

#[test]
fn a_linear_network_of_blocks_is_two_matrices() {
    let net = build("block = 125\nlatent = 20", [1, 1, 500]).unwrap();
    assert_eq!(net.encoder.len() + net.decoder.len(), 2);
    assert_eq!(net.parameters(), 125 * 20 + 20 + 20 * 125 + 1);
    assert_eq!(net.latent_shape().unwrap(), [20, 1, 4]);
}
