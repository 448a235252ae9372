//! Batches in a seeded order, put together one ahead of the computation.

use crate::data::Windows;
use crate::data::random::Stream;
use crate::engine::order::channels_first;
use candle_core::{Device, Tensor};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

/// Samples and what is to be made of them, `[n, channels, height, width]`.
pub(crate) struct Batch {
    /// What goes into the network.
    pub(crate) input: Tensor,
    /// What should come out.
    pub(crate) target: Tensor,
    /// Samples in it.
    pub(crate) len: usize,
}

/// How the batches of one epoch are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BatchOrder {
    pub(crate) batch_size: usize,
    /// Batches of the epoch: the samples come again, in another order, until there are so many.
    pub(crate) steps: usize,
    pub(crate) seed: u64,
    /// Epoch, from 0; every epoch has its own stream of random numbers, so that a resumed run draws what it would have.
    pub(crate) epoch: usize,
    /// Standard deviation of the noise on the input.
    pub(crate) noise: f32,
}

/// Starts a thread that makes the batches of one epoch, at most two ahead.
pub(crate) fn produce<'scope, 'env: 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    samples: &'env Windows,
    order: BatchOrder,
    device: &'env Device,
) -> Receiver<candle_core::Result<Batch>> {
    let (send, receive) = sync_channel(1);
    scope.spawn(move || {
        let mut random = ChaCha8Rng::seed_from_u64(order.seed);
        random.set_stream(order.epoch as u64 + 1);
        let mut indices: Vec<u32> = (0..samples.len() as u32).collect();
        let mut noise = Stream::new(order.seed, &format!("fit/noise/{}", order.epoch));
        let mut left = order.steps;
        while left > 0 && !indices.is_empty() {
            indices.shuffle(&mut random);
            for chosen in indices.chunks(order.batch_size).take(left) {
                let batch = make(samples, chosen, order.noise, &mut noise, device);
                // The receiver goes away when training stops in the middle of an epoch.
                if send.send(batch).is_err() {
                    return;
                }
                left -= 1;
            }
        }
    });
    receive
}

/// One batch of the samples at `chosen`.
fn make(
    samples: &Windows,
    chosen: &[u32],
    noise: f32,
    random: &mut Stream,
    device: &Device,
) -> candle_core::Result<Batch> {
    let mut values = Vec::with_capacity(chosen.len() * samples.sample_len());
    for &i in chosen {
        samples.gather(i as usize, &mut values);
    }
    let [c, h, w] = samples.shape();
    let values = channels_first(&values, [c, h, w]).into_owned();
    let shape = (chosen.len(), c, h, w);
    if noise == 0.0 {
        let target = Tensor::from_vec(values, shape, device)?;
        return Ok(Batch { input: target.clone(), target, len: chosen.len() });
    }
    let mut noisy = values.clone();
    noisy.iter_mut().for_each(|v| *v += random.normal(f64::from(noise)) as f32);
    let (input, target) = (Tensor::from_vec(noisy, shape, device)?, Tensor::from_vec(values, shape, device)?);
    Ok(Batch { input, target, len: chosen.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;

    fn batches(samples: &Samples, order: BatchOrder) -> Vec<(Vec<f32>, Vec<f32>)> {
        let samples = &Windows::from(samples.clone());
        let flat = |t: &Tensor| t.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        std::thread::scope(|scope| {
            let receive = produce(scope, samples, order, &Device::Cpu);
            receive.iter().map(|b| b.map(|b| (flat(&b.input), flat(&b.target))).unwrap()).collect()
        })
    }

    #[test]
    fn every_sample_comes_once_an_epoch_in_a_seeded_order() {
        let samples = Samples { shape: [1, 1, 1], values: (0..10).map(|v| v as f32).collect(), labels: Vec::new() };
        let order = BatchOrder { batch_size: 4, steps: 3, seed: 7, epoch: 0, noise: 0.0 };
        let seen = |order| batches(&samples, order).into_iter().map(|b| b.0).collect::<Vec<_>>();
        let first = seen(order);
        assert_eq!(first.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2]);
        let mut all = first.concat();
        assert_ne!(all, samples.values);
        all.sort_by(f32::total_cmp);
        assert_eq!(all, samples.values);
        assert_eq!(first, seen(order));
        assert_ne!(first, seen(BatchOrder { epoch: 1, ..order }));
        assert_ne!(first, seen(BatchOrder { seed: 8, ..order }));
        let longer = seen(BatchOrder { steps: 7, ..order });
        assert_eq!(longer[..3], first);
        assert_eq!(longer.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 2, 4, 4, 2, 4]);
        assert_ne!(longer[3..6], first, "each time in another order");
    }

    #[test]
    fn noise_is_on_the_input_alone_and_has_its_deviation() {
        let samples = Samples { shape: [1, 1, 501], values: vec![2.0; 501 * 40], labels: Vec::new() };
        let made = batches(&samples, BatchOrder { batch_size: 40, steps: 1, seed: 1, epoch: 3, noise: 0.5 });
        let (input, target) = &made[0];
        assert!(target.iter().all(|v| *v == 2.0));
        let n = input.len() as f32;
        let mean = input.iter().sum::<f32>() / n;
        let deviation = (input.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt();
        assert!((mean - 2.0).abs() < 0.02 && (deviation - 0.5).abs() < 0.02, "{mean} {deviation}");
    }

    #[test]
    fn the_engine_gets_channels_first() {
        let samples = Samples { shape: [2, 1, 3], values: vec![1., -1., 2., -2., 3., -3.], labels: Vec::new() };
        let made = batches(&samples, BatchOrder { batch_size: 4, steps: 1, seed: 1, epoch: 0, noise: 0.0 });
        assert_eq!(made[0].0, [1., 2., 3., -1., -2., -3.]);
    }
}
