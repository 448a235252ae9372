use super::*;
use crate::protocol::mat::tests::mat;
use std::path::Path;

const CUT: Cut = Cut { window: 4, train_step: 2, test_step: 4 };

fn bearing() -> Bearing {
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    Bearing {
        normal: names(&["normal_0", "97", "97_Normal_0"]),
        leave_out: names(&["98"]),
        variable: "DE_time".into(),
        tasks: vec![Task::Faults, Task::NormalRms, Task::Mixed],
        mixed: 0.1,
    }
}

/// A recording of alternating signs around `mean`.
fn recording(length: usize, size: f64, mean: f64) -> Vec<f64> {
    (0..length).map(|i| mean + if i % 2 == 0 { size } else { -size }).collect()
}

fn npy(values: &[f64]) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}\n", values.len());
    let mut out = b"\x93NUMPY\x01\0".to_vec();
    out.extend((header.len() as u16).to_le_bytes());
    out.extend(header.as_bytes());
    out.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    out
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn cases(folder: &Path) -> Result<Vec<Case>> {
    bearing().cases(&Folder::open(folder).unwrap(), &CUT)
}

#[test]
fn three_tasks_of_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "normal/Normal_0.mat", &mat(&[("X097_DE_time", &recording(20, 2.0, 0.0))]));
    write(folder.path(), "98.mat", b"not read");
    write(folder.path(), "faults/109.mat", &mat(&[("X109_DE_time", &recording(15, 4.0, 0.0))]));
    write(folder.path(), "faults/IR007_0.mat", &mat(&[("X_DE_time", &recording(18, 10.0, 5.0))]));
    write(folder.path(), "faults/list.csv", b"no recording");
    let cases = cases(folder.path()).unwrap();
    let names: Vec<&str> = cases.iter().map(|c| c.group.as_str()).collect();
    assert_eq!(names, ["faults", "normal RMS", "normal + 10 % fault"]);
    for case in &cases {
        assert_eq!((case.train.len(), case.train_starts.as_slice()), (10, [0, 2, 4, 6].as_slice()));
        assert_eq!(case.channels, ["DE_time"]);
        assert_eq!(case.test[..10], cases[0].test[..10]);
    }
    // 10 normal samples, 15 and 18 of faults, in windows of 4.
    assert_eq!(cases[0].test_starts, [0, 4, 10, 14, 18, 25, 29, 33, 37]);
    assert_eq!(cases[0].test_abnormal, [false, false, true, true, true, true, true, true, true]);
    let recordings = [("normal".to_owned(), 0..10), ("109".into(), 10..25), ("IR007_0".into(), 25..43)];
    assert_eq!(
        (cases[0].recordings.as_slice(), cases[0].events.as_slice()),
        (recordings.as_slice(), [10..25, 25..43].as_slice())
    );
    assert_eq!(cases[0].test[10..12], [4.0, -4.0]);
    // Scaled to the size of the normal recording, which is 2.
    assert_eq!(cases[1].test[10..12], [2.0, -2.0]);
    assert!((rms(&cases[1].test[25..43]) - 2.0).abs() < 1e-6);
    // The first ten samples of both, whose mean is gone.
    assert_eq!(cases[2].recordings[1..].iter().map(|(_, rows)| rows.clone()).collect::<Vec<_>>(), [10..20, 20..30]);
    let close = |a: f32, b: f32| (a - b).abs() < 0.05;
    assert!(close(cases[2].test[10], 2.4) && close(cases[2].test[20], 3.0) && close(cases[2].test[21], -3.0));
    assert_eq!(cases[2].test_starts, [0, 4, 10, 14, 20, 24]);
}

#[test]
fn a_fault_shorter_than_half_of_the_normal_recording_is_mixed_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "97.mat", &mat(&[("X_DE_time", &recording(40, 2.0, 0.0))]));
    write(folder.path(), "174.mat", &mat(&[("X174_DE_time", &recording(9, 4.0, 0.0))]));
    let cases = cases(folder.path()).unwrap();
    assert_eq!(cases[2].recordings[1], ("174".into(), 20..29));
    assert_eq!(cases[2].test_starts[5..], [20, 24]);
}

#[test]
fn arrays_and_columns_of_text_are_recordings_too() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "normal_0.npy", &npy(&recording(20, 1.0, 0.0)));
    write(folder.path(), "IR007_0.npy", &npy(&recording(18, 2.0, 0.0)));
    assert_eq!(cases(folder.path()).unwrap()[0].test[8..12], [1.0, -1.0, 2.0, -2.0]);
    let folder = tempfile::tempdir().unwrap();
    let text = |size| recording(20, size, 0.0).iter().map(|v| format!("{v}\n")).collect::<String>();
    write(folder.path(), "97.csv", text(1.0).as_bytes());
    write(folder.path(), "109.csv", format!("DE_time\n{}", text(3.0)).as_bytes());
    assert_eq!(cases(folder.path()).unwrap()[0].recordings[1], ("109".into(), 10..30));
}

#[test]
fn refusals() {
    let folder = tempfile::tempdir().unwrap();
    let message = || cases(folder.path()).unwrap_err().to_string();
    let good = |length| mat(&[("X_DE_time", &recording(length, 1.0, 0.0))]);
    write(folder.path(), "109.mat", &good(20));
    assert!(message().ends_with(
        "for a normal recording (normal_0, 97, 97_Normal_0; .mat, .npy or .csv) and faults beside it, found none"
    ));
    write(folder.path(), "97.mat", &good(20));
    assert!(cases(folder.path()).is_ok());
    write(folder.path(), "109.mat", &good(3));
    assert!(message().ends_with("109.mat: 3 samples for faults, expected at least 4"));
    write(folder.path(), "109.mat", &mat(&[("X_DE_time", &[0.0; 20])]));
    assert!(message().ends_with("109.mat: cannot be scaled for normal RMS, expected values other than 0"));
    write(folder.path(), "109.mat", b"MATLAB?");
    assert!(message().ends_with("109.mat: no MATLAB file that can be read, expected level 5"));
    write(folder.path(), "109.mat", &good(20));
    write(folder.path(), "97.mat", &good(6));
    assert!(message().contains("3 rows to learn from, expected at least a window of 4"));
    write(folder.path(), "a/normal_0.mat", &good(20));
    assert!(message().ends_with("are the normal recording, expected one"));
    let check = |layout: Bearing| layout.check(&CUT).unwrap_err().to_string();
    assert!(check(Bearing { mixed: 0.0, ..bearing() }).starts_with("layout.bearing.mixed is 0, expected a part"));
    assert!(check(Bearing { tasks: vec![], ..bearing() }).contains("faults, normal-rms, mixed"));
    assert!(check(Bearing { normal: vec![], ..bearing() }).contains("names of the normal recording"));
    assert!(check(Bearing { variable: String::new(), ..bearing() }).contains("such as DE_time"));
}

#[test]
fn a_folder_without_faults_says_so() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "97.mat", &mat(&[("X_DE_time", &recording(20, 1.0, 0.0))]));
    assert!(
        cases(folder.path())
            .unwrap_err()
            .to_string()
            .ends_with("for recordings of faults (*.mat) beside the normal one, 97.mat, found none")
    );
}
