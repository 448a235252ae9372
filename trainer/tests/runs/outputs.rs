//! Outputs that are no plain files, and readers that are gone.

use super::support::{done, on, picoae, refused, said, train, windows};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

fn generate(out: &Path) -> Command {
    let mut command = picoae();
    command.args(["generate", "--count", "2", "--kind", "step", "--out"]).arg(out);
    command
}

#[test]
fn devices_pipes_and_links_are_written_through() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    done(&mut generate(&at("plain.csv")));
    let expected = fs::read(at("plain.csv")).unwrap();
    assert_eq!(done(&mut generate(Path::new("-"))).0.as_bytes(), expected);

    done(&mut generate(Path::new("/dev/null")));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    let stdout = generate(Path::new("/dev/stdout")).output().unwrap().stdout;
    assert!(stdout.starts_with(&expected));

    assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
    let mut child = generate(&at("fifo")).stdout(Stdio::null()).spawn().unwrap();
    let mut read = Vec::new();
    fs::File::open(at("fifo")).unwrap().read_to_end(&mut read).unwrap();
    assert!(child.wait().unwrap().success() && read == expected);
    assert!(fs::metadata(at("fifo")).unwrap().file_type().is_fifo());

    fs::write(at("target.csv"), "old").unwrap();
    symlink("target.csv", at("link.csv")).unwrap();
    symlink("made.csv", at("dangling.csv")).unwrap();
    for (link, target) in [("link.csv", "target.csv"), ("dangling.csv", "made.csv")] {
        done(&mut generate(&at(link)));
        assert!(at(link).is_symlink() && fs::read(at(target)).unwrap() == expected, "{link}");
    }
    let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().contains("partial")), "{names:?}");
}

/// Every command that prints, with a run and windows.
fn printing(folder: &Path) -> Vec<Command> {
    let run = folder.join("run");
    let input = windows(folder);
    done(&mut train(&run, &[]));
    let mut completions = picoae();
    completions.args(["completions", "bash"]);
    let mut help = picoae();
    help.arg("--help");
    vec![
        on(&run, "score", &["--input", &input]),
        on(&run, "score", &["--input", &input, "--format", "json"]),
        on(&run, "lower", &["--explain"]),
        on(&run, "lower", &["--explain", "--format", "json"]),
        on(&run, "evaluate", &[]),
        on(&run, "export", &[]),
        on(&run, "quantize", &[]),
        generate(Path::new("-")),
        generate(&folder.join("x.csv")),
        train(&folder.join("second"), &[]),
        completions,
        help,
    ]
}

#[test]
fn a_reader_that_is_gone_is_a_quiet_end() {
    let folder = tempfile::tempdir().unwrap();
    for mut command in printing(folder.path()) {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let (code, _, stderr) = said(&child.wait_with_output().unwrap());
        assert_eq!(code, Some(0), "{command:?}: {stderr}");
        assert!(!stderr.contains("picoae:") && !stderr.contains("pipe"), "{command:?}: {stderr}");
    }
    // Nobody reads what is said beside it either; the run is made all the same.
    let run = folder.path().join("third");
    let mut child = train(&run, &[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    done(&mut on(&run, "evaluate", &[]));
    let mut child = on(&folder.path().join("none"), "evaluate", &[]).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
    // A pipe with a name is one, too.
    let fifo = folder.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let mut command = picoae();
    command.args(["generate", "--count", "200", "--out"]).arg(&fifo).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    drop(fs::File::open(&fifo).unwrap());
    let (code, _, stderr) = said(&child.wait_with_output().unwrap());
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    for mut command in printing(folder.path()) {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let (code, _, stderr) = said(&command.stdout(full).output().unwrap());
        assert_eq!(code, Some(1), "{command:?}: {stderr}");
        if !format!("{command:?}").contains("--help") {
            assert!(stderr.lines().last().unwrap().contains("standard output: No space left"), "{command:?}: {stderr}");
        }
    }
    refused(&mut generate(Path::new("/dev/full")), 1, &["/dev/full: No space left"]);
    assert!(fs::metadata("/dev/full").unwrap().file_type().is_char_device());
}
