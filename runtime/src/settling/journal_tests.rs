//! A calibrator and the replay of its journal.

extern crate std;
use super::bytes::checksum;
use super::random::Random;
use super::{
    Answer, Calibrator, ChannelSums, Event, Factory, FactoryPart, Journal, JournalError, JournalFault, Limits, Moments,
    Settings, Taken, WindowSums, replay,
};
use crate::input::Encoded;
use core::cell::RefCell;
use std::vec::Vec;

const SETTINGS: Settings = Settings { moments_windows: 4, limits_windows: 10, refused: 100, ..Settings::DEFAULT };

const PART: FactoryPart = FactoryPart { limits: Limits { lower: 500, upper: 2000 }, median: 1000 };

const FACTORY: Factory<2, 3> =
    Factory { model: 77, moments: [Moments { mean: 0, deviation: 30 << 8 }; 2], parts: [PART; 3] };

type Of = Calibrator<'static, 2, 3>;

fn fresh() -> Of {
    Calibrator::new(&FACTORY, SETTINGS)
}

/// Windows of a sensor that is somewhere else each time, some of them not plausible.
fn window(random: &mut Random) -> WindowSums<2> {
    let (mean, width) = (random.between(-60.0, 60.0), random.between(1.0, 60.0));
    let mut window = WindowSums::EMPTY;
    for _ in 0..random.below(40) {
        let mut value = || {
            let real = mean + width * random.normal();
            Encoded { value: real as i8, outside: !(-128.0..127.5).contains(&real) }
        };
        window.add_step(&[value(), value()]);
    }
    window
}

fn event(random: &mut Random) -> Event<2, 3> {
    match random.below(1000) {
        0..3 => Event::Start,
        3..100 => Event::Adapt,
        100..500 => Event::Window(window(random)),
        _ => {
            let mut part = || (1000.0 * (0.5 * random.normal()).exp()) as u64;
            let parts = [part(), part(), part()];
            Event::Score { parts, factory_says_abnormal: !parts.iter().all(|part| PART.limits.hold(*part)) }
        }
    }
}

/// Any sequence, with rounds, refusals, errors and starts in between: after each event the replay of what was written
/// so far is the calibrator to the bit, and so is the record.
#[test]
fn a_replay_is_the_calibrator_to_the_bit() {
    let mut random = Random::new(20);
    let (mut records, mut refused, mut starts) = (0, 0, 0);
    for case in 0..60 {
        let mut bytes = Vec::new();
        let mut journal = Journal::new(|piece: &[u8]| bytes.extend_from_slice(piece));
        let mut calibrator = fresh();
        assert_eq!(journal.give(&mut calibrator, &Event::Start), Answer::Started);
        for _ in 0..random.below(400) {
            match journal.give(&mut calibrator, &event(&mut random)) {
                Answer::Taken(Taken::Refused) => refused += 1,
                Answer::Started => starts += 1,
                _ => {}
            }
        }
        let mut other = fresh();
        // Something that the start has to make undone.
        (0..case % 7).for_each(|_| assert_ne!(other.add_window(&window(&mut random)), Taken::OtherPhase));
        assert!(replay(&bytes, &mut other).unwrap() > 0);
        assert_eq!(other, calibrator, "case {case}");
        assert_eq!(other.finish(case), calibrator.finish(case));
        records += u32::from(other.finish(case).is_ok());
    }
    assert!(records > 10 && refused > 30 && starts > 5, "{records} {refused} {starts}");
}

/// A start, a window, a score and the end of a round.
fn journal() -> ([usize; 5], Vec<u8>) {
    let (bytes, mut ends) = (RefCell::new(Vec::new()), [0; 5]);
    let mut calibrator = fresh();
    let score = Event::Score { parts: [1, 2, 1 << 40], factory_says_abnormal: true };
    let sums = WindowSums::new(2, [ChannelSums { sum: -3, squares: 5, outside: 1 }; 2]).unwrap();
    let mut journal = Journal::new(|piece: &[u8]| bytes.borrow_mut().extend_from_slice(piece));
    for (end, event) in ends.iter_mut().skip(1).zip([Event::Start, Event::Window(sums), score, Event::Adapt]) {
        journal.give(&mut calibrator, &event);
        *end = bytes.borrow().len();
    }
    let bytes = bytes.take();
    (ends, bytes)
}

/// The bytes of version 1: a change of the layout needs another version.
#[test]
fn the_layout_is_that_of_its_version() {
    let (ends, bytes) = journal();
    assert_eq!(ends, [0, 24, 60, 93, 101]);
    assert_eq!(bytes[..20], *b"S\x01\0\0\x4d\0\0\0\x02\0\x03\0\x04\0\x0a\0\x64\0\x80\0");
    assert_eq!(bytes[20..24], checksum(&bytes[..20]).to_le_bytes());
    assert_eq!(bytes[24..44], *b"W\x01\x01\0\x02\0\0\0\xfd\xff\xff\xff\x05\0\0\0\x01\0\0\0");
    assert_eq!(bytes[60..81], *b"P\x01\x02\0\x01\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0");
    assert_eq!(bytes[93..97], *b"A\x01\x03\0");
    assert_eq!(replay(&bytes, &mut fresh()), Ok(4));
}

#[test]
fn every_cut_and_every_altered_byte_is_told() {
    let (ends, bytes) = journal();
    for cut in 0..bytes.len() {
        let whole: Vec<usize> = ends.into_iter().filter(|end| *end <= cut).collect();
        let (at, records) = (whole[whole.len() - 1], whole.len() as u32 - 1);
        let want = match at == cut {
            true => Ok(records),
            false => Err(JournalError { at, records, fault: JournalFault::Truncated }),
        };
        assert_eq!(replay(&bytes[..cut], &mut fresh()), want, "cut at {cut}");
    }
    for at in 0..bytes.len() {
        for change in 1..=255 {
            let mut bad = bytes.clone();
            bad[at] ^= change;
            let error = replay(&bad, &mut fresh()).unwrap_err();
            assert_eq!(error.at, ends.into_iter().filter(|end| *end <= at).max().unwrap(), "byte {at}: {error}");
        }
    }
}

#[test]
fn why_a_record_is_not_replayed() {
    let (ends, bytes) = journal();
    let fault = |bytes: &[u8]| replay(bytes, &mut fresh()).unwrap_err().fault;
    let part = |i: usize| &bytes[ends[i]..ends[i + 1]];
    assert_eq!(fault(part(1)), JournalFault::NoStart);
    assert_eq!(fault(&[part(0), part(2)].concat()), JournalFault::Lost { expected: 1, found: 2 });
    assert_eq!(fault(&[part(0), part(1), part(1)].concat()), JournalFault::Lost { expected: 2, found: 1 });
    assert_eq!(replay(&[part(0), part(1), part(0), part(1)].concat(), &mut fresh()), Ok(4));
    let resummed = |i: usize, at: usize, value: u8| {
        let mut record = part(i).to_vec();
        record[at] = value;
        let end = record.len() - 4;
        let sum = checksum(&record[..end]);
        record[end..].copy_from_slice(&sum.to_le_bytes());
        [&bytes[..ends[i]], &record].concat()
    };
    assert_eq!(fault(&resummed(0, 0, b'X')), JournalFault::Letter(b'X'));
    assert_eq!(fault(&resummed(0, 1, 9)), JournalFault::Version(9));
    assert_eq!(fault(&resummed(0, 4, 78)), JournalFault::Model(78));
    for at in [8, 10, 12, 14, 16, 18] {
        assert_eq!(fault(&resummed(0, at, 99)), JournalFault::Settings, "{at}");
    }
    assert_eq!(fault(&resummed(1, 12, 1)), JournalFault::Values);
    assert_eq!(fault(&resummed(2, 4, 2)), JournalFault::Values);
}

/// More records than the counter has numbers.
#[test]
fn the_counter_goes_round() {
    let mut bytes = Vec::new();
    let mut journal = Journal::new(|piece: &[u8]| bytes.extend_from_slice(piece));
    let mut calibrator = fresh();
    journal.give(&mut calibrator, &Event::Start);
    (0..70_000).for_each(|_| assert!(matches!(journal.give(&mut calibrator, &Event::Adapt), Answer::Adapted(Err(_)))));
    assert_eq!(replay(&bytes, &mut fresh()), Ok(70_001));
}
