use super::*;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn all_that_are_built_in_can_be_read_and_written() {
    for name in Protocol::NAMES {
        let protocol = Protocol::named(name).unwrap();
        assert_eq!(protocol.name, name);
        let text = toml::to_string(&protocol).unwrap();
        assert_eq!(Protocol::parse(Path::new("x.toml"), &text).unwrap(), protocol);
    }
    let unknown = Protocol::named("x").unwrap_err().to_string();
    assert_eq!(unknown, "no protocol \"x\", expected ecg, skab, ucr, cwru, nab");
}

#[test]
fn what_a_run_is_configured_to() {
    let ecg = Protocol::named("ecg").unwrap();
    assert_eq!(
        (ecg.preset.as_deref(), ecg.settings()),
        (Some("linear"), vec!["network.block = 125".into(), "network.latent = 21".into()])
    );
    assert_eq!(ecg.overrides()["model"].as_str(), Some("linear"));
    let skab = Protocol::named("skab").unwrap();
    assert_eq!((skab.settings(), skab.preset), (vec!["quantize.headroom = 2.0".to_owned()], None));
    assert_eq!(skab.score, Score { pooled: true, limit_of_other_fold: true });
    assert_eq!(Protocol::named("nab").unwrap().settings(), ["quantize.headroom = 2.0"]);
    assert_eq!(Protocol::named("cwru").unwrap().step, Step { train: 250, test: 1000 });
    assert!(Protocol::named("ucr").unwrap().overrides().is_empty());
}

#[test]
fn folders_are_told_apart() {
    for (name, files) in [
        ("ecg", &["a/ecg.csv.gz", "a/ecg_beats.csv"][..]),
        ("skab", &["data/valve1/0.csv", "data/valve2/0.csv", "data/other/1.csv", "data/anomaly-free/anomaly-free.csv"]),
        ("ucr", &["122_UCR_Anomaly_InternalBleeding14_2800_5607_5634.txt"]),
        ("cwru", &["Normal_0.mat", "109.mat"]),
        ("nab", &["data/realKnownCause/machine_temperature_system_failure.csv"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|file| write(folder.path(), file, ""));
        assert_eq!(Protocol::detect(folder.path()).unwrap().name, name);
        write(folder.path(), "machine_temperature_system_failure.csv", "");
        write(folder.path(), "97.csv", "");
        let several = Protocol::detect(folder.path()).unwrap_err().to_string();
        assert!(several.contains("files of several benchmarks") && several.contains("cwru, nab"), "{several}");
    }
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "021_UCR_Anomaly_DISTORTEDInternalBleeding14_2800_5607_5634.txt", "");
    let none = Protocol::detect(folder.path()).unwrap_err().to_string();
    assert!(
        none.contains("ecg.csv and ecg_beats.csv (ecg); valve1/*.csv, ") && none.ends_with("(nab), found none"),
        "{none}"
    );
    assert!(!none.contains('\n'));
}

#[test]
fn a_file_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let beats = include_str!("protocols/ecg.toml")
        .replace("train_samples = 216000", "train_samples = 600")
        .replace("window = 500", "window = 100");
    let beats = beats.replace("before = 250", "before = 50");
    write(folder.path(), "own.toml", &beats);
    write(folder.path(), "data/ecg.csv", &"1\n".repeat(1200));
    write(folder.path(), "data/ecg_beats.csv", "sample,annotation\n300,N\n800,N\n900,V\n");
    let cases = Protocol::load(folder.path().join("own.toml")).unwrap().cases(folder.path()).unwrap();
    assert_eq!(
        (cases.len(), cases[0].sample_rate, cases[0].train_starts.as_slice()),
        (1, Some(360.0), [250].as_slice())
    );
    assert_eq!(cases[0].test_abnormal, [false, true]);
}

#[test]
fn refusals_name_key_value_and_what_was_expected() {
    let text = include_str!("protocols/ecg.toml");
    let message = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        Protocol::parse(Path::new("p.toml"), &text.replace(from, to)).unwrap_err().to_string()
    };
    assert_eq!(message("window = 500", "window = 1"), "p.toml: window is 1, expected at least 2 rows");
    let steps = message("window = 500", "window = 500\nstep = { train = 0 }");
    assert_eq!(steps, "p.toml: step.train is 0, expected at least 1 row");
    assert_eq!(
        message("sample_rate = 360", "sample_rate = -1"),
        "p.toml: sample_rate is -1, expected samples a second, above 0"
    );
    assert_eq!(message("name = \"ecg\"", "name = \"\""), "p.toml: name is \"\", expected a name");
    assert_eq!(
        message("before = 250", "before = 500"),
        "p.toml: layout.beats.before is 500, expected less than the 500 samples of a window"
    );
    let unknown = message("before = 250", "beforehand = 250");
    assert!(unknown.starts_with("p.toml, line ") && unknown.contains("unknown field `beforehand`"), "{unknown}");
    assert!(message("[layout.beats]", "[layout.other]").contains("unknown variant `other`"));
    assert!(message("preset = ", "pre = ").contains("unknown field `pre`"));
    assert!(Protocol::load("nowhere.toml").unwrap_err().to_string().starts_with("nowhere.toml: "));
}
