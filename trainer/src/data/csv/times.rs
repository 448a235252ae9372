//! Columns of times.

use super::super::format::{DateOrder, TimeUnit};
use super::super::recording::Clock;
use super::super::time;
use super::fields::number;

/// How the fields of a column are times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Times {
    pub(super) column: usize,
    /// The column of the time of day, where the date has a column of its own.
    pub(super) time_of_day: Option<usize>,
    pub(super) clock: Clock,
    form: Form,
    /// Whether times are in seconds; otherwise only their distances mean something.
    pub(super) known: bool,
    decimal: char,
    /// Seconds beyond which the next row does not follow.
    pub(super) most: f64,
    /// Whether the first rows go back in time.
    pub(super) newest_first: bool,
}

/// How a field is a time.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    /// Seconds that a number stands for.
    Number(f64),
    /// A date, with or without a time of day.
    Date(Option<DateOrder>),
    /// A date that could be read in either order, and nobody has said in which.
    EitherOrder,
    /// A time of day without a date.
    TimeOfDay,
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
        order: Option<DateOrder>,
    ) -> Option<Self> {
        let plain = Self {
            column,
            time_of_day: None,
            clock: Clock::Date,
            form: Form::Date(None),
            known: true,
            decimal,
            most: f64::INFINITY,
            newest_first: false,
        };
        let mut times = if first.iter().all(|f| time::parse(f).is_some() && number(f, decimal).is_none()) {
            plain
        } else if let Some(form) = in_order(first, order) {
            Self { form, ..plain }
        } else if first.iter().all(|f| time::parse_time_of_day(f).is_some()) {
            Self { form: Form::TimeOfDay, clock: Clock::Elapsed, ..plain }
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
                // A spreadsheet's number of days since 1900, from 1982 on, looks like seconds that tick too fast.
                (_, None) if (30_000.0..80_000.0).contains(&start) && step < 0.05 => (Clock::Elapsed, None),
                // Fractions of what is called time are seconds; whole numbers could be anything.
                (_, None) if !whole || step == 0.0 => (Clock::Elapsed, Some(TimeUnit::S)),
                (_, None) => (Clock::Elapsed, None),
            };
            Self { clock, form: Form::Number(unit.map_or(1.0, TimeUnit::seconds)), known: unit.is_some(), ..plain }
        };
        times.look(&first.iter().filter_map(|f| times.parse(f)).collect::<Vec<_>>());
        Some(times)
    }

    /// Dates of this column with the times of day of another; `None` where one of both is something else.
    pub(super) fn with_time_of_day(mut self, dates: &[&str], column: usize, first: &[&str]) -> Option<Self> {
        let midnight = |f: &&str| self.parse(f).is_some_and(|t| t % 86_400.0 == 0.0) && !f.contains(':');
        let is_date = matches!(self.form, Form::Date(_) | Form::EitherOrder) && dates.iter().all(midnight);
        if !is_date || first.is_empty() || !first.iter().all(|f| time::parse_time_of_day(f).is_some()) {
            return None;
        }
        self.time_of_day = Some(column);
        let both = dates.iter().zip(first).filter_map(|(d, t)| Some(self.parse(d)? + time::parse_time_of_day(t)?));
        self.look(&both.collect::<Vec<_>>());
        Some(self)
    }

    /// Whether somebody has to say in which order day and month are.
    pub(super) fn needs_order(&self) -> bool {
        self.form == Form::EitherOrder
    }

    /// Learns from the times of the first rows what is no gap (two and a half times the usual step, or what time stamps with few digits
    /// jump by) and in which direction they go.
    fn look(&mut self, times: &[f64]) {
        let steps = || times.windows(2).map(|w| w[1] - w[0]);
        self.newest_first = times.len() > 2 && steps().all(|s| s <= 0.0) && steps().any(|s| s < 0.0);
        let mut steps: Vec<f64> = steps().filter(|s| *s > 0.0).collect();
        steps.sort_by(f64::total_cmp);
        self.most = steps.get(steps.len() / 2).map_or(f64::INFINITY, |usual| 2.5 * usual);
    }

    /// A field as seconds (or as what the file counts).
    pub(super) fn parse(&self, field: &str) -> Option<f64> {
        match self.form {
            Form::Date(order) => time::parse_as(field, order),
            Form::EitherOrder => time::parse_as(field, Some(DateOrder::Dmy)),
            Form::TimeOfDay => time::parse_time_of_day(field),
            Form::Number(factor) => number(field, self.decimal).filter(|v| v.is_finite()).map(|v| v * factor),
        }
    }
}

/// Dates with day and month in front of the year: in the order that is given, else in the only one that all of them can have.
fn in_order(first: &[&str], order: Option<DateOrder>) -> Option<Form> {
    let mut possible = vec![DateOrder::Dmy, DateOrder::Mdy];
    for field in first {
        let of_field = time::date_orders(field)?;
        possible.retain(|order| of_field.contains(order));
    }
    match (order, &possible[..]) {
        (_, []) => None,
        (Some(order), possible) => possible.contains(&order).then_some(Form::Date(Some(order))),
        (None, [only]) => Some(Form::Date(Some(*only))),
        (None, _) if first.is_empty() => None,
        (None, _) => Some(Form::EitherOrder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, first: &[&str]) -> Option<Times> {
        Times::find(0, name, first, '.', None, None)
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
    fn the_dates_show_their_order_or_somebody_says_it() {
        let both = ["03/04/2026 10:00:00", "03/04/2026 10:00:01"];
        assert!(find("date", &both).unwrap().needs_order());
        let said = Times::find(0, "date", &both, '.', None, Some(DateOrder::Mdy)).unwrap();
        assert_eq!(said.parse(both[0]), time::parse("2026-03-04 10:00:00"));
        let shown = find("date", &["03/04/2026 23:59:59", "13/04/2026 00:00:00"]).unwrap();
        assert!(!shown.needs_order() && shown.parse("01/02/2026") == time::parse("2026-02-01"));
        assert!(Times::find(0, "date", &["13/04/2026"], '.', None, Some(DateOrder::Mdy)).is_none());
    }

    #[test]
    fn a_date_and_a_time_of_day_in_two_columns() {
        let dates = ["2026-03-01", "2026-03-01", "2026-03-01"];
        let times = ["10:00:00", "10:00:01", "10:00:02"];
        let found = find("date", &dates).unwrap().with_time_of_day(&dates, 1, &times).unwrap();
        assert_eq!((found.time_of_day, found.most), (Some(1), 2.5));
        assert!(find("date", &dates).unwrap().with_time_of_day(&dates, 1, &["1.0", "2.0", "3.0"]).is_none());
        let alone = find("time", &times).unwrap();
        assert_eq!((alone.clock, alone.known, alone.parse("10:00:01")), (Clock::Elapsed, true, Some(36_001.0)));
    }

    #[test]
    fn days_of_a_spreadsheet_are_not_taken_for_seconds() {
        let serial = ["45352.00000000", "45352.00001157", "45352.00002315"];
        assert!(!find("time", &serial).unwrap().known);
        let days = Times::find(0, "time", &serial, '.', Some(TimeUnit::D), None).unwrap();
        assert!(days.known && (days.most - 2.5).abs() < 0.01);
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
