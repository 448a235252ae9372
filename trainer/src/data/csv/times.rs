//! Columns of times.

use super::super::format::TimeUnit;
use super::super::recording::Clock;
use super::super::time;
use super::fields::number;

/// How the fields of a column are times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times {
    pub(super) column: usize,
    pub(super) clock: Clock,
    /// Seconds that a number stands for; `None` for dates in words.
    factor: Option<f64>,
    /// Whether times are in seconds; otherwise only their distances mean something.
    pub(super) known: bool,
    decimal: char,
    /// Seconds beyond which the next row does not follow.
    pub(super) most: f64,
}

/// Whether a column of that name has times.
pub(super) fn is_time_name(name: &str) -> bool {
    const NAMES: [&str; 13] = [
        "time",
        "timestamp",
        "timestamps",
        "date",
        "datetime",
        "date_time",
        "t",
        "ts",
        "zeit",
        "zeitstempel",
        "datum",
        "epoch",
        "unixtime",
    ];
    let name = name.to_lowercase();
    // Without the unit: time_ms, time [s], t(s).
    let stem = name.split(['[', '(', ' ']).next().unwrap_or("");
    let stem =
        ["_s", "_ms", "_us", "_ns", "_sec", "_seconds"].iter().find_map(|u| stem.strip_suffix(u)).unwrap_or(stem);
    NAMES.contains(&stem)
}

fn unit_in_name(name: &str) -> Option<TimeUnit> {
    let name = name.to_lowercase();
    let has = |unit: &str| {
        name.ends_with(&format!("_{unit}"))
            || name.contains(&format!("[{unit}]"))
            || name.contains(&format!("({unit})"))
    };
    [
        ("ms", TimeUnit::Ms),
        ("us", TimeUnit::Us),
        ("µs", TimeUnit::Us),
        ("ns", TimeUnit::Ns),
        ("s", TimeUnit::S),
        ("sec", TimeUnit::S),
    ]
    .into_iter()
    .find_map(|(text, unit)| has(text).then_some(unit))
}

impl Times {
    /// Looks at the first fields of a column; `None` if they are no times.
    pub(super) fn find(
        column: usize,
        name: &str,
        first: &[&str],
        decimal: char,
        unit: Option<TimeUnit>,
    ) -> Option<Self> {
        let plain = Self { column, clock: Clock::Date, factor: None, known: true, decimal, most: f64::INFINITY };
        let mut times = if first.iter().all(|f| time::parse(f).is_some() && number(f, decimal).is_none()) {
            plain
        } else {
            let numbers: Vec<f64> = first.iter().map(|f| number(f, decimal)).collect::<Option<_>>()?;
            let (start, whole) = (numbers.first()?.abs(), numbers.iter().all(|v| v.fract() == 0.0));
            // The years 1990 to 2100, in each unit.
            let epoch = [TimeUnit::S, TimeUnit::Ms, TimeUnit::Us, TimeUnit::Ns]
                .into_iter()
                .find(|u| (6.3e8..4.1e9).contains(&(start * u.seconds())));
            let stated = unit.or_else(|| unit_in_name(name));
            let step = numbers.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
            let (clock, unit) = match (epoch, stated) {
                (Some(epoch), stated) if stated.is_none_or(|s| s == epoch) => (Clock::Date, Some(epoch)),
                (_, Some(stated)) => (Clock::Elapsed, Some(stated)),
                // Fractions of what is called time are seconds; whole numbers could be anything.
                (_, None) if !whole || step == 0.0 => (Clock::Elapsed, Some(TimeUnit::S)),
                (_, None) => (Clock::Elapsed, None),
            };
            Self { clock, factor: Some(unit.map_or(1.0, TimeUnit::seconds)), known: unit.is_some(), ..plain }
        };
        times.most = times.longest_step(first);
        Some(times)
    }

    /// What is no gap: two and a half times the usual step, or what time stamps with few digits jump by.
    fn longest_step(&self, first: &[&str]) -> f64 {
        let times: Vec<f64> = first.iter().filter_map(|f| self.parse(f)).collect();
        let mut steps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).filter(|s| *s > 0.0).collect();
        if steps.is_empty() {
            return f64::INFINITY;
        }
        steps.sort_by(f64::total_cmp);
        2.5 * steps[steps.len() / 2]
    }

    /// A field as seconds (or as what the file counts).
    pub(super) fn parse(&self, field: &str) -> Option<f64> {
        match self.factor {
            None => time::parse(field),
            Some(factor) => number(field, self.decimal).filter(|v| v.is_finite()).map(|v| v * factor),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, first: &[&str]) -> Option<Times> {
        Times::find(0, name, first, '.', None)
    }

    #[test]
    fn kinds_of_time() {
        let iso = find("timestamp", &["2024-03-01 00:00:00", "2024-03-01 00:00:01"]).unwrap();
        assert_eq!((iso.clock, iso.known, iso.most), (Clock::Date, true, 2.5));
        let epoch = find("t", &["1700000000000", "1700000000010"]).unwrap();
        assert_eq!((epoch.clock, epoch.known), (Clock::Date, true));
        assert!((epoch.most - 0.025).abs() < 1e-6);
        let seconds = find("time", &["0.000", "0.001"]).unwrap();
        assert_eq!((seconds.clock, seconds.known), (Clock::Elapsed, true));
        assert!(!find("timestamp", &["0", "10", "20"]).unwrap().known);
        let named = find("time_ms", &["0", "10", "20"]).unwrap();
        assert!(named.known && (named.parse("10").unwrap() - 0.01).abs() < 1e-12);
        assert!(find("time", &["a", "b"]).is_none());
    }

    #[test]
    fn names() {
        for name in ["time", "Timestamp", "time_ms", "Time [s]", "t(s)", "Zeit", "date"] {
            assert!(is_time_name(name), "{name}");
        }
        for name in ["value", "temperature", "tilt", "rate"] {
            assert!(!is_time_name(name), "{name}");
        }
    }
}
