//! Faults injected into fresh normal windows.

use super::config::SignalConfig;
use super::fault::Fault;
use super::normal::{Sines, normal_window};
use crate::data::random::Stream;
use std::f64::consts::TAU;

/// A fresh window with `fault` injected.
pub(super) fn faulty_window(fault: Fault, config: &SignalConfig, random: &mut Stream) -> Vec<f64> {
    if Fault::HARD.contains(&fault) {
        return hard_window(fault, config, random);
    }
    let faults = &config.faults;
    let frequencies = if fault == Fault::Frequency { &faults.frequency.frequencies } else { &config.frequencies };
    let mut y = normal_window(config, frequencies, random);
    let n = y.len();
    match fault {
        Fault::Frequency => {}
        Fault::Amplitude => {
            let factor = faults.amplitude.factors[random.below(faults.amplitude.factors.len())];
            y.iter_mut().for_each(|v| *v *= factor);
        }
        Fault::Spike => {
            // The head of a partial shuffle: positions without repetition.
            let mut positions: Vec<usize> = (0..n).collect();
            for i in 0..faults.spike.count {
                positions.swap(i, i + random.below(n - i));
                y[positions[i]] += random.sign() * random.uniform(faults.spike.size);
            }
        }
        Fault::Burst => {
            for v in &mut y[stretch(n, faults.burst.length, random)] {
                *v += random.normal(faults.burst.noise);
            }
        }
        Fault::DropOut => y[stretch(n, faults.drop_out.length, random)].fill(0.0),
        Fault::Step => {
            let from = random.below(n);
            let size = random.sign() * random.uniform(faults.step.size);
            y[from..].iter_mut().for_each(|v| *v += size);
        }
        Fault::Drift => {
            let size = random.sign() * random.uniform(faults.drift.size);
            y.iter_mut().enumerate().for_each(|(i, v)| *v += size * i as f64 / n as f64);
        }
        Fault::Clipping => {
            let limit = faults.clipping.limit;
            y.iter_mut().for_each(|v| *v = v.clamp(-limit, limit));
        }
        // The harder ones have their own function.
        _ => {}
    }
    y
}

/// A fresh window with one of the harder faults.
fn hard_window(fault: Fault, config: &SignalConfig, random: &mut Stream) -> Vec<f64> {
    let (faults, n) = (&config.faults, config.window);
    let (mut amplitudes, mut frequencies) = (config.amplitudes.clone(), config.frequencies.clone());
    match fault {
        Fault::LostSine => amplitudes.last_mut().into_iter().for_each(|a| *a = [0.0; 2]),
        Fault::ShiftedSine => frequencies.first_mut().into_iter().for_each(|f| *f = faults.shifted_sine.frequency),
        Fault::ExtraSine => {
            amplitudes.push(faults.extra_sine.size);
            frequencies.push(faults.extra_sine.frequency);
        }
        _ => {}
    }
    let sines = Sines::draw(config, &amplitudes, &frequencies, random);
    let noise = config.noise * if fault == Fault::Noise { faults.noise.factor } else { 1.0 };
    let jump = (fault == Fault::PhaseJump)
        .then(|| (random.between([n / 4, n - n / 4]), random.sign() * random.uniform(faults.phase_jump.size)));
    let turn = |i: usize| jump.map_or(0.0, |(from, size)| if i >= from { size } else { 0.0 });
    let mut y = sines.window(n, noise, turn, random);
    let slow = |random: &mut Stream, cycles: [f64; 2]| {
        let (cycles, phase) = (random.uniform(cycles), random.uniform([0.0, 1.0]));
        move |i: usize| libm::sin(TAU * (cycles * i as f64 / n as f64 + phase))
    };
    match fault {
        Fault::Offset => {
            let size = random.sign() * random.uniform(faults.offset.size);
            y.iter_mut().for_each(|v| *v += size);
        }
        Fault::Ramp => {
            let size = random.sign() * random.uniform(faults.ramp.size);
            y.iter_mut().enumerate().for_each(|(i, v)| *v += size * (i as f64 / n as f64 - 0.5));
        }
        Fault::Wander => {
            let size = random.uniform(faults.wander.size);
            let wave = slow(random, faults.wander.cycles);
            y.iter_mut().enumerate().for_each(|(i, v)| *v += size * wave(i));
        }
        Fault::Modulation => {
            let wave = slow(random, faults.modulation.cycles);
            y.iter_mut().enumerate().for_each(|(i, v)| *v *= 1.0 + faults.modulation.depth * wave(i));
        }
        _ => {}
    }
    y
}

/// A stretch of random length, wholly inside the window.
fn stretch(n: usize, length: [usize; 2], random: &mut Stream) -> std::ops::Range<usize> {
    let length = random.between(length);
    let start = random.between([0, n - length]);
    start..start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same stream gives the same normal window first, so the difference is the fault alone.
    fn with_and_without(fault: Fault, draw: u64) -> (Vec<f64>, Vec<f64>) {
        let config = SignalConfig::default();
        let normal = normal_window(&config, &config.frequencies, &mut Stream::new(draw, "t"));
        (normal, faulty_window(fault, &config, &mut Stream::new(draw, "t")))
    }

    #[test]
    fn each_fault_does_what_it_says() {
        for draw in 0..40 {
            let (a, b) = with_and_without(Fault::Amplitude, draw);
            let ratio = b[500] / a[500];
            assert!((ratio - 0.3).abs() < 1e-12 || ratio == 2.0, "{ratio}");

            let (a, b) = with_and_without(Fault::Spike, draw);
            let moved: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (b - a).abs()).filter(|d| *d > 0.0).collect();
            assert_eq!(moved.len(), 3);
            assert!(moved.iter().all(|d| (1.999..4.001).contains(d)), "{moved:?}");

            for fault in [Fault::Burst, Fault::DropOut] {
                let (a, b) = with_and_without(fault, draw);
                let changed: Vec<usize> = (0..1000).filter(|&i| a[i] != b[i]).collect();
                let span = changed[changed.len() - 1] - changed[0] + 1;
                assert!((50..=200).contains(&span) && span == changed.len(), "{fault} {span}");
                if fault == Fault::DropOut {
                    assert!(changed.iter().all(|&i| b[i] == 0.0));
                }
            }

            let (a, b) = with_and_without(Fault::Step, draw);
            let first = (0..1000).find(|&i| a[i] != b[i]).unwrap();
            let size = b[999] - a[999];
            assert!((0.999..2.001).contains(&size.abs()));
            assert!((first..1000).all(|i| (b[i] - a[i] - size).abs() < 1e-9));

            let (a, b) = with_and_without(Fault::Drift, draw);
            let slope = (b[500] - a[500]) / 0.5;
            assert!((0.999..3.001).contains(&slope.abs()));
            assert!((0..1000).all(|i| (b[i] - a[i] - slope * i as f64 / 1000.0).abs() < 1e-9));

            let (a, b) = with_and_without(Fault::Clipping, draw);
            assert!(a.iter().zip(&b).all(|(a, b)| *b == a.clamp(-0.7, 0.7)));
        }
    }

    /// What each harder fault is, by statistics that it alone changes.
    #[test]
    fn each_harder_fault_does_what_it_says() {
        let config = SignalConfig::default();
        let mean = |y: &[f64]| y.iter().sum::<f64>() / y.len() as f64;
        let power = |y: &[f64], cycles: f64| {
            let of = |wave: fn(f64) -> f64| -> f64 {
                let product = |(i, v): (usize, &f64)| v * wave(TAU * cycles * i as f64 / 1000.0);
                y.iter().enumerate().map(product).sum::<f64>() / 500.0
            };
            of(f64::sin).hypot(of(f64::cos))
        };
        let averaged = |fault: Option<Fault>, of: &dyn Fn(&[f64]) -> f64| -> f64 {
            let window = |draw: u64| {
                let mut random = Stream::new(draw, "t");
                match fault {
                    Some(fault) => faulty_window(fault, &config, &mut random),
                    None => normal_window(&config, &config.frequencies, &mut random),
                }
            };
            (0..60).map(|draw| of(&window(draw))).sum::<f64>() / 60.0
        };
        let halves = |y: &[f64]| (mean(&y[..500]) - mean(&y[500..])).abs();
        let quarters = |y: &[f64]| {
            let rms = |y: &[f64]| (y.iter().map(|v| v * v).sum::<f64>() / y.len() as f64).sqrt();
            let all: Vec<f64> = y.chunks(125).map(rms).collect();
            all.iter().copied().fold(0.0, f64::max) / all.iter().copied().fold(f64::INFINITY, f64::min)
        };
        let roughness = |y: &[f64]| y.windows(3).map(|w| (w[0] - 2.0 * w[1] + w[2]).powi(2)).sum::<f64>();
        let jump = |y: &[f64]| y.windows(2).map(|w| (w[1] - w[0]).abs()).fold(0.0, f64::max);
        type Statistic<'a> = &'a dyn Fn(&[f64]) -> f64;
        let cases: [(Fault, f64, Statistic); 9] = [
            (Fault::Offset, 5.0, &|y| mean(y).abs()),
            (Fault::Ramp, 3.0, &halves),
            (Fault::Wander, 2.0, &|y| power(y, 1.0)),
            (Fault::Modulation, 1.5, &quarters),
            (Fault::PhaseJump, 2.0, &jump),
            (Fault::ExtraSine, 2.0, &|y| power(y, 15.0)),
            (Fault::LostSine, 0.6, &|y| power(y, 22.0)),
            (Fault::ShiftedSine, 2.0, &|y| power(y, 6.5)),
            (Fault::Noise, 3.0, &roughness),
        ];
        for (fault, times, of) in cases {
            let ratio = averaged(Some(fault), of) / averaged(None, of);
            assert!(if times > 1.0 { ratio > times } else { ratio < times }, "{fault}: {ratio}");
        }
    }

    /// A window without noise, and with a fault.
    fn quiet(fault: Fault, sines: usize, draw: u64) -> (Vec<f64>, Vec<f64>) {
        let mut config = SignalConfig { noise: 0.0, ..SignalConfig::default() };
        config.amplitudes.truncate(sines);
        config.frequencies.truncate(sines);
        let normal = normal_window(&config, &config.frequencies, &mut Stream::new(draw, "t"));
        (normal, faulty_window(fault, &config, &mut Stream::new(draw, "t")))
    }

    /// Amplitude, cycles a window and phase in turns of the one sine that `y` is, from the samples around `at`: those of a sine follow
    /// y(i − 1) + y(i + 1) = 2 cos(w) y(i).
    fn sine(y: &[f64], at: usize) -> [f64; 3] {
        let i = (at..at + 100).max_by(|a, b| y[*a].abs().total_cmp(&y[*b].abs())).unwrap();
        let w = ((y[i - 1] + y[i + 1]) / (2.0 * y[i])).acos();
        let quadrature = (y[i + 1] - y[i - 1]) / (2.0 * w.sin());
        let turns = (y[i].atan2(quadrature) - w * i as f64) / TAU;
        [y[i].hypot(quadrature), w * y.len() as f64 / TAU, turns.rem_euclid(1.0)]
    }

    /// Sample by sample, where statistics over many windows would hide a wrong size or place.
    #[test]
    fn each_harder_fault_is_as_severe_as_configured() {
        let difference = |fault, draw| -> Vec<f64> {
            let (a, b) = quiet(fault, 3, draw);
            a.iter().zip(&b).map(|(a, b)| b - a).collect()
        };
        let within = |value: f64, [low, high]: [f64; 2]| (low - 1e-6..high + 1e-6).contains(&value);
        for draw in 0..40 {
            let offset = difference(Fault::Offset, draw);
            assert!(within(offset[0].abs(), [0.3, 1.0]) && offset.iter().all(|d| (d - offset[0]).abs() < 1e-9));

            let ramp = difference(Fault::Ramp, draw);
            let slope = -2.0 * ramp[0];
            assert!(within(slope.abs(), [1.0, 3.0]));
            assert!((0..1000).all(|i| (ramp[i] - slope * (i as f64 / 1000.0 - 0.5)).abs() < 1e-9));

            for (fault, size, cycles) in [
                (Fault::Wander, [0.5, 1.0], [0.5, 2.0]),
                (Fault::ExtraSine, [0.3, 0.6], [13.0, 17.0]),
                (Fault::LostSine, [0.2, 0.5], [18.0, 26.0]),
            ] {
                let [a, f, _] = sine(&difference(fault, draw), 400);
                assert!(within(a, size) && within(f, cycles), "{fault}: {a} {f}");
            }
            let [a, f, _] = sine(&quiet(Fault::ShiftedSine, 1, draw).1, 400);
            assert!(within(a, [0.8, 1.2]) && within(f, [6.0, 7.0]), "{a} {f}");

            let (a, b) = quiet(Fault::Modulation, 3, draw);
            let swing: Vec<f64> = (0..1000).filter(|i| a[*i].abs() > 0.05).map(|i| b[i] / a[i] - 1.0).collect();
            let [low, high] = swing.iter().fold([0.0_f64; 2], |[low, high], s| [low.min(*s), high.max(*s)]);
            assert!(within(low, [-0.6, -0.5]) && within(high, [0.5, 0.6]), "{low} {high}");

            let (a, b) = quiet(Fault::PhaseJump, 1, draw);
            let from = (0..1000).find(|i| a[*i] != b[*i]).unwrap();
            assert!((250..=750).contains(&from), "{from}");
            let [before, after] = [sine(&a, 800), sine(&b, 800)];
            let turn = (after[2] - before[2]).rem_euclid(1.0);
            assert!((after[1] - before[1]).abs() < 1e-6 && within(turn, [0.25, 0.75]), "{turn}");

            let clean = quiet(Fault::Noise, 3, draw).0;
            let (a, b) = with_and_without(Fault::Noise, draw);
            assert!((0..1000).all(|i| (b[i] - clean[i] - 2.0 * (a[i] - clean[i])).abs() < 1e-12));
        }
    }

    #[test]
    fn frequency_fault_has_its_power_at_its_frequencies() {
        let power = |y: &[f64], from: usize, to: usize| -> f64 {
            (from..to)
                .map(|k| {
                    let angle = |i: usize| std::f64::consts::TAU * (k * i) as f64 / 1000.0;
                    let re: f64 = y.iter().enumerate().map(|(i, v)| v * angle(i).cos()).sum();
                    let im: f64 = y.iter().enumerate().map(|(i, v)| v * angle(i).sin()).sum();
                    re * re + im * im
                })
                .sum()
        };
        let (normal, fault) = with_and_without(Fault::Frequency, 1);
        assert!(power(&normal, 1, 28) > 20.0 * power(&normal, 28, 100));
        assert!(power(&fault, 28, 100) > 20.0 * power(&fault, 1, 28));
    }
}
