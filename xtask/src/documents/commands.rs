//! The commands in a document, with the output that it shows of them.

/// A command and what the document says it prints.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) program: Program,
    pub(super) words: Vec<String>,
    /// Lines of its output that the document shows, in their order.
    pub(super) shown: Vec<String>,
}

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// `cargo run --release --`
    Picoae,
    /// `cargo xtask`
    Xtask,
}

/// The commands in `text`: lines of indented code that begin with `cargo run --release --` or `cargo xtask`, without comments. A block
/// fenced as `text` behind a command is output of it; `...` stands for lines that are left out.
pub(super) fn commands(text: &str) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut shows = false;
    for line in text.lines() {
        if shows && line != "```" {
            if let Some(last) = commands.last_mut().filter(|_| line.trim() != "...") {
                last.shown.push(line.to_owned());
            }
            continue;
        }
        shows = line == "```text";
        let code = |prefix| line.strip_prefix("    ").and_then(|code| code.strip_prefix(prefix));
        let found = [("cargo run --release -- ", Program::Picoae), ("cargo xtask ", Program::Xtask)];
        let found = found.iter().find_map(|(prefix, program)| Some((*program, code(*prefix)?)));
        if let Some((program, rest)) = found {
            commands.push(Command { program, words: words(rest), shown: Vec::new() });
        }
    }
    commands
}

/// The words of a line as a shell has them, up to a comment. Quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The first of the `shown` lines that `output` does not have behind the ones before. Numbers and blanks may be others: a training gives
/// other ones on a processor with other instructions.
pub(super) fn missing<'a>(shown: &'a [String], output: &str) -> Option<&'a str> {
    let mut lines = output.lines().map(masked);
    shown.iter().find(|line| !lines.any(|found| found == masked(line))).map(String::as_str)
}

/// A line with `#` for each number, its words one blank apart.
fn masked(line: &str) -> String {
    let word = |word: &str| {
        let mut masked = String::new();
        for c in word.chars() {
            let number = c.is_ascii_digit() || (masked.ends_with('#') && c == '.');
            if !number {
                masked.push(c);
            } else if !masked.ends_with('#') {
                masked.push('#');
            }
        }
        masked
    };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_their_output() {
        let text = "Do:\n\n    cargo run --release -- train 'a b' # now\n    other\n\n```text\nepoch 1/40\n...\ndone\n```\n\
                    \n    cargo xtask emulate x\n\n```toml\na = 1\n```\n";
        let found = commands(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].program, &found[0].words[..]), (Program::Picoae, &["train".into(), "a b".into()][..]));
        assert_eq!(found[0].shown, ["epoch 1/40", "done"]);
        assert_eq!((found[1].program, found[1].shown.len()), (Program::Xtask, 0));
    }

    #[test]
    fn shown_lines_must_be_there_in_their_order() {
        let shown = ["epoch  1/40  loss 0.5".to_owned(), "done in 3 s".to_owned()];
        assert_eq!(missing(&shown, "epoch 1/40 loss 0.25\nepoch 2/40\ndone in 12 s\n"), None);
        assert_eq!(missing(&shown, "done in 3 s\nepoch 1/40 loss 0.25\n"), Some("done in 3 s"));
        assert_eq!(missing(&shown, "epoch 1/40 error 0.25\n"), Some("epoch  1/40  loss 0.5"));
    }
}
