//! Commands killed at random moments.

use super::support::{copy, done, files, on, picoae, timeless, train, windows};
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Kills in all.
const KILLS: usize = 60;

/// A command that writes into a run.
struct Case {
    name: &'static str,
    /// Makes it for a run folder.
    command: fn(&Path) -> Command,
    /// Whether somebody else's file lies in the run, which makes another way of putting files in place.
    others: bool,
}

const CASES: [Case; 6] = [
    Case { name: "retrain", command: |run| train(run, &["--overwrite", "--set", "seed=2"]), others: false },
    Case { name: "quantize", command: |run| on(run, "quantize", &["--set", "quantize.headroom=3"]), others: false },
    Case { name: "export", command: |run| on(run, "export", &["--target", "cortex-m4"]), others: false },
    Case { name: "report", command: |run| on(run, "report", &["--samples", "2"]), others: false },
    Case {
        name: "retrain beside others",
        command: |run| train(run, &["--overwrite", "--set", "seed=2"]),
        others: true,
    },
    Case {
        name: "export from inside",
        command: |run| {
            let mut command = on(Path::new("."), "export", &["--target", "cortex-m4"]);
            command.current_dir(run);
            command
        },
        others: false,
    },
];

/// What a run may be: its files, and what `score` prints.
struct Known {
    files: BTreeMap<String, Vec<u8>>,
    pictures: usize,
    scores: String,
}

fn known(run: &Path, input: &str) -> Known {
    let pictures = files(run).keys().filter(|name| name.starts_with("report/")).count();
    let (scores, _) = done(&mut on(run, "score", &["--input", input]));
    Known { files: timeless(run), pictures, scores }
}

/// Every file that the run's list names is as the list says, and no file of ours is missing in it.
fn assert_whole(run: &Path, why: &str) {
    let all = files(run);
    let list: serde_json::Value = serde_json::from_slice(&all["run.json"]).unwrap();
    let list = list["files"].as_object().unwrap();
    for (name, known) in list {
        let hash: String = Sha256::digest(&all[name]).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(known["sha256"], hash, "{why}: {name}");
    }
    let unlisted: Vec<&String> = all
        .keys()
        .filter(|name| !list.contains_key(*name) && !["run.json", "notes.txt"].contains(&name.as_str()))
        .collect();
    assert!(unlisted.is_empty(), "{why}: {unlisted:?}");
}

/// Starts the command and kills it: after `delay`, or a moment after its files are staged.
fn kill(mut command: Command, work: &Path, delay: Duration, staged: bool) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    if staged {
        let staged = || {
            let entries = fs::read_dir(work).into_iter().flatten().flatten();
            entries
                .map(|entry| entry.path())
                .any(|path| path.join("run.json").exists() || path.ends_with("commit.json"))
        };
        while !staged() && child.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_micros(200));
        }
    }
    std::thread::sleep(delay);
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn a_killed_command_leaves_the_old_run_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let input = windows(folder.path());
    let base = folder.path().join("base");
    done(&mut train(&base, &[]));
    let old = known(&base, &input);
    // What each command makes of the run when it comes to its end, and how long that takes.
    let fresh = |name: &str, case: &Case| -> PathBuf {
        let run = folder.path().join(name).join("run");
        copy(&base, &run);
        if case.others {
            fs::write(run.join("notes.txt"), "mine").unwrap();
        }
        run
    };
    let ends: Vec<(Known, Duration)> = CASES
        .iter()
        .map(|case| {
            let run = fresh(&format!("end of {}", case.name), case);
            let begun = Instant::now();
            done(&mut (case.command)(&run));
            let took = begun.elapsed();
            assert_whole(&run, case.name);
            (known(&run, &input), took)
        })
        .collect();

    let moments = Mutex::new(rand_chacha::ChaCha8Rng::seed_from_u64(0x6b69_6c6c));
    let outcomes = Mutex::new([0; 2]);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        loop {
            let i = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            if i >= KILLS {
                return;
            }
            let (case, (new, took)) = (&CASES[i % CASES.len()], &ends[i % CASES.len()]);
            let run = fresh(&format!("kill {i}"), case);
            let hidden = run.with_file_name(".run.picoae");
            // Half of them at any moment, half of them when files are about to be put in place.
            let staged = (i / CASES.len()) % 2 == 1;
            let part: f64 = moments.lock().unwrap().random();
            let delay = if staged { Duration::from_secs_f64(0.15 * part) } else { took.mul_f64(1.1 * part) };
            kill((case.command)(&run), &hidden, delay, staged);

            let why = format!("kill {i} of {} after {delay:?}, staged: {staged}", case.name);
            let (scores, _) = done(&mut on(&run, "score", &["--input", &input]));
            assert_whole(&run, &why);
            let now = Known {
                files: timeless(&run),
                pictures: files(&run).keys().filter(|n| n.starts_with("report/")).count(),
                scores,
            };
            let is = |of: &Known| {
                let without = |all: &BTreeMap<String, Vec<u8>>| {
                    all.iter()
                        .filter(|(n, _)| *n != "notes.txt")
                        .map(|(n, c)| (n.clone(), c.clone()))
                        .collect::<BTreeMap<_, _>>()
                };
                without(&now.files) == without(&of.files) && now.scores == of.scores && now.pictures == of.pictures
            };
            let (is_old, is_new) = (is(&old), is(new));
            assert!(is_old || is_new, "{why}: neither the old run nor the new one: {:?}", now.files.keys());
            if case.others {
                assert_eq!(fs::read(run.join("notes.txt")).unwrap(), b"mine", "{why}");
            }
            outcomes.lock().unwrap()[usize::from(is_new)] += 1;
            // The next command works and leaves nothing of the killed one but a training that can be resumed.
            done(&mut on(&run, "export", &["--plain"]));
            assert_whole(&run, &why);
            let left = files(run.parent().unwrap());
            let rest: Vec<&String> = left
                .keys()
                .filter(|n| {
                    !n.starts_with("run/") && !n.starts_with(".run.picoae/training/") && *n != ".run.picoae/lock"
                })
                .collect();
            assert!(rest.is_empty(), "{why}: {rest:?}");
            fs::remove_dir_all(run.parent().unwrap()).unwrap();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let [stayed, became] = *outcomes.lock().unwrap();
    println!("{KILLS} kills: {stayed} left the old run, {became} the new one, none a mixture");
    assert_eq!(stayed + became, KILLS);
    assert!(stayed > 0 && became > 0, "the moments were all on one side: {stayed} old, {became} new");
}

#[test]
fn of_two_at_once_one_is_refused_and_readers_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let input = windows(folder.path());
    done(&mut train(&run, &[]));
    let before = timeless(&run);
    // Long enough to be at work while the others come.
    let mut first = train(&run, &["--overwrite", "--set", "fit.epochs=100000"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lock = folder.path().join(".run.picoae/lock");
    let begun = Instant::now();
    while fs::read(&lock).is_ok_and(|text| text.is_empty()) || !lock.exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it takes the lock");
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut seconds =
        [train(&run, &["--overwrite"]), on(&run, "quantize", &[]), on(&run, "export", &[]), on(&run, "report", &[])];
    for second in &mut seconds {
        let out = second.output().unwrap();
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!((out.status.code(), text.lines().count()), (Some(2), 1), "{text}");
        let process = format!("picoae train, process {}", first.id());
        assert!(text.contains(&process) && text.contains("wait for it"), "{text}");
    }
    done(&mut on(&run, "score", &["--input", &input]));
    done(&mut on(&run, "evaluate", &[]));
    let apart = folder.path().join("apart");
    done(on(&run, "export", &["--out"]).arg(&apart));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(timeless(&run) == before);
    done(&mut on(&run, "export", &[]));
    // One more, into a folder that a dead process had.
    done(picoae().args(["generate", "--count", "1", "--out"]).arg(folder.path().join("x.csv")));
}
