//! Fields of a line and the numbers in them.

/// What separates fields: nothing (one column), runs of blanks, or one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    None,
    Blanks,
    Char(char),
}

/// Calls `take` with every field of a line in order, without the blanks and quotes around it; gives their number. A field in
/// quotes may have the separator in it, and ends on its line.
pub(super) fn fields<'a>(line: &'a str, separator: Separator, mut take: impl FnMut(usize, &'a str)) -> usize {
    let separator = match separator {
        Separator::None => {
            take(0, bare(line));
            return 1;
        }
        Separator::Blanks => {
            let mut n = 0;
            for field in line.split_whitespace() {
                take(n, bare(field));
                n += 1;
            }
            return n;
        }
        Separator::Char(c) => c,
    };
    let mut n = 0;
    if !line.contains('"') {
        for field in line.split(separator) {
            take(n, field.trim());
            n += 1;
        }
        return n;
    }
    let mut rest = line;
    loop {
        let quoted = rest.trim_start().starts_with('"');
        let open = rest.find('"').map_or(0, |at| at + 1);
        let closed = if quoted { rest[open..].find('"').map_or(rest.len(), |at| open + at + 1) } else { 0 };
        let end = rest[closed..].find(separator).map(|at| closed + at);
        take(n, bare(&rest[..end.unwrap_or(rest.len())]));
        n += 1;
        match end {
            Some(end) => rest = &rest[end + separator.len_utf8()..],
            None => return n,
        }
    }
}

fn bare(field: &str) -> &str {
    let field = field.trim();
    field.strip_prefix('"').and_then(|f| f.strip_suffix('"')).map_or(field, str::trim)
}

/// All fields of a line.
pub(super) fn split(line: &str, separator: Separator) -> Vec<&str> {
    let mut out = Vec::new();
    fields(line, separator, |_, field| out.push(field));
    out
}

/// Whether a field says that there is no value.
pub(super) fn is_missing(field: &str) -> bool {
    const WORDS: [&str; 9] = ["nan", "na", "n/a", "null", "none", "nil", "-", "?", "--"];
    // What spreadsheet programs write where a formula failed.
    const ERRORS: [&str; 8] = ["#n/a", "#n/d", "#nv", "#div/0!", "#value!", "#wert!", "#ref!", "#num!"];
    field.is_empty() || WORDS.iter().chain(&ERRORS).any(|w| field.eq_ignore_ascii_case(w))
}

/// The number in a field, finite or not; `None` where there is none.
pub(super) fn number(field: &str, decimal: char) -> Option<f64> {
    if decimal == '.' {
        return field.parse().ok();
    }
    if field.contains('.') {
        return None;
    }
    field.replace(decimal, ".").parse().ok()
}

/// As [`number`], straight to f32 (a number is rounded once, not twice).
pub(super) fn sample(field: &str, decimal: char) -> Option<f32> {
    if decimal == '.' || !field.contains(decimal) {
        return if decimal == '.' || !field.contains('.') { field.parse().ok() } else { None };
    }
    if field.contains('.') {
        return None;
    }
    field.replace(decimal, ".").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_bare() {
        let comma = Separator::Char(',');
        assert_eq!(split("a, b ,\"c, d\",", comma), ["a", "b", "c, d", ""]);
        assert_eq!(split("\"1\";2", Separator::Char(';')), ["1", "2"]);
        assert_eq!(split(" 1  2\t3", Separator::Blanks), ["1", "2", "3"]);
        assert_eq!(split(" \"7\" ", Separator::None), ["7"]);
        assert_eq!(split("x,5\" pipe,2", comma), ["x", "5\" pipe", "2"]);
        assert_eq!(split("\"open,1", comma), ["\"open,1"]);
    }

    #[test]
    fn numbers_by_their_decimal_sign() {
        assert_eq!(
            (number("1.5", '.'), number("1,5", ','), number("1.5", ','), number("1,5", '.')),
            (Some(1.5), Some(1.5), None, None)
        );
        assert_eq!(
            (sample("-3e-2", '.'), sample("7", ','), sample("1,25", ','), sample("x", '.')),
            (Some(-0.03), Some(7.0), Some(1.25), None)
        );
        assert!(is_missing("") && is_missing("NaN") && is_missing("N/A") && !is_missing("0"));
    }
}
