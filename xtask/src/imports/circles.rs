//! Circles of files, and of the files and folders that stand side by side in a folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::resolve::Use;

/// Every circle inside the package in `folder`, a text each: its members and the uses between them.
pub(super) fn of_package(name: &str, folder: &Path, uses: &[Use]) -> Vec<String> {
    let inside = |path: &Path| path.strip_prefix(folder).ok().map(Path::to_path_buf);
    let uses: Vec<Edge<'_>> =
        uses.iter().filter_map(|by| Some(Edge { from: inside(&by.from)?, to: inside(&by.to)?, by })).collect();
    let files = circles(&uses, |path| path.display().to_string(), |_| true);
    let mut findings: Vec<String> = files.iter().map(|circle| circle.text(name, "files")).collect();
    let ends = || uses.iter().flat_map(|edge| [module(&edge.from), module(&edge.to)]);
    let holders: BTreeSet<PathBuf> =
        ends().flat_map(|end| end.ancestors().skip(1).map(PathBuf::from).collect::<Vec<_>>()).collect();
    let mut folders: BTreeMap<PathBuf, Vec<Edge<'_>>> = BTreeMap::new();
    for edge in &uses {
        let (parent, from, to) = rooms(&edge.from, &edge.to);
        folders.entry(parent).or_default().push(Edge { from, to, by: edge.by });
    }
    for (parent, edges) in &folders {
        let shown = |room: &Path| if room == parent { format!("{} itself", show(room)) } else { show(room) };
        let is_folder = |room: &Path| room != parent && holders.contains(room);
        findings.extend(circles(edges, shown, is_folder).iter().map(|circle| circle.text(name, "folders")));
    }
    findings
}

/// A use, between files or between what stands side by side in a folder.
struct Edge<'a> {
    from: PathBuf,
    to: PathBuf,
    by: &'a Use,
}

/// Names that reach each other, and a line for each pair of them that is joined.
struct Circle {
    members: Vec<String>,
    uses: Vec<String>,
}

impl Circle {
    fn text(&self, package: &str, kind: &str) -> String {
        let (count, members) = (self.members.len(), self.members.join(", "));
        format!("circle of {count} {kind} in {package}: {members}\n    {}", self.uses.join("\n    "))
    }
}

/// The circles that `edges` make, of which at least one member is `wanted`.
fn circles(edges: &[Edge<'_>], shown: impl Fn(&Path) -> String, wanted: impl Fn(&Path) -> bool) -> Vec<Circle> {
    let mut graph: DiGraphMap<&Path, ()> = DiGraphMap::new();
    for edge in edges {
        graph.add_edge(&edge.from, &edge.to, ());
    }
    let mut found = Vec::new();
    for mut members in tarjan_scc(&graph) {
        if members.len() < 2 || !members.iter().any(|member| wanted(member)) {
            continue;
        }
        members.sort();
        let is_member = |path: &Path| members.binary_search(&path).is_ok();
        let mut first: BTreeMap<(&Path, &Path), &Use> = BTreeMap::new();
        for edge in edges.iter().filter(|edge| is_member(&edge.from) && is_member(&edge.to)) {
            first.entry((&edge.from, &edge.to)).or_insert(edge.by);
        }
        let line = |((from, to), by): (&(&Path, &Path), &&Use)| {
            let file = by.from.file_name().unwrap_or_default().to_string_lossy();
            format!("{} → {}: {}, {file} line {}", shown(from), shown(to), by.path, by.line)
        };
        found.push(Circle {
            members: members.iter().map(|member| shown(member)).collect(),
            uses: first.iter().map(line).collect(),
        });
    }
    found.sort_by(|a, b| a.members.cmp(&b.members));
    found
}

/// The folder in which two files part, and the file or folder on each side of it. A folder's own file, `mod.rs` or the one
/// beside it of the same name, is the folder itself where the other side lies inside.
fn rooms(from: &Path, to: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let (from, to) = (module(from), module(to));
    let parent: PathBuf = from.iter().zip(to.iter()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let depth = parent.iter().count() + 1;
    let room = |path: &Path| path.iter().take(depth).collect::<PathBuf>();
    (parent, room(&from), room(&to))
}

/// `src/plan` for `src/plan/mod.rs` and `src/plan.rs`, `src` for the root.
fn module(file: &Path) -> PathBuf {
    match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib") => file.parent().unwrap_or(file).to_path_buf(),
        _ => file.with_extension(""),
    }
}

fn show(room: &Path) -> String {
    room.display().to_string()
}
