//! Configurations: a file, a file under a setting, and what is written is read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::config::RunConfig;

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let setting = [text.lines().next().unwrap_or_default().to_owned()];
    let _ = RunConfig::load(None, None, &setting);
    with_file("config.toml", bytes, |path| {
        let _ = RunConfig::load(Some("digits"), Some(path), &setting);
        let Ok(config) = RunConfig::load(None, Some(path), &[]) else { return };
        let text = config.to_toml().expect("a sound configuration can be written");
        let again = with_file("again.toml", text.as_bytes(), |path| RunConfig::read(path));
        let again = again.expect("what is written can be read");
        assert_eq!(again.to_toml().ok(), Some(text));
    });
}
