//! What a device run leaves: a file of result records to compare with the host's, and figures in its output.

use anyhow::{Result, bail};
use picoae::Part;
use picoae_compiler::export::{SCORE_BYTES as HEAD, VERDICT_BYTES as VERDICT};

/// Compares the records of all windows, bit for bit. `window` and `output` are the numbers of values of the model's input
/// and output, `windows` how many windows there are.
pub(crate) fn compare(expected: &[u8], found: &[u8], windows: usize, output: usize) -> Result<()> {
    if windows == 0 || !expected.len().is_multiple_of(windows) || expected.len() / windows < HEAD + output {
        bail!("the expected results have {} bytes, which is not {windows} records", expected.len());
    }
    if expected.len() != found.len() {
        bail!("the device wrote {} bytes of results, the host {}", found.len(), expected.len());
    }
    let record = expected.len() / windows;
    for (window, (expected, found)) in expected.chunks(record).zip(found.chunks(record)).enumerate() {
        if expected == found {
            continue;
        }
        let values =
            |name: &str, range: std::ops::Range<usize>| differing(name, &expected[range.clone()], &found[range]);
        let mut differences = vec![];
        if expected[..HEAD] != found[..HEAD] {
            differences.push(format!("score {} on the device, {} on the host", score(found), score(expected)));
        }
        differences.extend(values("reconstruction", HEAD..HEAD + output));
        differences.extend(values("latent", HEAD + output..record));
        bail!("window {window}: {}", differences.join("; "));
    }
    Ok(())
}

/// Compares the verdicts of all windows, bit for bit, and gives their number.
pub(crate) fn compare_verdicts(expected: &[u8], found: &[u8]) -> Result<usize> {
    if expected.is_empty() || !expected.len().is_multiple_of(VERDICT) {
        bail!("the expected verdicts have {} bytes, which is no whole number of them", expected.len());
    }
    if expected.len() != found.len() {
        bail!("the device wrote {} bytes of verdicts, the host {}", found.len(), expected.len());
    }
    for (window, (expected, found)) in expected.chunks(VERDICT).zip(found.chunks(VERDICT)).enumerate() {
        if expected != found {
            let told = |v: &[u8]| {
                let why = &v[HEAD..];
                format!("{}, part {} side {} of limit {}, alarm {}", score(v), why[8], why[9], word(&why[..8]), why[10])
            };
            bail!("window {window}: {} on the device, {} on the host", told(found), told(expected));
        }
    }
    Ok(expected.len() / VERDICT)
}

/// A number, little-endian.
fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte))
}

fn score(record: &[u8]) -> String {
    let parts = Part::ALL.iter().zip(record.chunks(8)).map(|(part, value)| format!("{} {}", part.name(), word(value)));
    parts.collect::<Vec<_>>().join(", ")
}

fn differing(name: &str, expected: &[u8], found: &[u8]) -> Option<String> {
    let count = expected.iter().zip(found).filter(|(e, f)| e != f).count();
    let first = expected.iter().zip(found).position(|(e, f)| e != f)?;
    let (device, host) = (found[first] as i8, expected[first] as i8);
    Some(format!(
        "{count} values of the {name} differ, value {first} first: {device} on the device, {host} on the host"
    ))
}

/// The number behind `figure NAME` in a program's output.
pub(crate) fn figure(output: &str, name: &str) -> Result<u64> {
    let mut lines = output.lines().filter_map(|line| line.strip_prefix("figure "));
    let value = lines.find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
    match value {
        Some(value) => Ok(value),
        None => bail!("the device printed no figure `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::{HEAD, VERDICT, compare, compare_verdicts, figure};

    fn record(total: u64, output: &[i8], latent: &[i8]) -> Vec<u8> {
        let mut bytes = total.to_le_bytes().to_vec();
        bytes.resize(HEAD, 0);
        bytes.extend(output.iter().chain(latent).map(|value| *value as u8));
        bytes
    }

    #[test]
    fn finds_the_first_difference() {
        let host = [record(7, &[1, 2, 3], &[9]), record(8, &[4, 5, 6], &[9])].concat();
        assert!(compare(&host, &host, 2, 3).is_ok());
        let mut device = host.clone();
        device[HEAD + 4 + HEAD + 1] = 250;
        let message = compare(&host, &device, 2, 3).unwrap_err().to_string();
        assert_eq!(
            message,
            "window 1: 1 values of the reconstruction differ, value 1 first: -6 on the device, 5 on the host"
        );
        device[HEAD + 4] = 9;
        assert!(compare(&host, &device, 2, 3).unwrap_err().to_string().contains("score total 9, segment_max 0"));
    }

    #[test]
    fn verdicts_are_compared_to_the_last_bit() {
        let host: Vec<u8> = (0..2 * VERDICT as u8).collect();
        assert_eq!(compare_verdicts(&host, &host).unwrap(), 2);
        let mut device = host.clone();
        device[VERDICT + HEAD + 8] = 4;
        let message = compare_verdicts(&host, &device).unwrap_err().to_string();
        assert!(message.starts_with("window 1: ") && message.contains("part 4 side 153 of"), "{message}");
        assert!(compare_verdicts(&host, &host[..VERDICT]).is_err());
        assert!(compare_verdicts(&[], &[]).is_err() && compare_verdicts(&host[..20], &host[..20]).is_err());
    }

    #[test]
    fn wrong_lengths_are_no_success() {
        let host = record(7, &[1, 2, 3], &[9]);
        assert!(compare(&host, &host[..19], 1, 3).is_err());
        assert!(compare(&host, &host, 0, 3).is_err());
        assert!(compare(&[], &[], 1, 3).is_err());
    }

    #[test]
    fn reads_figures() {
        let output = "window 0\nfigure stack_bytes 412 of 4096\nfigure instructions 19\n";
        assert_eq!(figure(output, "stack_bytes").unwrap(), 412);
        assert_eq!(figure(output, "instructions").unwrap(), 19);
        assert!(figure(output, "flash").is_err());
    }
}
