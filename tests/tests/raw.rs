//! From a raw sample to the decision: pushed step by step or window by window, the same bits as by int8 values.

use picoae::{Part, SampleKind, ScorerError, Side, Verdict};
use picoae_compiler::lower::{Options, Target};
use picoae_tests::parity::{Kernels, check as check_parity};
use picoae_tests::raw::{CASES, Case, WINDOWS, encode};

const TARGETS: [Target; 5] = [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host];

/// Runs a case by both raw ways and compares with what int8 values gave.
fn check(case: &Case, target: Target) -> Vec<Verdict> {
    let (lowered, verdicts) = case.plan(&Options { target, ..Options::default() }).unwrap();
    let model = lowered.model().unwrap();
    let mut scorer = lowered.scorer().unwrap();
    let recording = case.recording();
    for (window, want) in recording.chunks(case.steps * case.channels).zip(&verdicts) {
        let mut pushed = None;
        let floats: Vec<f32> = window.iter().map(|bits| f32::from_bits(*bits as u32)).collect();
        for step in 0..case.steps {
            assert_eq!(pushed, None, "{}: a score before the last step", case.name);
            let range = step * case.channels..(step + 1) * case.channels;
            pushed = match case.kind {
                SampleKind::Counts => scorer.push_counts(&window[range]).unwrap(),
                _ => scorer.push_physical(&floats[range]).unwrap(),
            };
        }
        let whole = match case.kind {
            SampleKind::Counts => scorer.score_counts(window).unwrap(),
            _ => scorer.score_physical(&floats).unwrap(),
        };
        assert_eq!((pushed, whole), (Some(want.score), want.score), "{} for {target:?}", case.name);
        let by_threshold = Verdict::new(want.score, &model.threshold());
        assert_eq!((model.verdict(want.score), by_threshold.breach), (by_threshold, want.breach));
        assert_eq!(encode(&model, window).1, want.score.outside);
    }
    verdicts
}

#[test]
fn every_way_in_gives_the_same_bits() {
    for case in CASES {
        let portable = check(case, Target::Portable);
        for target in TARGETS {
            assert_eq!(check(case, target), portable, "{} for {target:?}", case.name);
        }
        assert_eq!(portable.len(), WINDOWS);
        let why: Vec<_> = portable.iter().map(|verdict| verdict.breach.map(|b| (b.part, b.side))).collect();
        assert_eq!(portable.iter().map(|verdict| verdict.alarm).collect::<Vec<_>>()[..2], [false; 2]);
        assert!(portable[4].alarm && !portable[2].alarm, "{}: two of three make an alarm", case.name);
        assert_eq!(why[..2], [None, None], "{}: usual windows", case.name);
        // Stuck at a rail, whatever the network makes of it; numbers of every size.
        let outside = Some((Part::Outside, Side::Above));
        assert_eq!(why[3..], [outside, outside], "{}: {portable:?}", case.name);
        if case.steps > 60 {
            assert_eq!(why[2], outside, "{}: a burst", case.name);
        }
    }
}

/// The networks of one, two, three and eight channels, against the reference executor.
#[test]
fn the_networks_are_the_references() {
    for case in CASES {
        for target in TARGETS {
            for optimize in [true, false] {
                check_parity(&case.graph(), &Options { target, optimize, ..Options::default() }, &mut Kernels::new());
            }
        }
    }
}

#[test]
fn other_samples_and_other_channels_are_refused() {
    let counts = CASES.iter().find(|case| case.channels == 3 && case.kind == SampleKind::Counts).unwrap();
    let physical = CASES.iter().find(|case| case.channels == 3 && case.kind == SampleKind::Physical).unwrap();
    let lowered = counts.plan(&Options::default()).unwrap().0;
    let mut scorer = lowered.scorer().unwrap();
    let expected = SampleKind::Counts;
    assert_eq!(scorer.push_physical(&[0.0; 3]), Err(ScorerError::Samples { expected }));
    assert_eq!(scorer.score_physical(&[0.0; 600]), Err(ScorerError::Samples { expected }));
    assert_eq!(scorer.push_counts(&[0; 2]), Err(ScorerError::Length { expected: 3, given: 2 }));
    assert_eq!(scorer.score_counts(&[0; 599]), Err(ScorerError::Length { expected: 600, given: 599 }));
    let lowered = physical.plan(&Options::default()).unwrap().0;
    let mut scorer = lowered.scorer().unwrap();
    let expected = SampleKind::Physical;
    assert_eq!(scorer.push_counts(&[0; 3]), Err(ScorerError::Samples { expected }));
    let message = scorer.score_counts(&[0; 600]).unwrap_err().to_string();
    assert_eq!(message, "the model takes physical values (f32), not counts");
}

/// Segments are stretches of time: the same signal in three channels has three times the sums, at the same places.
#[test]
fn a_segment_is_a_stretch_of_time() {
    let case = CASES.iter().find(|case| case.channels == 3).unwrap();
    let lowered = case.plan(&Options::default()).unwrap().0;
    assert_eq!((lowered.header.segment, lowered.header.step), (32, 3));
    let mut scorer = lowered.scorer().unwrap();
    let window: Vec<i8> = encode(&lowered.model().unwrap(), &case.recording()[..600]).0;
    let mut output = vec![0; 600];
    let score = scorer.reconstruct(&window, &mut output).unwrap();
    let square = |(a, b): (&i8, &i8)| (i32::from(*a) - i32::from(*b)).pow(2) as u32;
    let squares: Vec<u32> = window.iter().zip(&output).map(square).collect();
    let sums: Vec<u32> = squares.windows(96).step_by(3).map(|segment| segment.iter().sum()).collect();
    assert_eq!(score.segment_max, *sums.iter().max().unwrap());
    assert_eq!(score.segment_min, *sums.iter().min().unwrap());
    assert_eq!(score.total, squares.iter().map(|square| u64::from(*square)).sum::<u64>());
}
