//! What a folder is after a command was ended on the way, step by step.

use super::lock::WriteLock;
use super::manifest::{Kind, Manifest};
use super::place::Place;
use super::publish;
use super::{Existing, RunDir, Staged};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Publishes a run of two files and a picture, all of the same content.
fn make(folder: &Path, content: &str, existing: Existing) {
    let staged = Staged::create(folder, existing).unwrap();
    for name in ["config.toml", "device.rs", "report/a.svg"] {
        staged.write(name, content).unwrap();
    }
    staged.publish().unwrap();
}

/// Every file of the folder, and of the one that it lies in.
fn files(root: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, at: &Path, all: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, all);
            } else if !path.ends_with("run.json") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                all.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    all
}

fn of(content: &str, names: &[&str]) -> BTreeMap<String, String> {
    names.iter().map(|name| (name.to_string(), content.to_string())).collect()
}

const ALL: [&str; 3] = ["run/config.toml", "run/device.rs", "run/report/a.svg"];

#[test]
fn a_run_is_made_replaced_and_added_to() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    assert_eq!(files(root.path()), of("old", &ALL), "nothing else is left");
    let refused = Staged::create(&run, Existing::Refuse).unwrap_err();
    assert!(refused.to_string().contains("--overwrite"), "{refused}");
    make(&run, "new", Existing::Overwrite);
    assert_eq!(files(root.path()), of("new", &ALL));

    let mut staged = Staged::change(&run, "quantize").unwrap();
    staged.write("device.rs", "newer").unwrap();
    assert!(staged.drop_folder("report"));
    assert_eq!(fs::read_to_string(run.join("device.rs")).unwrap(), "new");
    staged.publish().unwrap();
    let mut expected = of("new", &["run/config.toml"]);
    expected.extend(of("newer", &["run/device.rs"]));
    assert_eq!(files(root.path()), expected);
    assert!(!RunDir::open(&run).unwrap().has("report/a.svg"));

    // What is not published is as if it had not been.
    let staged = Staged::create(&run, Existing::Overwrite).unwrap();
    staged.write("config.toml", "half").unwrap();
    drop(staged);
    assert_eq!(files(root.path()), expected);
}

#[test]
fn other_peoples_files_stay() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    fs::create_dir(run.join("mine")).unwrap();
    fs::write(run.join("mine/notes.txt"), "mine").unwrap();
    make(&run, "new", Existing::Overwrite);
    let mut expected = of("new", &ALL);
    expected.extend(of("mine", &["run/mine/notes.txt"]));
    assert_eq!(files(root.path()), expected);

    // A folder that is no run is none of ours, whatever is asked for.
    let other = root.path().join("other");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("config.toml"), "theirs").unwrap();
    for existing in [Existing::Refuse, Existing::Overwrite, Existing::Resume] {
        assert_eq!(Staged::create(&other, existing).unwrap_err().exit_code(), 2);
    }
    // An export adds to it, but for names that are there.
    let export = |name: &str| {
        let staged = Staged::export(&other).unwrap();
        staged.write(name, "export").unwrap();
        staged.publish()
    };
    assert!(export("config.toml").unwrap_err().to_string().contains("stays"));
    export("device.rs").unwrap();
    export("device.rs").unwrap();
    assert_eq!(fs::read_to_string(other.join("config.toml")).unwrap(), "theirs");
    assert!(Staged::export(&run).unwrap_err().to_string().contains("there is a run in it"));
    // Something of another kind is in the way.
    fs::create_dir_all(other.join("normal.json/deep")).unwrap();
    assert!(export("normal.json").is_err());
    assert_eq!(fs::read_to_string(other.join("device.rs")).unwrap(), "export");
    RunDir::open(&other).unwrap();
}

/// A journal that was written, and put in place up to any file: whoever opens the run finishes it.
#[test]
fn a_journal_is_finished_by_whoever_opens() {
    for done in 0..=4 {
        let root = tempfile::tempdir().unwrap();
        let run = root.path().join("run");
        make(&run, "old", Existing::Refuse);
        // The new set, staged by hand: it has another file and lacks the picture.
        let place = Place::of(&run).unwrap();
        let next = place.work.join("next-1");
        let mut manifest = Manifest::new(Kind::Run);
        fs::create_dir_all(&next).unwrap();
        for name in ["config.toml", "device.rs", "more.json"] {
            fs::write(next.join(name), "new").unwrap();
            manifest.files.insert(name.into(), super::manifest::Published::of(b"new"));
        }
        fs::write(next.join("run.json"), manifest.to_json().unwrap()).unwrap();
        let names = ["config.toml", "device.rs", "more.json", "run.json"];
        let journal = serde_json::json!({ "next": "next-1", "files": names, "removed": ["report/a.svg"] });
        fs::write(place.journal(), journal.to_string()).unwrap();
        for name in &names[..done] {
            fs::rename(next.join(name), run.join(name)).unwrap();
        }
        let opened = RunDir::open(&run).unwrap();
        assert!(opened.has("more.json"));
        let expected = of("new", &["run/config.toml", "run/device.rs", "run/more.json"]);
        assert_eq!(files(root.path()), expected, "{done} files done");
        assert!(!run.join("report").exists());
    }
}

#[test]
fn a_staged_folder_without_a_journal_is_removed_by_the_next_writer() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    let place = Place::of(&run).unwrap();
    fs::create_dir_all(place.work.join("next-1")).unwrap();
    fs::write(place.work.join("next-1/config.toml"), "half").unwrap();
    fs::write(place.work.join("commit.new"), "half").unwrap();
    RunDir::open(&run).unwrap();
    drop(Staged::change(&run, "export").unwrap());
    assert_eq!(files(root.path()), of("old", &ALL));
}

#[test]
fn a_mixture_is_refused_by_name() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    fs::write(run.join("device.rs"), "new").unwrap();
    let error = RunDir::open(&run).unwrap_err();
    assert!(error.to_string().contains("device.rs: not the file") && error.exit_code() == 2, "{error}");
    assert!(Staged::change(&run, "export").is_err());
    fs::remove_file(run.join("device.rs")).unwrap();
    assert!(RunDir::open(&run).unwrap_err().to_string().contains("device.rs: there is no"));
    // It can be made anew.
    make(&run, "new", Existing::Overwrite);
    RunDir::open(&run).unwrap();
    fs::write(run.join("report/a.svg"), "").unwrap();
    assert!(RunDir::open(&run).unwrap_err().to_string().contains("a.svg"));
}

#[test]
fn the_second_writer_is_refused_and_readers_are_not() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    let first = Staged::change(&run, "export").unwrap();
    let second = Staged::change(&run, "quantize").unwrap_err();
    assert!(second.to_string().contains("picoae export, process"), "{second}");
    RunDir::open(&run).unwrap();
    drop(first);
    drop(Staged::change(&run, "quantize").unwrap());
    // Another folder's lock is another one.
    let _lock = WriteLock::take(&Place::of(&run).unwrap(), "train").unwrap();
    make(&root.path().join("other"), "new", Existing::Refuse);
}

/// Readers beside a writer see one set or the other.
#[test]
fn a_reader_never_sees_a_mixture() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "0", Existing::Refuse);
    // Files of others turn the exchange into a journal.
    for others in [false, true] {
        if others {
            fs::write(run.join("notes.txt"), "mine").unwrap();
        }
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..40).for_each(|i| make(&run, &i.to_string(), Existing::Overwrite)));
            let mut seen = 0;
            while !writer.is_finished() {
                RunDir::open(&run).unwrap();
                seen += 1;
            }
            assert!(seen > 0);
        });
    }
}

#[test]
fn a_damaged_journal_puts_nothing_outside() {
    let root = tempfile::tempdir().unwrap();
    let run = root.path().join("run");
    make(&run, "old", Existing::Refuse);
    let place = Place::of(&run).unwrap();
    fs::create_dir_all(&place.work).unwrap();
    let journal = serde_json::json!({ "next": "next-1", "files": [], "removed": ["../victim"] });
    fs::write(place.journal(), journal.to_string()).unwrap();
    fs::write(root.path().join("victim"), "").unwrap();
    let lock = WriteLock::take(&place, "train").unwrap();
    assert!(publish::finish(&place, &lock).is_err());
    assert!(root.path().join("victim").is_file());
}
