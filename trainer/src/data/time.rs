//! Points in time as recordings have them: ISO 8601 and its usual variants, to seconds since 1970 (UTC) and back.

use super::format::DateOrder;

/// Seconds since 1970-01-01 00:00 UTC of a date with a time of day: `2024-03-01T12:00:05.25Z`, `2024-03-01 12:00`, `2024/03/01
/// 12:00:05,25`, `01.03.2024 12:00:05`, `20240301T120005`, each with `Z`, `±hh`, `±hhmm` or `±hh:mm` behind it or nothing, which
/// means UTC. A date alone is its midnight. `None` for anything else.
pub fn parse(text: &str) -> Option<f64> {
    parse_as(text, None)
}

/// As [`parse`], and dates whose parts are short, such as `03/04/2024 1:05:00 PM`, in the order that is given.
pub fn parse_as(text: &str, order: Option<DateOrder>) -> Option<f64> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim_start()),
        None => (text, ""),
    };
    let days = parse_date(date, order)?;
    if rest.is_empty() {
        return Some(days as f64 * 86_400.0);
    }
    let (clock, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (rest[..at].trim_end(), parse_offset(&rest[at..])?),
        None => (rest, 0.0),
    };
    Some(days as f64 * 86_400.0 + parse_clock(clock)? - offset)
}

/// Seconds since midnight of a time of day alone, with a colon in it: `12:00:05.25`, `1:05 PM`.
pub fn parse_time_of_day(text: &str) -> Option<f64> {
    let text = text.trim();
    text.contains(':').then(|| parse_clock(text))?
}

/// Which orders of day and month the date in `text` can have; `None` where it is no date with both in front of the year.
pub fn date_orders(text: &str) -> Option<Vec<DateOrder>> {
    let orders: Vec<DateOrder> = [DateOrder::Dmy, DateOrder::Mdy]
        .into_iter()
        .filter(|order| parse(text).is_none() && parse_as(text, Some(*order)).is_some())
        .collect();
    (!orders.is_empty()).then_some(orders)
}

/// Whether a text is a point in time in some order of its parts, or a time of day.
pub fn is_time(text: &str) -> bool {
    parse(text).is_some() || date_orders(text).is_some() || parse_time_of_day(text).is_some()
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<i64> {
    (digits.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_date(date: &str, order: Option<DateOrder>) -> Option<i64> {
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let (year, month, day) = match parts[..] {
        [y, m, d] if y.len() == 4 => (number(y, 4..=4)?, number(m, 1..=2)?, number(d, 1..=2)?),
        // Dots mean the day first; with slashes or dashes it could be either, so somebody has to say it.
        [d, m, y] if date.contains('.') => (number(y, 4..=4)?, number(m, 1..=2)?, number(d, 1..=2)?),
        [a, b, y] if order.is_some() => {
            let (d, m) = if order == Some(DateOrder::Mdy) { (b, a) } else { (a, b) };
            (number(y, 4..=4)?, number(m, 1..=2)?, number(d, 1..=2)?)
        }
        [all] if all.len() == 8 && all.is_ascii() => {
            (number(&all[..4], 4..=4)?, number(&all[4..6], 2..=2)?, number(&all[6..], 2..=2)?)
        }
        _ => return None,
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let long = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let last = *long.get(usize::try_from(month - 1).ok()?)?;
    (1..=last).contains(&day).then(|| days_before(year, month) + day - 1)
}

/// Days from 1970-01-01 to the first of a month.
fn days_before(year: i64, month: i64) -> i64 {
    // Years that begin in March, so that the leap day is the last one.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 - 719_468
}

fn parse_clock(clock: &str) -> Option<f64> {
    let lower = clock.to_ascii_lowercase();
    for (suffix, later) in [("am", 0.0), ("pm", 43_200.0)] {
        let Some(twelve) = lower.strip_suffix(suffix) else { continue };
        let seconds = parse_clock(twelve.trim_end()).filter(|s| (3600.0..46_800.0).contains(s))?;
        return Some(seconds % 43_200.0 + later);
    }
    let (whole, fraction) = match clock.find(['.', ',']) {
        Some(at) => (&clock[..at], &clock[at + 1..]),
        None => (clock, ""),
    };
    let (h, m, s) = match whole.split(':').collect::<Vec<_>>()[..] {
        [h, m, s] => (number(h, 1..=2)?, number(m, 2..=2)?, number(s, 2..=2)?),
        [h, m] if fraction.is_empty() => (number(h, 1..=2)?, number(m, 2..=2)?, 0),
        [all] if all.len() == 6 && all.is_ascii() => {
            (number(&all[..2], 2..=2)?, number(&all[2..4], 2..=2)?, number(&all[4..], 2..=2)?)
        }
        [all] if all.len() == 4 && all.is_ascii() && fraction.is_empty() => {
            (number(&all[..2], 2..=2)?, number(&all[2..], 2..=2)?, 0)
        }
        _ => return None,
    };
    let fraction: f64 = match fraction {
        "" => 0.0,
        digits => {
            number(digits, 1..=12)?;
            format!("0.{digits}").parse().ok()?
        }
    };
    (h <= 24 && m < 60 && s <= 60).then_some((h * 3600 + m * 60 + s) as f64 + fraction)
}

/// Seconds that a zone is ahead of UTC.
fn parse_offset(text: &str) -> Option<f64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0.0);
    }
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let (h, m) = match digits.len() {
        2 => (number(&digits, 2..=2)?, 0),
        4 if digits.is_ascii() => (number(&digits[..2], 2..=2)?, number(&digits[2..], 2..=2)?),
        _ => return None,
    };
    Some(sign * (h * 3600 + m * 60) as f64)
}

/// A point in time as `2024-03-01T12:00:05.250Z`, to the millisecond where it is not a whole second.
pub fn format(seconds: f64) -> String {
    let millis = (seconds * 1000.0).round() as i64;
    let (days, rest) = (millis.div_euclid(86_400_000), millis.rem_euclid(86_400_000));
    // The inverse of `days_before`, by 400 years of 146,097 days.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let (year, month) = if march < 10 { (0, march + 3) } else { (1, march - 9) };
    let year = year_of_era + 400 * era + year;
    let (seconds, millis) = (rest / 1000, rest % 1000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{year:04}-{month:02}-{day:02}T{clock}{fraction}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_forms_mean_the_same() {
        let forms = [
            "2024-03-01T12:00:05Z",
            "2024-03-01 12:00:05",
            "2024/03/01 12:00:05.000",
            "01.03.2024 12:00:05",
            "1.3.2024 12:00:05,0",
            "20240301T120005",
            "2024-03-01T14:00:05+02:00",
            "2024-03-01T07:30:05-0430",
        ];
        for form in forms {
            assert_eq!(parse(form), Some(1_709_294_405.0), "{form}");
        }
        assert_eq!(parse("1970-01-01"), Some(0.0));
        assert_eq!(parse("1969-12-31 23:59:59.5"), Some(-0.5));
        assert_eq!(parse("2024-02-29"), Some(1_709_164_800.0));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "12",
            "13:00 PM",
            "0:10 am",
            "3.5",
            "2024-13-01",
            "2023-02-29",
            "2024-03-01 25:00:00",
            "2024-03-01 1:2",
            "1/2/2024",
            "x",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn dates_that_could_be_either_are_read_by_an_order() {
        let slash = "3/4/2024 1:05:00 PM";
        assert_eq!(parse_as(slash, Some(DateOrder::Dmy)), parse("2024-04-03 13:05:00"));
        assert_eq!(parse_as(slash, Some(DateOrder::Mdy)), parse("2024-03-04 13:05:00"));
        assert_eq!(date_orders(slash).unwrap(), [DateOrder::Dmy, DateOrder::Mdy]);
        assert_eq!(date_orders("31-12-2024 12:00").unwrap(), [DateOrder::Dmy]);
        assert_eq!((date_orders("2024-03-01"), date_orders("1.3.2024"), date_orders("1/2")), (None, None, None));
        assert_eq!(parse("2024-03-01 12:30 am"), parse("2024-03-01 00:30"));
        assert_eq!(parse_time_of_day("12:00:05.25"), Some(43_205.25));
        assert_eq!((parse_time_of_day("1200"), parse_time_of_day("25:00")), (None, None));
    }

    proptest! {
        #[test]
        fn formats_come_back(millis in -4_000_000_000_000i64..8_000_000_000_000) {
            let seconds = millis as f64 / 1000.0;
            let back = parse(&format(seconds)).unwrap();
            prop_assert!((back - seconds).abs() < 1e-3, "{} {back}", format(seconds));
        }

        #[test]
        fn any_text_is_answered(text in "[0-9TZ:., /+-]{0,24}") {
            let _ = (is_time(&text), parse_as(&text, Some(DateOrder::Mdy)));
        }
    }
}
