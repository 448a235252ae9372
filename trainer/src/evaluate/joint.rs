//! One limit for all parts of a score together: how far the furthest part may be from its median, such that a stated share of
//! normal windows is beyond.
//!
//! A part's distance is |ln((part + o) / (median + o))| in units of the same of its 95th percentile above the median and of its 5th below;
//! o is [`Offset`]. Limits on each part by itself would add up their false alarms.
//!
//! The limit on the largest distance d is the order statistic ⌈(n + 1)(1 − share)⌉ of n independent windows where n ≥ 1 / share. With fewer
//! the tail is extrapolated: peaks over a threshold (Balkema and de Haan 1974, Pickands 1975), the generalized Pareto distribution
//! fitted to the largest tenth, ten at least, by probability-weighted moments (Hosking and Wallis 1987), its shape held within ± 0.5,
//! and the result widened by 1 + 2 / √n.
//!
//! Where an alarm needs k of the last m windows, what counts is the k-th largest distance of them: it is beyond the limit just where so many are.
//! The largest of each m in a row are taken for independent, and stand for m windows.

use super::choice::{self, Choice, Chosen};
use super::metrics::percentile_sorted;
use super::promise::Promise;
use super::scores::Parts;
use super::sides::PartSides;
use picoae::Part;
use picoae::plan::AlarmRule;

/// Smallest unit, a tenth: parts that hardly vary are not measured by their variation.
const LEAST_UNIT: f64 = 0.095_310_179_804_324_9; // ln 1.1

/// Part of the values that the tail is fitted to, and how many at least.
const TAIL: f64 = 0.1;
const LEAST_TAIL: usize = 10;

/// Largest magnitude of the tail's shape.
const MOST_SHAPE: f64 = 0.5;

/// Part of the smallest score that a fence stands at.
const FENCE: f64 = 0.25;

/// What is added to a part, so that 0 is finite: 1 to integers, a millionth of the median to floats.
pub(super) type Offset = fn(f64) -> f64;

/// What limits are asked to keep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contract {
    /// Alarms a verdict.
    pub(super) share: f64,
    /// Which parts count, and where.
    pub(super) sides: PartSides,
    /// Of how many windows in a row one is independent.
    pub(super) interleaved: usize,
    /// Whether the windows are a stream's: then so many in a row are one chance of an alarm.
    pub(super) stream: bool,
    /// When verdicts become an alarm.
    pub(super) alarm: AlarmRule,
    /// Seconds between two verdicts.
    pub(super) seconds: Option<f64>,
    /// What decides.
    pub(super) choice: Choice,
}

/// Windows that limits are learnt from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'s> {
    pub(super) parts: &'s [Parts],
    /// Whether each is abnormal anyway, for another reason; where it is shorter, none of the others is.
    pub(super) counted: &'s [bool],
}

/// Lower and upper limits of the parts, and where they usually lie.
pub(super) struct Joint {
    pub(super) lower: Parts,
    pub(super) upper: Parts,
    pub(super) median: Parts,
    pub(super) promise: Promise,
}

/// No upper limit: above all integers, and as 64 bits their largest.
pub(super) const NO_UPPER: f64 = f64::MAX;

/// Limits such that the contract is kept; what is known to be abnormal has a say where it decides.
pub(super) fn limits(normal: Seen<'_>, abnormal: Seen<'_>, contract: &Contract, offset: Offset) -> Joint {
    let Contract { share, sides, interleaved, stream, alarm, seconds, choice } = *contract;
    let units = Part::ALL.map(|part| Unit::of(normal.parts.iter().map(|parts| parts[part as usize]), offset));
    let distance = |parts: &Parts| {
        let of = |part: Part| {
            let distance = units[part as usize].distance(parts[part as usize]);
            let counts = if distance < 0.0 { sides.below } else { sides.above };
            if counts.contains(part) && part != Part::Outside { distance.abs() } else { 0.0 }
        };
        Part::ALL.into_iter().map(of).fold(0.0, f64::max)
    };
    let of_all = |Seen { parts, counted }: Seen<'_>| -> Vec<f64> {
        let of = |(k, parts)| if counted.get(k) == Some(&true) { f64::INFINITY } else { distance(parts) };
        parts.iter().enumerate().map(of).collect()
    };
    let (distances, faults) = (of_all(normal), of_all(abnormal));
    let decided = choice::limit(choice, &distances, &faults);
    // Each set of independent windows gives a limit; together they say more than one.
    let phases = if stream { 1 } else { interleaved.clamp(1, distances.len().max(1)) };
    let of = usize::from(alarm.of).max(1);
    // Windows of a stream that share samples are abnormal together, and are one alarm.
    let together = if stream { interleaved.max(1) * of } else { of };
    let limits: Vec<Limit> = (0..phases)
        .map(|phase| {
            let stream: Vec<f64> = distances.iter().copied().skip(phase).step_by(phases).collect();
            let peaks = peaks(&stream, usize::from(alarm.count), of, together);
            match decided {
                Some(at) => Limit { at, within: peaks.iter().filter(|d| **d <= at).count(), values: peaks.len() },
                None => limit(peaks, share * together as f64),
            }
        })
        .collect();
    let c = limits.iter().map(|limit| limit.at).sum::<f64>() / limits.len() as f64;
    let fewest = limits.iter().min_by_key(|limit| limit.values);
    let promise = Promise::new(share, fewest.map_or([0, 0], |l| [l.within, l.values]), together, seconds);
    let chosen = decided.map(|at| {
        let beyond = |distances: &[f64]| distances.iter().filter(|d| **d > at).count();
        let [found, false_found] = [&faults, &distances].map(|set| beyond(set));
        Chosen { by: choice, abnormal: faults.len(), found, f1: choice::f1(found, faults.len(), false_found) }
    });
    let promise = Promise { chosen, ..promise };
    let lower = |part: Part| {
        let unit = &units[part as usize];
        match part {
            _ if sides.below.contains(part) => unit.at(-c),
            _ if sides.fence.contains(part) => FENCE * unit.smallest,
            _ => 0.0,
        }
    };
    let upper = |part: Part| if sides.above.contains(part) { units[part as usize].at(c) } else { NO_UPPER };
    Joint {
        lower: Part::ALL.map(lower),
        upper: Part::ALL.map(upper),
        median: units.each_ref().map(|unit| unit.median),
        promise,
    }
}

/// What makes an alarm: of each window the `count`-th largest of the last `of`, of these the largest of each `together`.
fn peaks(stream: &[f64], count: usize, of: usize, together: usize) -> Vec<f64> {
    let look_back = |i: usize| {
        let mut last: Vec<f64> = stream[i.saturating_sub(of - 1)..=i].to_vec();
        last.sort_by(|a, b| b.total_cmp(a));
        last.get(count.max(1) - 1).copied().unwrap_or(0.0)
    };
    let made: Vec<f64> = (0..stream.len()).map(look_back).collect();
    made.chunks(together).map(|chunk| chunk.iter().copied().fold(0.0, f64::max)).collect()
}

/// How one part varies.
struct Unit {
    median: f64,
    smallest: f64,
    offset: f64,
    below: f64,
    above: f64,
}

impl Unit {
    fn of(values: impl Iterator<Item = f64>, offset: Offset) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let median = percentile_sorted(&sorted, 50.0);
        let o = offset(median);
        let log = |percent| ((percentile_sorted(&sorted, percent) + o) / (median + o)).ln().abs().max(LEAST_UNIT);
        let smallest = sorted.first().copied().unwrap_or(0.0);
        Self { median, smallest, offset: o, below: log(5.0), above: log(95.0) }
    }

    /// Negative below the median.
    fn distance(&self, value: f64) -> f64 {
        let ratio = ((value + self.offset) / (self.median + self.offset)).ln();
        ratio / if ratio < 0.0 { self.below } else { self.above }
    }

    /// The value at a distance, below the median where it is negative.
    fn at(&self, distance: f64) -> f64 {
        let unit = if distance < 0.0 { self.below } else { self.above };
        ((self.median + self.offset) * (distance * unit).exp() - self.offset).clamp(0.0, NO_UPPER)
    }
}

/// A limit, and how many of the values it was learnt from are within.
struct Limit {
    at: f64,
    within: usize,
    values: usize,
}

/// The value that `share` of independent values like these are above.
fn limit(mut values: Vec<f64>, share: f64) -> Limit {
    let n = values.len();
    values.sort_by(f64::total_cmp);
    let of = |at: f64| Limit { at, within: values.partition_point(|v| *v <= at), values: n };
    // What is infinite counts as beyond any limit; the limit itself is one of the others.
    let finite = values.iter().filter(|v| v.is_finite()).count();
    let Some(largest) = finite.checked_sub(1).map(|last| values[last]) else { return of(0.0) };
    if n as f64 >= 1.0 / share {
        let rank = ((n as f64 + 1.0) * (1.0 - share)).ceil() as usize;
        return of(values[rank.clamp(1, n) - 1].min(largest));
    }
    let wider = 1.0 + 2.0 / (n as f64).sqrt();
    let tail = ((TAIL * n as f64).ceil() as usize).max(LEAST_TAIL);
    if finite < 2 * LEAST_TAIL {
        return of(largest * wider);
    }
    let from = values[finite - tail - 1];
    let beyond: Vec<f64> = values[finite - tail..finite].iter().map(|v| v - from).collect();
    of((from + pareto_quantile(&beyond, share * n as f64 / tail as f64)).max(largest) * wider)
}

/// What `share` of a generalized Pareto distribution is above, by probability-weighted moments of sorted values.
fn pareto_quantile(sorted: &[f64], share: f64) -> f64 {
    let k = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / k;
    let weighted = sorted.iter().enumerate().map(|(j, y)| (1.0 - (j as f64 + 0.65) / k) * y).sum::<f64>() / k;
    if mean <= 0.0 {
        return 0.0;
    }
    let shape = (2.0 - mean / (mean - 2.0 * weighted)).clamp(-MOST_SHAPE, MOST_SHAPE);
    let shape = if shape.is_finite() { shape } else { 0.0 };
    let scale = mean * (1.0 - shape);
    match shape.abs() < 1e-6 {
        true => -scale * share.ln(),
        false => scale / shape * (share.powf(-shape) - 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::random::Stream;
    use picoae::Alarm;

    /// Scores whose parts go together, with a tail that is heavier than a normal one.
    fn scores(n: usize, random: &mut Stream) -> Vec<Parts> {
        (0..n)
            .map(|_| {
                let common = random.normal(0.2);
                std::array::from_fn(|i| 1000.0 * (common + random.normal(0.1) * (i % 3 + 1) as f64).exp())
            })
            .collect()
    }

    fn contract(share: f64) -> Contract {
        Contract {
            share,
            sides: PartSides::residuals(),
            interleaved: 1,
            stream: false,
            alarm: AlarmRule::EACH,
            seconds: None,
            choice: Choice::FalseAlarms,
        }
    }

    /// As the outer one, of normal windows alone.
    fn limits(all: &[Parts], counted: &[bool], contract: &Contract, offset: Offset) -> Joint {
        super::limits(Seen { parts: all, counted }, Seen { parts: &[], counted: &[] }, contract, offset)
    }

    fn beyond(limits: &Joint, p: &Parts) -> bool {
        (0..3).any(|i| !(limits.lower[i]..=limits.upper[i]).contains(&p[i]))
    }

    /// The share that fresh scores achieve, and whether it is within the interval.
    fn achieved(n: usize, share: f64, seed: u64) -> (f64, bool) {
        let mut random = Stream::new(seed, "tests/joint");
        let limits = limits(&scores(n, &mut random), &[], &contract(share), |_| 1.0);
        let fresh = scores(4000, &mut random);
        let found = fresh.iter().filter(|p| beyond(&limits, p)).count() as f64 / 4000.0;
        (found, found <= limits.promise.interval[1])
    }

    #[test]
    fn the_share_that_was_asked_for_is_achieved() {
        for (n, share, most) in
            [(50, 0.01, 2.5), (100, 0.01, 1.7), (200, 0.01, 1.5), (500, 0.01, 1.3), (1000, 0.02, 1.2)]
        {
            let draws: Vec<(f64, bool)> = (0..200).map(|seed| achieved(n, share, seed)).collect();
            let mean = draws.iter().map(|d| d.0).sum::<f64>() / draws.len() as f64;
            assert!(
                mean < most * share && mean > 0.3 * share,
                "{n} windows: {:.2} % for {} %",
                100.0 * mean,
                100.0 * share
            );
            let above = draws.iter().filter(|d| !d.1).count();
            assert!(above <= 10, "{n} windows: {above} of 200 draws above the interval");
        }
        // The tail is extrapolated.
        for (n, most) in [(50, 0.005), (100, 0.002), (200, 0.002), (500, 0.002)] {
            let mean = (0..100).map(|seed| achieved(n, 0.001, seed).0).sum::<f64>() / 100.0;
            assert!(mean < most, "{n} windows: {:.3} %", 100.0 * mean);
        }
    }

    /// What is promised are alarms, whatever they are made of.
    #[test]
    fn some_of_several_make_as_many_alarms_as_were_asked_for() {
        let alarm = AlarmRule { count: 2, of: 3, ..AlarmRule::EACH };
        let mut random = Stream::new(5, "tests/joint/alarm");
        // Neighbours are alike, as in a machine that warms up now and then.
        let mut stream = |n: usize| -> Vec<Parts> {
            let mut level = 0.0;
            let mut next = || {
                level = 0.8 * level + random.normal(0.2);
                [1000.0 * f64::exp(level + random.normal(0.1)); Part::COUNT]
            };
            (0..n).map(|_| next()).collect()
        };
        let mut alarms = 0;
        for _ in 0..40 {
            let limits = limits(&stream(2000), &[], &Contract { alarm, ..contract(0.005) }, |_| 1.0);
            let mut state = Alarm::NONE;
            let mut on = false;
            for parts in stream(5000) {
                let now = state.next(&alarm, beyond(&limits, &parts));
                alarms += usize::from(now && !on);
                on = now;
            }
        }
        let rate = alarms as f64 / 200_000.0;
        assert!(rate < 0.0075 && rate > 0.0015, "{rate}");
    }

    #[test]
    fn windows_that_are_abnormal_anyway_are_among_the_share() {
        let all: Vec<Parts> = (0..200).map(|i| [f64::from(1000 + i); Part::COUNT]).collect();
        let with = |counted: usize| {
            let counted: Vec<bool> = (0..200).map(|i| i >= 200 - counted).collect();
            limits(&all, &counted, &contract(0.02), |_| 1.0).upper[0]
        };
        assert!(with(3) > with(0) && with(3) < 1.1 * with(0), "{} {}", with(0), with(3));
        assert!(with(200).is_finite());
    }

    #[test]
    fn few_and_equal_scores_have_limits_around_them() {
        for n in [1, 2, 5, 30] {
            let limits = limits(&vec![[7.0; Part::COUNT]; n], &[], &contract(0.01), |_| 1.0);
            assert!(limits.lower[0] <= 7.0 && limits.upper[0] >= 7.0 && limits.upper[0].is_finite());
        }
    }

    /// Labelled faults decide, and the promise says what the limit costs.
    #[test]
    fn labels_decide_where_they_are_asked() {
        let mut random = Stream::new(8, "tests/joint/labels");
        let normal = scores(400, &mut random);
        let faults: Vec<Parts> = scores(60, &mut random).into_iter().map(|p| p.map(|v| 2.5 * v)).collect();
        let of = |choice| {
            let [normal, faults] = [&normal, &faults].map(|parts| Seen { parts, counted: &[] });
            super::limits(normal, faults, &Contract { choice, ..contract(0.01) }, |_| 1.0)
        };
        let found = |joint: &Joint| faults.iter().filter(|p| beyond(joint, p)).count();
        let all = of(Choice::Recall(1.0));
        assert_eq!((found(&all), all.promise.chosen.unwrap().found), (60, 60));
        let half = of(Choice::Recall(0.5));
        assert_eq!(found(&half), 30);
        assert!(half.promise.interval[1] < all.promise.interval[1]);
        let best = of(Choice::BestF1);
        let f1 = best.promise.chosen.unwrap().f1;
        assert!(f1 >= half.promise.chosen.unwrap().f1 && f1 >= all.promise.chosen.unwrap().f1);
        assert!(best.promise.lines()[0].contains("best F1"), "{:?}", best.promise.lines());
        assert!(of(Choice::FalseAlarms).promise.chosen.is_none());
    }

    #[test]
    fn a_fence_stands_below_all_and_the_other_sides_are_open() {
        let all: Vec<Parts> = (0..200).map(|i| [f64::from(1000 + i); Part::COUNT]).collect();
        let sides = PartSides::robust();
        let limits = limits(&all, &[], &Contract { sides, ..contract(0.02) }, |_| 1.0);
        assert_eq!(limits.lower[Part::Flat as usize], 250.0);
        assert_eq!((limits.lower[0], limits.upper[Part::SmallestSegment as usize]), (0.0, NO_UPPER));
    }
}
