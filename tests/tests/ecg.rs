//! A real electrocardiogram: learn from the normal beats of its first ten minutes, find the arrhythmias of the other twenty with
//! the device's integers.

use picoae_tests::models::fixtures;
use picoae_trainer::config::{LowerConfig, RunConfig};
use picoae_trainer::data::{
    self, FormatConfig, LabelConfig, Normalization, Normalizer, RecordingSource, SampleEncoding, Windows,
};
use picoae_trainer::evaluate::{average_precision, roc_auc};
use picoae_trainer::fit::{self, FitOptions, Silent};
use picoae_trainer::network::Autoencoder;
use picoae_trainer::pipeline::{self, Prepared};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Samples that are learnt from.
const LEARNT: usize = 216_000;

/// Beats as windows around their peaks: normal and abnormal ones.
fn beats(signal: &[f32], marks: &[(usize, String)]) -> [Windows; 2] {
    let of = |normal: bool| {
        let at: Vec<usize> = marks.iter().filter(|(_, s)| (s == "N") == normal).map(|(at, _)| *at).collect();
        data::cut_around(signal, &at, 250, 250).0.into()
    };
    [of(true), of(false)]
}

#[test]
fn arrhythmias_are_found_with_the_devices_integers() {
    let config = RunConfig::load(
        None,
        Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../trainer/examples/ecg.toml")),
        &["fit.threads = 1".into()],
    )
    .unwrap();
    let folder = fixtures().join("ecg");
    let files = [folder.join("ecg.csv.gz")];
    let (format, labels) = (FormatConfig::default(), LabelConfig::default());
    let source = RecordingSource {
        files: &files,
        channels: &[],
        window: None,
        rate: None,
        exclude: &[],
        format: &format,
        labels: &labels,
        inherited: None,
    };
    let signal = source.read().unwrap().values;
    let marks = data::read_marks(folder.join("ecg_beats.csv.gz")).unwrap();
    let (early, late) = marks.split_at(marks.partition_point(|(at, _)| *at < LEARNT));
    let ([known, _], [normal, abnormal]) = (beats(&signal, early), beats(&signal, late));
    assert!(known.len() > 740 && normal.len() > 1450 && abnormal.len() == 28, "{} {}", known.len(), normal.len());

    // Every tenth of the known ones is for the limits.
    let (validation, train): (Vec<usize>, Vec<usize>) = (0..known.len()).partition(|i| i % 10 == 9);
    let prepared = Prepared {
        train: known.select(&train),
        validation: known.select(&validation),
        test: normal,
        kinds: vec![("arrhythmia".into(), abnormal)],
        ..Prepared::default()
    };
    let (normalizer, _) = Normalizer::fit(Normalization::Standardize, &prepared.train, SampleEncoding::Counts);
    let prepared = prepared.normalized(normalizer);

    let net = config.network.architecture([1, 1, 500]).unwrap();
    assert!(net.parameters() <= 20_000, "{} parameters", net.parameters());
    let stop = AtomicBool::new(false);
    let options = FitOptions {
        resume: None,
        checkpoint: None,
        stop: &stop,
        observer: &mut Silent,
        device: fit::device("cpu").unwrap(),
    };
    let outcome = fit::fit(&net, &prepared.train, &prepared.validation, &config.fit, options).unwrap();
    let network = Autoencoder::from_weights(&net, &outcome.weights).unwrap();

    let graph = pipeline::quantized(&network, &prepared.train, &config.quantize).unwrap();
    let options = pipeline::options(&LowerConfig::default(), &prepared.normalizer);
    let contract = pipeline::contract(&config, &prepared);
    let range = pipeline::normal(&network, &graph, prepared.learnt_from(), &contract, &options).unwrap();
    let plan = pipeline::planned(&graph, &range, &options).unwrap();
    let model = plan.host.model().unwrap();
    let totals = |samples: &Windows| -> Vec<f64> {
        let scores = pipeline::integer_set_scores(&model, samples).unwrap().scores;
        scores.iter().map(|score| score.total as f64).collect()
    };
    let (normal, abnormal) = (totals(&prepared.test), totals(&prepared.kinds[0].1));
    let (area, precision) = (roc_auc(&normal, &abnormal), average_precision(&normal, &abnormal));
    println!("{} parameters: area under the ROC curve {area:.4}, average precision {precision:.4}", net.parameters());
    assert!(area >= 0.995, "area under the ROC curve {area:.4}");
    assert!(precision >= 0.90, "average precision {precision:.4}");

    let assessment = pipeline::assess(&network, &plan, &prepared, &range).unwrap();
    let evidence = pipeline::soundness::measure(&network, &graph, &plan, &prepared, &assessment).unwrap();
    pipeline::soundness::sound(&evidence).unwrap();
}
