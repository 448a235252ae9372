use std::path::{Path, PathBuf};

use super::findings;
use super::package::{self, Dependency, Package, Target};

/// A package of these files, the first of them the root of its library, in a folder of its own.
fn library(folder: &Path, name: &str, dependencies: &[&str], files: &[(&str, &str)]) -> Package {
    let folder = folder.join(name);
    for (file, text) in files {
        let path = folder.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let root = Target { name: name.into(), kind: vec!["lib".into()], src_path: folder.join(files[0].0) };
    Package {
        name: name.into(),
        manifest_path: folder.join("Cargo.toml"),
        targets: vec![root],
        dependencies: dependencies.iter().map(|&name| Dependency { name: name.into() }).collect(),
    }
}

fn of_one(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root: PathBuf = folder.path().canonicalize().unwrap();
    findings(&[library(&root, "one", &[], files)]).unwrap().0
}

/// The first lines, which name the circles.
fn heads(findings: &[String]) -> Vec<&str> {
    findings.iter().filter_map(|text| text.lines().next()).collect()
}

#[test]
fn this_repository_has_no_circle_and_no_upward_dependency() {
    let (findings, files) = findings(&package::all().unwrap()).unwrap();
    assert!(files > 200, "only {files} files were read");
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn a_circle_of_files_is_named_with_its_lines() {
    let found = of_one(&[
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("src/a.rs", "use crate::b::B;\npub struct A(B);\n"),
        ("src/b.rs", "pub struct B;\nfn f() { g!(super::c::C::new(1)); }\n"),
        ("src/c.rs", "pub struct C;\nimpl C { fn a(self) -> crate::a::A { loop {} } }\n"),
    ]);
    assert_eq!(heads(&found), ["circle of 3 files in one: src/a.rs, src/b.rs, src/c.rs"]);
    let lines: Vec<&str> = found[0].lines().skip(1).map(str::trim).collect();
    assert_eq!(
        lines,
        [
            "src/a.rs → src/b.rs: crate::b::B, a.rs line 1",
            "src/b.rs → src/c.rs: super::c::C::new, b.rs line 2",
            "src/c.rs → src/a.rs: crate::a::A, c.rs line 2",
        ]
    );
}

#[test]
fn a_re_export_counts_against_the_file_that_defines() {
    let parent = "mod a;\nmod b;\npub use a::A;\npub(crate) use self::b::{B as Renamed, *};\n";
    let found = of_one(&[
        ("src/lib.rs", parent),
        ("src/a.rs", "pub struct A;\n"),
        ("src/b.rs", "use super::A;\npub struct B(A);\npub struct D;\n"),
    ]);
    assert_eq!(found, [""; 0]);
    let back = [
        ("src/lib.rs", parent),
        ("src/a.rs", "pub struct A(super::Renamed);\n"),
        ("src/b.rs", "use crate::A;\npub struct B(A);\n"),
    ];
    assert_eq!(heads(&of_one(&back)), ["circle of 2 files in one: src/a.rs, src/b.rs"]);
    let glob = [back[0], ("src/a.rs", "pub struct A(super::D);\n"), ("src/b.rs", "use crate::A;\npub struct D(A);\n")];
    assert_eq!(heads(&of_one(&glob)), ["circle of 2 files in one: src/a.rs, src/b.rs"]);
}

#[test]
fn what_a_parent_defines_or_uses_is_its_own() {
    let found = of_one(&[
        ("src/lib.rs", "mod a;\npub use a::A;\npub type Shape = [usize; 3];\nfn f(_: A) {}\n"),
        ("src/a.rs", "pub struct A(crate::Shape);\n"),
    ]);
    assert_eq!(heads(&found), ["circle of 2 files in one: src/a.rs, src/lib.rs"]);
    let macros = [
        ("src/lib.rs", "#[macro_use]\nmod check;\nmod a;\n"),
        ("src/check.rs", "macro_rules! check { () => { crate::a::A } }\npub(crate) use check;\n"),
        ("src/a.rs", "pub struct A;\nfn f() { crate::check::check!() }\n"),
    ];
    assert_eq!(heads(&of_one(&macros)), ["circle of 2 files in one: src/a.rs, src/check.rs"]);
    let made = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "make! { Made }\nuse crate::b::B;\nfn f(_: B) {}\n"),
        ("src/b.rs", "use crate::a::Made;\npub struct B(Made);\n"),
    ];
    assert_eq!(heads(&of_one(&made)), ["circle of 2 files in one: src/a.rs, src/b.rs"]);
}

#[test]
fn tests_are_left_out() {
    let found = of_one(&[
        ("src/lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod missing;\n"),
        ("src/a.rs", "pub struct A;\n#[cfg(all(test, unix))]\nmod tests { use crate::b::B; }\n"),
        ("src/b.rs", "pub struct B(crate::a::A);\n"),
    ]);
    assert_eq!(found, [""; 0]);
    let not = [
        ("src/lib.rs", "mod a;\nmod b;\n"),
        ("src/a.rs", "pub struct A;\n#[cfg(not(test))]\nmod other { use crate::b::B; }\n"),
        ("src/b.rs", "pub struct B(crate::a::A);\n"),
    ];
    assert_eq!(heads(&of_one(&not)), ["circle of 2 files in one: src/a.rs, src/b.rs"]);
}

#[test]
fn a_circle_of_folders_without_a_circle_of_files() {
    let found = of_one(&[
        ("src/lib.rs", "mod a;\nmod b;\nmod c;\n"),
        ("src/a/mod.rs", "pub mod x;\npub mod y;\n"),
        ("src/a/x.rs", "use crate::b::X;\nfn f(_: X) {}\n"),
        ("src/a/y.rs", "pub struct Y;\n"),
        ("src/b.rs", "pub mod y;\npub struct X;\n"),
        ("src/b/y.rs", "use crate::{a::y, c::C};\nfn f(_: y::Y, _: C) {}\n"),
        ("src/c.rs", "pub struct C;\n"),
    ]);
    assert_eq!(heads(&found), ["circle of 2 folders in one: src/a, src/b"]);
    assert!(found[0].contains("src/b → src/a: y::Y, y.rs line 2"), "{}", found[0]);
    let own = [
        ("src/lib.rs", "mod a;\n"),
        ("src/a/mod.rs", "pub mod inner;\npub struct A;\nfn f(_: inner::I) {}\n"),
        ("src/a/inner/mod.rs", "pub mod deep;\npub struct I;\n"),
        ("src/a/inner/deep.rs", "use crate::a::A;\nfn f(_: A) {}\n"),
    ];
    assert_eq!(heads(&of_one(&own)), ["circle of 2 folders in one: src/a itself, src/a/inner"]);
}

#[test]
fn dependencies_between_crates_point_downwards() {
    let folder = tempfile::tempdir().unwrap();
    let empty: &[(&str, &str)] = &[("src/lib.rs", "")];
    let of = |names: [(&str, &[&str]); 4]| {
        let packages = names.map(|(name, dependencies)| library(folder.path(), name, dependencies, empty));
        findings(&packages).unwrap().0
    };
    let good = of([
        ("picoae", &["other"]),
        ("picoae-compiler", &["picoae"]),
        ("picoae-trainer", &["picoae-compiler", "picoae"]),
        ("picoae-tests", &["picoae-trainer"]),
    ]);
    assert_eq!(good, [""; 0]);
    let bad = of([
        ("picoae", &["picoae-compiler"]),
        ("picoae-compiler", &["picoae", "picoae-tests"]),
        ("xtask", &["picoae", "picoae-trainer"]),
        ("picoae-trainer", &[]),
    ]);
    assert_eq!(bad, ["upward: picoae depends on picoae-compiler", "upward: xtask depends on picoae-trainer"]);
}

#[test]
fn a_module_of_another_package_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let other = library(&root, "other", &[], &[("src/lib.rs", "mod a;"), ("src/a.rs", "")]);
    let one = library(&root, "one", &[], &[("src/lib.rs", "#[path = \"../../other/src/a.rs\"]\nmod a;\n")]);
    let found = findings(&[one, other]).unwrap().0;
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("outside: ") && found[0].ends_with("/one"), "{}", found[0]);
}
