//! Files and folders of any name.

use super::support::{done, files, on, picoae, recording, refused, train, train_on};
use std::fs;
use std::path::Path;

const NAMES: [&str; 9] = [
    "เสียงปั๊มน้ำ",
    "Gera\u{308}usch e\u{301}te\u{301}",
    "กำ\u{200d}\u{200c}x",
    "👩\u{200d}🔧",
    "with space, comma; and \"quotes' $HOME `x`",
    "new\nline\ttab\u{1b}[1m",
    "back\\slash\\u0301",
    "-n",
    "#[table]=1",
];

/// Trains on `csv` into `run` and does everything once.
fn everything(csv: &Path, run: &Path) {
    done(&mut train_on(csv, run));
    done(on(run, "score", &["--input"]).arg(csv));
    done(&mut on(run, "evaluate", &[]));
    done(&mut on(run, "quantize", &[]));
    let out = run.with_file_name("exported");
    done(on(run, "export", &["--out"]).arg(&out));
    done(on(&out, "score", &["--input"]).arg(csv));
}

#[cfg(unix)] // Windows has names that no file may have
#[test]
fn any_name_will_do() {
    for name in NAMES {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(name);
        fs::create_dir(&root).unwrap();
        let csv = root.join(format!("{name}.csv"));
        recording(&csv, 40_000, |v| v);
        everything(&csv, &root.join(name));
        let out = root.join(format!("{name} generated"));
        done(picoae().args(["generate", "--count", "1", "--out"]).arg(&out));
        assert!(out.is_file());
        // A message is one line all the same.
        let text = refused(on(&root.join(name), "score", &["--input"]).arg(root.join("none")), 2, &["none"]);
        assert!(!text.contains('\u{1b}'), "{text}");
        let stderr = on(&root.join(name), "score", &["--input"]).arg(root.join("none")).output().unwrap().stderr;
        assert_eq!(String::from_utf8(stderr).unwrap().lines().count(), 1);
    }
}

#[cfg(unix)]
#[test]
fn the_longest_name_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let name = "น".repeat(85);
    let run = folder.path().join(&name);
    done(&mut train(&run, &[]));
    done(&mut train(&run, &["--overwrite"]));
    let csv = folder.path().join("c".repeat(255));
    done(picoae().args(["generate", "--count", "1", "--out"]).arg(&csv));
    done(on(&run, "score", &["--input"]).arg(&csv));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"Ger\xe4usch");
    let run = folder.path().join(name);
    done(&mut train(&run, &[]));
    let csv = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.csv"));
    done(picoae().args(["generate", "--count", "1", "--kind", "step", "--out"]).arg(&csv));
    done(on(&run, "score", &["--input"]).arg(&csv));
    done(&mut on(&run, "quantize", &[]));
    // A configuration is text, so it cannot keep such a name.
    let out = folder.path().join("out");
    refused(picoae().args(["train", "--data"]).arg(&csv).arg("--out").arg(&out), 2, &["UTF-8", "rename"]);
    assert!(!out.exists());
}

#[cfg(unix)]
#[test]
fn links_and_dots_lead_to_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let link = root.join("latest");
    done(&mut train(&root.join("run"), &[]));
    std::os::unix::fs::symlink("run", &link).unwrap();
    done(&mut train(&link, &["--overwrite", "--set", "seed=2"]));
    assert!(link.is_symlink() && root.join("run/run.json").is_file());
    assert!(fs::read_to_string(root.join("run/config.toml")).unwrap().contains("seed = 2"));
    // From inside, and a folder made beforehand; the folder stays the one that the shell is in.
    fs::create_dir(root.join("empty")).unwrap();
    use std::os::unix::fs::MetadataExt as _;
    let inode = fs::metadata(root.join("empty")).unwrap().ino();
    for more in [&[][..], &["--overwrite"]] {
        done(train(Path::new("."), more).current_dir(root.join("empty")));
        done(on(Path::new("."), "evaluate", &[]).current_dir(root.join("empty")));
    }
    assert_eq!(fs::metadata(root.join("empty")).unwrap().ino(), inode);
    std::os::unix::fs::symlink("nothing", root.join("dangling")).unwrap();
    refused(&mut train(&root.join("dangling"), &[]), 2, &["a link to nothing"]);
    // Folders that are made on the way, and a refusal that leaves none.
    refused(&mut train(&root.join("a/b/c"), &["--set", "data.signals.window=0"]), 2, &["data.signals.window"]);
    assert!(!root.join("a").exists());
    done(&mut train(&root.join("a/b/c"), &[]));
    assert_eq!(files(&root.join("a")).keys().filter(|name| !name.starts_with("b/c/")).count(), 0);
}

#[test]
fn other_peoples_folders_are_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = folder.path().join("theirs");
    fs::create_dir(&theirs).unwrap();
    fs::write(theirs.join("config.toml"), "[package]\n").unwrap();
    fs::write(theirs.join("weights.safetensors"), "mine").unwrap();
    let before = files(folder.path());
    for more in [&[][..], &["--overwrite"]] {
        refused(&mut train(&theirs, more), 2, &["theirs", "never replaced", "--out"]);
    }
    let run = folder.path().join("run");
    done(&mut train(&run, &[]));
    refused(on(&run, "export", &["--out"]).arg(&theirs), 2, &["config.toml", "stays"]);
    let other = folder.path().join("other");
    done(&mut train(&other, &["--set", "seed=2"]));
    refused(on(&run, "export", &["--out"]).arg(&other), 2, &["there is a run in it"]);
    refused(on(&run, "report", &["--out"]).arg(&other), 2, &["there is a run"]);
    fs::remove_dir_all(&run).unwrap();
    fs::remove_dir_all(&other).unwrap();
    assert!(files(folder.path()) == before);
}
