//! How training went.

use super::axes::Axis;
use super::figure::Stroke;
use super::gather::Gathered;
use super::page::Page;
use super::plots::lines::{Series, lines};
use super::theme::Ink;
use crate::error::Result;
use crate::evaluate::Histogram;

pub(super) fn section(page: &mut Page, g: &Gathered) -> Result<()> {
    page.section("training", "How training went");
    let few = g.history.len() <= 40;
    let points = |of: &dyn Fn(usize) -> f64| -> Vec<[f64; 2]> {
        (0..g.history.len()).map(|i| [g.history[i].epoch as f64, of(i)]).collect()
    };
    let (train, validation) = (points(&|i| g.history[i].train_loss), points(&|i| g.history[i].validation_loss));
    let rates = points(&|i| g.history[i].learning_rate);
    let values = |p: &[[f64; 2]]| p.iter().map(|p| p[1]).collect::<Vec<_>>();
    let epochs = Axis::linear("epoch", [1.0, g.history.len().max(2) as f64]);
    let losses = Histogram::range(&[&values(&train), &values(&validation)]);
    let series = [
        Series { name: "training", points: train, stroke: Stroke::new(Ink::Normal, 1.8).dashed(), marked: few },
        Series { name: "validation", points: validation.clone(), stroke: Stroke::new(Ink::Text, 1.8), marked: few },
    ];
    let title = "Training and validation loss by epoch";
    let y = Axis::logarithmic("loss", losses);
    let loss = lines("loss", title, [760.0, 290.0], epochs.clone(), y, &series);
    let best = validation.iter().min_by(|a, b| a[1].total_cmp(&b[1])).copied().unwrap_or_default();
    page.pictures(vec![(
        loss,
        format!(
            "Loss ({}) on a logarithmic scale. The weights of the epoch with the smallest validation loss are kept: \
             epoch {}, {}. Training loss is the mean over an epoch while the weights still move, so early on it lies \
             above the validation loss.",
            format!("{:?}", g.config.fit.loss).to_lowercase(),
            best[0],
            super::axes::short(best[1])
        ),
    )])?;
    page.caution(
        "Where the validation curve turns upwards while the training curve still falls, the network begins to learn its \
         training samples by heart (overfitting). A small loss alone is no proof of a good detector either: a network \
         that is wide in its middle can learn to copy whatever it is given, faults included.",
    );
    let y = Axis::linear("learning rate", [0.0, Histogram::range(&[&values(&rates)])[1]]);
    let series = [Series { name: "", points: rates, stroke: Stroke::new(Ink::Float, 1.8), marked: few }];
    let figure = lines("learning-rate", "Learning rate by epoch", [760.0, 210.0], epochs, y, &series);
    page.pictures(vec![(figure, "Learning rate of the last step of each epoch.".into())])
}
