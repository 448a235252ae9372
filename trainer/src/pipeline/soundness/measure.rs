//! Gathers the evidence from a finished network.

use super::evidence::{Abnormal, Evidence};
use crate::data::{Independent, Windows};
use crate::error::Result;
use crate::network::Autoencoder;
use crate::pipeline::assess::Assessment;
use crate::pipeline::encoding::encode_range;
use crate::pipeline::prepare::Prepared;
use crate::pipeline::quantized::CalibratedPlan;
use crate::pipeline::scoring::{float_reconstructions, integer_latents, integer_reconstructions, integer_set_scores};
use picoae_compiler::graph::QGraph;

/// Validation windows that are looked at; more say nothing new.
const WINDOWS: usize = 512;

/// Runs both networks on normal validation windows and takes the rest from the assessment.
///
/// # Errors
/// Of the networks.
pub fn measure(
    network: &Autoencoder,
    graph: &QGraph,
    plan: &CalibratedPlan,
    prepared: &Prepared,
    assessment: &Assessment,
) -> Result<Evidence> {
    let windows = some(&prepared.validation);
    let values = windows.batch(0..windows.len());
    let output = float_reconstructions(network, &values)?;
    let model = plan.host.model()?;
    let encoded = encode_range(&windows, 0..windows.len(), &model)?;
    let (reconstructed, _) = integer_reconstructions(&model, &encoded)?;
    let quantized = encoded.values;
    let (input_step, output_step) = (f64::from(graph.input.scale), f64::from(graph.output().scale));
    let latents = integer_latents(&model, &quantized)?;
    let train = some(&prepared.train);
    let train = train.batch(0..train.len());
    let mean = train.iter().map(|v| f64::from(*v)).sum::<f64>() / train.len().max(1) as f64;
    let between = some(&prepared.between);
    let alarms =
        integer_set_scores(&model, &between)?.scores.iter().filter(|s| plan.normal.verdict(s).abnormal).count();
    let decided = &assessment.int8.confusion;
    let areas = assessment.int8.kinds.last().zip(assessment.float.kinds.last());
    Ok(Evidence {
        float_error: mean_square(values.iter().zip(&output).map(|(x, y)| f64::from(x - y))),
        mean_error: mean_square(values.iter().map(|x| f64::from(*x) - mean)),
        // Both are the network's values, as int8 can say them.
        int8_error: input_step
            * input_step
            * mean_square(quantized.iter().zip(&reconstructed).map(|(x, y)| f64::from(*x) - f64::from(*y))),
        input_deviation: deviation(&quantized),
        output_deviation: deviation(&reconstructed) * output_step / input_step,
        at_the_rails: [at_the_rails(&quantized), at_the_rails(&reconstructed)],
        latent: varying(&latents, model.latent().len()),
        validation: Independent::of(&prepared.validation).0,
        asked_rate: assessment.promise.asked,
        normal: [assessment.normal, decided.false_positive],
        between: [between.len(), alarms],
        abnormal: areas.and_then(|(int8, float)| {
            Some(Abnormal {
                count: int8.count,
                alarms: decided.true_positive,
                float_area: float.roc_auc?,
                int8_area: int8.roc_auc?,
            })
        }),
    })
}

/// Windows spread evenly over all.
fn some(samples: &Windows) -> Windows {
    let n = samples.len();
    if n <= WINDOWS {
        return samples.clone();
    }
    samples.select(&(0..WINDOWS).map(|i| i * n / WINDOWS).collect::<Vec<_>>())
}

fn mean_square(differences: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut n) = (0.0, 0_usize);
    for d in differences {
        sum += d * d;
        n += 1;
    }
    sum / n.max(1) as f64
}

fn deviation(values: &[i8]) -> f64 {
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len().max(1) as f64;
    mean_square(values.iter().map(|v| f64::from(*v) - mean)).sqrt()
}

fn at_the_rails(values: &[i8]) -> f64 {
    values.iter().filter(|v| matches!(**v, i8::MIN | i8::MAX)).count() as f64 / values.len().max(1) as f64
}

/// Values of a latent of `n`, and how many of them are not the same in all of `latents`.
fn varying(latents: &[i8], n: usize) -> [usize; 2] {
    let first = &latents[..n.min(latents.len())];
    let differ = (0..first.len()).filter(|i| latents.chunks(n).any(|latent| latent[*i] != first[*i])).count();
    [n, differ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;

    #[test]
    fn spreads_and_rails_are_counted() {
        assert_eq!(deviation(&[-4, 4, -4, 4]), 4.0);
        assert_eq!(at_the_rails(&[-128, 127, 0, 5]), 0.5);
        assert_eq!(varying(&[1, 2, 3, 1, 2, 4, 1, 5, 3], 3), [3, 2]);
        assert_eq!(varying(&[], 3), [3, 0]);
        let values = (0..2000).map(|v| v as f32).collect();
        let few = some(&Samples { shape: [1, 1, 1], values, labels: Vec::new() }.into());
        let values = few.batch(0..few.len());
        assert_eq!((few.len(), values[0]), (WINDOWS, 0.0));
        assert!(values[WINDOWS - 1] > 1990.0 && values.is_sorted());
    }
}
