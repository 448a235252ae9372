//! Settling in from raw samples to a record.

extern crate std;
use super::random::Random;
use super::{
    Adaptation, AdaptationError, Calibrator, Factory, FactoryPart, Limits, Moments, Progress, Quantiles, Round,
    Settings, SettlingError, Taken, Total, WindowSums,
};
use crate::input::{CountsEncoding, Encoded, PhysicalEncoding};
use std::vec::Vec;

const SETTINGS: Settings = Settings { moments_windows: 20, limits_windows: 50, ..Settings::DEFAULT };

const PART: FactoryPart = FactoryPart { limits: Limits { lower: 500, upper: 2000 }, median: 1000 };

const FACTORY: Factory<1, 2> =
    Factory { model: 77, moments: [Moments { mean: 0, deviation: 30 << 8 }], parts: [PART; 2] };

/// 12-bit counts, 16 of them an int8 step.
const COUNTS: CountsEncoding = CountsEncoding { low: 0, high: 4095, multiplier: 1 << 19, bias: -(128 << 23), shift: 0 };

/// 20 units, a hundredth of a unit a step, zero point −3.
const PHYSICAL: PhysicalEncoding = PhysicalEncoding { offset: 20.0, gain: 100.0, center: 125.5 };

/// A window of alternating values, which have this mean and this deviation.
fn window(mean: i8, deviation: i8) -> WindowSums<1> {
    let mut window = WindowSums::EMPTY;
    for sign in [1, -1].repeat(32) {
        window.add_step(&[Encoded { value: mean + sign * deviation, outside: false }]);
    }
    window
}

/// One whose sensor is as the factory's.
fn in_limits_phase() -> Calibrator<'static, 1, 2> {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    (0..20).for_each(|_| assert_eq!(calibrator.add_window(&window(0, 30)), Taken::Learnt));
    assert_eq!(calibrator.adapt(), Ok(Round::Settled));
    calibrator
}

/// What a machine does, in int8 steps of a perfect sensor: a wave of a random strength a window, and noise.
fn signal(random: &mut Random, deviation: f64, mean: f64) -> Vec<f64> {
    (0..20 * 64)
        .map(|i| {
            let wave = (f64::from(i) * 0.37).sin() * (1.0 + 0.3 * (f64::from(i / 64) * 0.9).sin());
            mean + deviation * (wave + 0.6 * random.normal())
        })
        .collect()
}

/// Settles in by windows of what `encode` makes of the signal under the calibrator's adaptations.
fn settle(
    calibrator: &mut Calibrator<'_, 1, 2>,
    signal: &[f64],
    encode: impl Fn(&Calibrator<'_, 1, 2>, f64) -> Encoded,
) -> Result<u8, SettlingError> {
    loop {
        for part in signal.chunks(64) {
            let mut window = WindowSums::EMPTY;
            part.iter().for_each(|value| assert!(window.add_step(&[encode(calibrator, *value)])));
            calibrator.add_window(&window);
        }
        if calibrator.adapt()? == Round::Settled {
            return Ok(calibrator.progress().rounds);
        }
    }
}

/// The factory of a signal, as its own encoding makes it.
fn factory(encoded: impl Iterator<Item = Encoded>) -> Factory<1, 2> {
    let (mut total, mut window) = (Total::<1>::EMPTY, WindowSums::EMPTY);
    encoded.for_each(|value| assert!(window.add_step(&[value])));
    assert!(total.add(&window));
    Factory { moments: [total.moments(0).unwrap()], ..FACTORY }
}

/// Largest difference between the int8 values of factory and site where neither is outside.
fn difference(pairs: impl Iterator<Item = (Encoded, Encoded)>) -> i32 {
    let inside = pairs.filter(|(a, b)| !(a.outside || b.outside));
    inside.map(|(a, b)| (i32::from(a.value) - i32::from(b.value)).abs()).max().unwrap()
}

/// How the values of a sensor with this gain and offset, in int8 steps, differ from the factory's once it has settled
/// in, and in how many rounds: as counts and as physical values.
fn settled(signal: &[f64], gain: f64, offset: f64) -> [Result<(i32, u8), SettlingError>; 2] {
    let own = |v: f64| (2048.0 + 16.0 * v).round() as i32;
    let site = |v: f64| own(v * gain + offset);
    let counts = factory(signal.iter().map(|v| COUNTS.encode_counts(own(*v))));
    let mut calibrator = Calibrator::new(&counts, SETTINGS);
    let rounds = settle(&mut calibrator, signal, |c, v| c.counts(&[COUNTS]).unwrap()[0].encode_counts(site(v)));
    let [adapted] = calibrator.counts(&[COUNTS]).unwrap();
    let pairs = signal.iter().map(|v| (COUNTS.encode_counts(own(*v)), adapted.encode_counts(site(*v))));
    let of_counts = rounds.map(|rounds| (difference(pairs), rounds));

    let own = |v: f64| (20.03 + v / 100.0) as f32;
    let site = |v: f64| own(v * gain + offset);
    let physical = factory(signal.iter().map(|v| PHYSICAL.encode_physical(own(*v))));
    let mut calibrator = Calibrator::new(&physical, SETTINGS);
    let rounds = settle(&mut calibrator, signal, |c, v| c.physical(&[PHYSICAL]).unwrap()[0].encode_physical(site(v)));
    let [adapted] = calibrator.physical(&[PHYSICAL]).unwrap();
    let pairs = signal.iter().map(|v| (PHYSICAL.encode_physical(own(*v)), adapted.encode_physical(site(*v))));
    [of_counts, rounds.map(|rounds| (difference(pairs), rounds))]
}

/// Up to 40 int8 steps beside and 0.6 to 1.7 times as sensitive: two rounds at most, and no value is more than a step
/// from the factory's.
#[test]
fn another_sensor_gives_the_factorys_values() {
    let mut random = Random::new(10);
    for case in 0..300 {
        let (deviation, mean) = (random.between(10.0, 24.0), random.between(-20.0, 20.0));
        let signal = signal(&mut random, deviation, mean);
        let (gain, offset) = (random.between(0.6, 1.7), random.between(-40.0, 40.0));
        for found in settled(&signal, gain, offset) {
            let (off, rounds) = found.unwrap();
            assert!(off <= 1 && rounds <= 2, "case {case}: {gain} {offset}: {off} steps off after {rounds} rounds");
        }
    }
}

/// Up to 100 int8 steps beside and 0.4 to 2.5 times as sensitive: where it settles, no value is more than two steps
/// off; where it does not, it says so, and that is so only beyond what the bounds allow.
#[test]
fn a_sensor_too_far_from_the_factorys_is_told() {
    let mut random = Random::new(11);
    let (mut settled_in, mut told) = (0, 0);
    for case in 0..400 {
        let (deviation, mean) = (random.between(10.0, 20.0), random.between(-10.0, 10.0));
        let signal = signal(&mut random, deviation, mean);
        let (gain, offset) = (random.between(0.4, 2.5), random.between(-100.0, 100.0));
        for found in settled(&signal, gain, offset) {
            match found {
                Ok((off, _)) => {
                    settled_in += 1;
                    assert!(off <= 2, "case {case}: {gain} {offset}: {off} steps off");
                    assert!((0.49..2.05).contains(&gain), "case {case}: {gain} {offset}");
                }
                Err(SettlingError::TooFar { channel: 0 } | SettlingError::TooManyRefused { .. }) => {
                    told += 1;
                    assert!(
                        !(0.55..1.95).contains(&gain) || offset.abs() > 50.0,
                        "case {case}: {gain} {offset}: {found:?}"
                    );
                }
                Err(error) => panic!("case {case}: {error}"),
            }
        }
    }
    assert!(settled_in > 300 && told > 50, "{settled_in} {told}");
}

#[test]
fn a_mean_that_is_far_takes_several_rounds() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    for (mean, round) in [(80, Round::Again), (48, Round::Again), (16, Round::Settled)] {
        (0..20).for_each(|_| assert_eq!(calibrator.add_window(&window(mean, 30)), Taken::Learnt));
        assert_eq!(calibrator.adapt(), Ok(round));
    }
    assert_eq!(calibrator.adaptations(), &[Adaptation { gain: 1 << 16, offset: -(80 << 16) }]);
    assert_eq!(calibrator.progress().rounds, 3);
}

#[test]
fn the_last_round_says_that_a_sensor_is_too_far() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    for round in 1..=4 {
        (0..20).for_each(|_| assert_eq!(calibrator.add_window(&window(90, 30)), Taken::Learnt));
        let before = calibrator.clone();
        if round < 4 {
            assert_eq!(calibrator.adapt(), Ok(Round::Again));
        } else {
            assert_eq!(calibrator.adapt(), Err(SettlingError::TooFar { channel: 0 }));
            assert_eq!(calibrator, before);
        }
    }
}

#[test]
fn many_samples_outside_ask_for_another_round() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    let mut clipped = window(0, 30);
    clipped.add_step(&[Encoded { value: 0, outside: true }]);
    clipped.add_step(&[Encoded { value: 0, outside: true }]);
    (0..20).for_each(|_| assert_eq!(calibrator.add_window(&clipped), Taken::Learnt));
    assert_eq!(calibrator.adapt(), Ok(Round::Again));
}

#[test]
fn windows_that_are_not_plausible_are_refused_and_leave_no_trace() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    let mut mostly_outside = WindowSums::EMPTY;
    (0..3).for_each(|i| assert!(mostly_outside.add_step(&[Encoded { value: 127, outside: i > 0 }])));
    let refused = [mostly_outside, WindowSums::EMPTY, window(0, 122)];
    for window in refused {
        assert_eq!(calibrator.add_window(&window), Taken::Refused);
    }
    // Four times the factory's deviation is the most; a quiet one is taken.
    assert_eq!(calibrator.add_window(&window(0, 120)), Taken::Learnt);
    assert_eq!(calibrator.add_window(&window(5, 0)), Taken::Learnt);
    let mut other = Calibrator::new(&FACTORY, SETTINGS);
    other.add_window(&window(0, 120));
    other.add_window(&window(5, 0));
    let Progress { refused, all_refused, .. } = *calibrator.progress();
    assert_eq!([refused, all_refused], [3, 3]);
    for c in [&mut calibrator, &mut other] {
        (0..40).for_each(|_| assert_eq!(c.add_window(&window(3, 28)), Taken::Learnt));
        assert_eq!(c.adapt(), Ok(Round::Settled));
    }
    assert_eq!(calibrator.adaptations(), other.adaptations());
}

#[test]
fn too_few_windows_and_too_many_refused_are_told() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    (0..19).for_each(|_| assert_eq!(calibrator.add_window(&window(0, 30)), Taken::Learnt));
    assert_eq!(calibrator.adapt(), Err(SettlingError::TooFewWindows { learnt: 19, needed: 20 }));
    calibrator.add_window(&window(0, 30));
    (0..3).for_each(|_| assert_eq!(calibrator.add_window(&WindowSums::EMPTY), Taken::Refused));
    // 3 of 23 are more than 1/8; 3 of 24 are not.
    assert_eq!(calibrator.adapt(), Err(SettlingError::TooManyRefused { refused: 3, windows: 23 }));
    calibrator.add_window(&window(0, 30));
    assert_eq!(calibrator.adapt(), Ok(Round::Settled));

    (0..49).for_each(|_| assert_eq!(calibrator.add_score(&[1000; 2], false), Taken::Learnt));
    assert_eq!(calibrator.finish(1), Err(SettlingError::TooFewWindows { learnt: 49, needed: 50 }));
    (0..8).for_each(|_| assert_eq!(calibrator.add_score(&[9000, 1000], true), Taken::Refused));
    assert_eq!(calibrator.finish(1), Err(SettlingError::TooManyRefused { refused: 8, windows: 57 }));
    (0..7).for_each(|_| assert_eq!(calibrator.add_score(&[1000; 2], false), Taken::Learnt));
    assert!(calibrator.finish(1).is_ok());
    assert_eq!(calibrator.progress().all_refused, 11);
}

#[test]
fn a_sensor_that_does_not_vary_is_told() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    (0..20).for_each(|_| assert_eq!(calibrator.add_window(&window(9, 0)), Taken::Learnt));
    let error = AdaptationError::NoDeviation;
    assert_eq!(calibrator.adapt(), Err(SettlingError::Channel { channel: 0, error }));
}

#[test]
fn scores_beyond_any_limit_are_refused_and_leave_no_trace() {
    let mut calibrator = in_limits_phase();
    for (parts, abnormal, want) in [
        ([1000, 1000], false, Taken::Learnt),
        ([8000, 1000], true, Taken::Learnt),
        ([1000, 125], true, Taken::Learnt),
        ([8001, 1000], true, Taken::Refused),
        ([1000, 124], true, Taken::Refused),
        // Whatever the model says of it.
        ([1000, 8001], false, Taken::Refused),
        // Abnormal for a reason that its parts do not show.
        ([1000, 1000], true, Taken::Refused),
    ] {
        assert_eq!(calibrator.add_score(&parts, abnormal), want, "{parts:?}");
    }
    let Progress { learnt, refused, doubtful, .. } = *calibrator.progress();
    assert_eq!([learnt, refused, doubtful], [3, 4, 2]);
    let mut other = in_limits_phase();
    for c in [&mut calibrator, &mut other] {
        (0..100).for_each(|i| assert_eq!(c.add_score(&[900 + i, 1000], false), Taken::Learnt));
    }
    let (with, without) = (calibrator.finish(3).unwrap(), other.finish(3).unwrap());
    assert!(with.limits[0].upper >= 8000 && without.limits[0].upper < 2200, "{with:?} {without:?}");
    other.add_score(&[8000, 1000], true);
    other.add_score(&[1000, 125], true);
    other.add_score(&[1000, 1000], false);
    assert_eq!(other.finish(3), Ok(with));
    assert_eq!([with.sequence, with.model], [3, 77]);
}

/// A machine that is twice as loud: the model calls most of its windows abnormal, the site's limits as many as there
/// were beyond the model's at the factory.
#[test]
fn a_louder_machine_gets_limits_of_its_own() {
    let mut random = Random::new(12);
    let mut score = |factor: f64| (1000.0 * factor * (0.2 * random.normal()).exp()) as u64;
    let mut calibrator = in_limits_phase();
    for _ in 0..300 {
        let part = score(2.2);
        let abnormal = !PART.limits.hold(part);
        assert_eq!(calibrator.add_score(&[part, 1000], abnormal), Taken::Learnt);
    }
    assert!(calibrator.progress().doubtful > 150);
    let [limits, _] = calibrator.finish(0).unwrap().limits;
    let false_alarms = (0..1000).filter(|_| !limits.hold(score(2.2))).count();
    let missed = (0..1000).filter(|_| limits.hold(score(9.0))).count();
    assert!(false_alarms <= 5 && missed <= 50, "{false_alarms} {missed} {limits:?}");
}

#[test]
fn what_is_of_the_other_phase_is_left_out() {
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    assert_eq!(calibrator.add_score(&[1000; 2], false), Taken::OtherPhase);
    assert_eq!(calibrator.finish(0), Err(SettlingError::OtherPhase));
    assert_eq!(calibrator, Calibrator::new(&FACTORY, SETTINGS));
    let mut calibrator = in_limits_phase();
    let before = calibrator.clone();
    assert_eq!(calibrator.add_window(&window(0, 30)), Taken::OtherPhase);
    assert_eq!(calibrator.adapt(), Err(SettlingError::OtherPhase));
    assert_eq!(calibrator, before);
    calibrator.reset();
    assert_eq!(calibrator, Calibrator::new(&FACTORY, SETTINGS));
}

#[test]
fn what_is_full_takes_no_more() {
    let mut calibrator = in_limits_phase();
    (0..Quantiles::MOST).for_each(|_| assert_eq!(calibrator.add_score(&[1000; 2], false), Taken::Learnt));
    let full = calibrator.clone();
    assert_eq!(calibrator.add_score(&[1500; 2], false), Taken::Full);
    assert!(calibrator == full && calibrator.finish(0).is_ok());
    let mut long = WindowSums::EMPTY;
    (0..1 << 17).for_each(|i| assert!(long.add_step(&[Encoded { value: i as i8 / 4, outside: false }])));
    let mut calibrator = Calibrator::new(&FACTORY, SETTINGS);
    (0..128).for_each(|_| assert_eq!(calibrator.add_window(&long), Taken::Learnt));
    assert_eq!(calibrator.add_window(&long), Taken::Full);
    assert_eq!(calibrator.progress().learnt, 128);
}

#[test]
fn takes_little_memory() {
    if size_of::<usize>() == 8 {
        assert_eq!([size_of::<Calibrator<'_, 1, 1>>(), size_of::<Calibrator<'_, 3, 4>>()], [200, 648]);
    }
    assert_eq!([size_of::<Factory<1, 1>>(), size_of::<Factory<3, 4>>()], [32, 112]);
}
