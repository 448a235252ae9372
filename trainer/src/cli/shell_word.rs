//! A path as a word that a shell reads back.

use std::ffi::OsStr;

/// Quotes `word` for POSIX shells: as it is where nothing in it means anything to them, else in single quotes, or in `$'…'`
/// (bash, zsh, ksh) where it has control characters or is no text.
pub(super) fn shell_word(word: &OsStr) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:@%+=,".contains(c);
    match word.to_str() {
        Some(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Some(text) if !text.chars().any(char::is_control) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let escaped = |byte: &u8| match byte {
                b'\'' | b'\\' => format!("\\{}", char::from(*byte)),
                b' '..=b'~' => char::from(*byte).to_string(),
                _ => format!("\\x{byte:02x}"),
            };
            format!("$'{}'", word.as_encoded_bytes().iter().map(escaped).collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_back() {
        for (word, quoted) in [
            ("runs/pump-1", "runs/pump-1"),
            ("a b", "'a b'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("ปั๊ม", "'ปั๊ม'"),
            ("a\nb'", r"$'a\x0ab\''"),
            ("", "''"),
            ("~", "'~'"),
        ] {
            assert_eq!(shell_word(OsStr::new(word)), quoted);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_them_back() {
        use std::os::unix::ffi::OsStrExt as _;
        for word in [&b"a\xffb'\\ c"[..], b"tab\t", b"e\xcc\x81 '", b"*?[x] #!&|;<>()", b"-n"] {
            let line = format!("printf %s {}", shell_word(OsStr::from_bytes(word)));
            let Ok(out) = std::process::Command::new("bash").args(["-c", &line]).output() else {
                eprintln!("skipped: there is no bash");
                return;
            };
            let expected = if word == b"-n" { &b"-n"[..] } else { word };
            assert_eq!(out.stdout, expected, "{line}");
        }
    }
}
