//! Streams and settling in with a trained network, as the devices are given them.

use picoae_compiler::lower::{StreamOptions, Target};
use picoae_tests::streams::{detector, recording, settled, verdicts};
use picoae_trainer::pipeline::{self, Replay, Site};

#[test]
fn a_stream_finds_bursts_soon_and_little_else() {
    let lowered = detector(Target::Host, Some(StreamOptions { hop: 100, window: 0 })).unwrap();
    let counts = recording(60_000, 7_000, [0.0, 1.0]);
    let all = verdicts(&lowered, &counts).unwrap();
    // The last window's reconstruction has not come.
    assert_eq!(all.len(), (60_000 - 1000) / 100);
    // Samples of the bursts are 6,941 to 6,999 of each 7,000; the second verdict with one in it raises the alarm.
    let first = all.iter().position(|verdict| verdict.alarm).unwrap() * 100 + 1000;
    assert!((6_941..7_300).contains(&first), "{first}");
    let windows = all.iter().enumerate().map(|(k, verdict)| (k * 100, verdict));
    for (start, verdict) in windows {
        let burst = (start..start + 1000).any(|i| i % 7_000 > 6_940);
        // One verdict before and behind, by the rule.
        let near = (start.saturating_sub(300)..start + 1300).any(|i| i % 7_000 > 6_940);
        assert!(!verdict.alarm || near, "an alarm at {start}");
        assert!(!(burst && start % 7_000 > 6_300 && start % 7_000 < 6_900) || verdict.alarm, "no alarm at {start}");
    }
}

#[test]
fn another_sensor_settles_in_and_then_normal_is_normal() {
    let lowered = detector(Target::Host, None).unwrap();
    let counts = recording(60_000, usize::MAX, [150.0, 1.3]);
    let (record, journal) = settled(&lowered, &counts).unwrap();
    let [adaptation] = record.adaptations;
    // In 1/65536: the gain undone, and the offset in steps of int8.
    assert!((f64::from(adaptation.gain) / 65_536.0 * 1.3 - 1.0).abs() < 0.15, "{adaptation:?}");
    assert!(adaptation.offset < 0, "{adaptation:?}");
    assert!(record.limits.iter().all(|limits| limits.lower <= limits.upper));

    let model = lowered.model().unwrap();
    let moments: Vec<_> = lowered.moments.iter().map(|m| (m.mean, m.deviation)).collect();
    let mut bytes = Vec::new();
    record.write(&mut |piece| bytes.extend_from_slice(piece));
    let again = pipeline::settle(&journal, &model, &moments, 1).unwrap();
    assert_eq!(again.record.as_ref(), Some(&bytes));
    // Cut off while the device wrote it: up to there.
    let cut = pipeline::settle(&journal[..journal.len() - 3], &model, &moments, 1).unwrap();
    assert_eq!(cut.events + 1, again.events);
    assert!(cut.record.is_none() && cut.lines[0].contains("ends within a record"), "{:?}", cut.lines);
    let mut altered = journal.clone();
    altered[40] ^= 1;
    assert!(pipeline::settle(&altered, &model, &moments, 1).is_err());

    // What is normal there is an alarm by the model's own encodings, and none by the site's.
    let site = Site::from_record(&bytes, &model).unwrap();
    let abnormal = |mut replay: Replay<'_>| {
        let pushed = counts.iter().filter_map(|count| replay.push(&[*count as f32]).unwrap());
        pushed.filter(|verdict| verdict.is_anomaly()).count()
    };
    let new = || Replay::new(&model).unwrap();
    let [own, there] = [abnormal(new()), abnormal(new().at_site(site))];
    assert!(own > 30 && there < 6, "{own} and {there} of 60 windows");
    assert!(Site::from_record(&bytes[..20], &model).is_err());
}
