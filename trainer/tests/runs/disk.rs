//! A disk that fills up.

use super::support::{done, files, on, put, refused, train, windows};
use std::fs;
use std::path::Path;
use std::process::Command;

/// A disk in memory of two megabytes; goes with the value.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Result<Self, String> {
        let folder = tempfile::tempdir().unwrap();
        let out =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "picoae-test"]).arg(folder.path()).output();
        match out {
            Ok(out) if out.status.success() => Ok(Self(folder)),
            Ok(out) => Err(String::from_utf8_lossy(&out.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_one_line_and_the_old_run() {
    let disk = match SmallDisk::mount() {
        Ok(disk) => disk,
        Err(why) => {
            println!("skipped: no disk of 2 MB to fill up can be mounted here: {why}");
            return;
        }
    };
    let elsewhere = tempfile::tempdir().unwrap();
    let input = windows(elsewhere.path());
    let run = disk.path().join("run");
    done(&mut train(&run, &[]));
    let old = files(&run);
    let (scores, _) = done(&mut on(&run, "score", &["--input", &input]));
    let filler = disk.path().join("filler");
    for left in [0, 40 << 10, 300 << 10] {
        // All of the disk, then so much of it free again.
        let mut size = 2 << 20;
        while fs::write(&filler, vec![1; size]).is_err() {
            size -= 4096;
        }
        fs::write(&filler, vec![1; size.saturating_sub(left)]).unwrap();
        let commands = [
            train(&run, &["--overwrite", "--set", "seed=2"]),
            on(&run, "quantize", &["--set", "quantize.headroom=3"]),
            on(&run, "export", &["--target", "cortex-m4"]),
            on(&run, "report", &["--samples", "2"]),
        ];
        for mut command in commands {
            // Enough for some of them where there is room left.
            let out = command.output().unwrap();
            if left > 0 && out.status.success() {
                fs::remove_file(&filler).unwrap();
                fs::remove_dir_all(&run).unwrap();
                put(&old, &run);
                fs::write(&filler, vec![1; size.saturating_sub(left)]).unwrap();
                continue;
            }
            refused(&mut command, 1, &["No space left on device", "make room", "as it was"]);
            assert!(files(&run) == old, "{command:?}");
            let (now, _) = done(&mut on(&run, "score", &["--input", &input]));
            assert_eq!(now, scores);
            // A training that had come to its end is not lost with the disk: it can be resumed.
            let left: Vec<String> = files(disk.path()).into_keys().filter(|name| !name.starts_with("run/")).collect();
            let kept = |name: &String| name == "filler" || name == ".run.picoae/lock" || name.contains("/training/");
            assert!(left.iter().all(kept), "{command:?} left {left:?}");
        }
        fs::remove_file(&filler).unwrap();
    }
    done(&mut train(&run, &["--overwrite", "--set", "seed=2"]));
    assert!(files(&run) != old);
}
