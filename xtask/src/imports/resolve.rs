//! Finds the files that paths lead to.

use std::path::{Path, PathBuf};

use super::source::{Import, Mention};
use super::tree::{Crates, ModuleId};

/// A file that names something that another one defines.
pub(super) struct Use {
    pub(super) from: PathBuf,
    pub(super) to: PathBuf,
    /// Line in `from`.
    pub(super) line: usize,
    /// The path as it stands there.
    pub(super) path: String,
}

/// Every use of one file by another.
pub(super) fn uses(crates: &Crates) -> Vec<Use> {
    let mut uses = Vec::new();
    for (id, module) in crates.modules.iter().enumerate() {
        let mut add = |mention: &Mention, file: &Path| {
            if file != module.file {
                let (from, to) = (module.file.clone(), file.to_path_buf());
                uses.push(Use { from, to, line: mention.line, path: mention.path.join("::") });
            }
        };
        for import in &module.source.imports {
            match find(crates, id, &import.mention.path, import.name.is_none(), &mut Vec::new()) {
                Some(Found::Item(file)) if !is_re_export(crates, id, import, file) => add(&import.mention, file),
                // The names that are used through a glob are mentions; methods of traits are not, so it counts itself.
                Some(Found::Module(target)) if import.name.is_none() => {
                    let file = &crates.modules[target].file;
                    if !is_re_export(crates, id, import, file) {
                        add(&import.mention, file);
                    }
                }
                _ => {}
            }
        }
        for mention in &module.source.mentions {
            if let Some(Found::Item(file)) = find(crates, id, &mention.path, false, &mut Vec::new()) {
                add(mention, file);
            }
        }
    }
    uses
}

/// Whether an import only shows to the outside what is defined in a module inside this one.
fn is_re_export(crates: &Crates, id: ModuleId, import: &Import, file: &Path) -> bool {
    let is_inside = |mut module: ModuleId| {
        while module != crates.modules[module].parent {
            module = crates.modules[module].parent;
            if module == id {
                return true;
            }
        }
        false
    };
    let root = crates.modules[id].root;
    let of_file = |m: &ModuleId| crates.modules[*m].root == root && crates.modules[*m].file == file;
    import.is_public && (0..crates.modules.len()).filter(of_file).any(is_inside)
}

/// What a path leads to.
enum Found<'a> {
    Module(ModuleId),
    /// Something else, defined in this file.
    Item(&'a Path),
}

/// Follows `path`, which stands in module `at`; `None` for what is not ours. Names can mean a module and something else:
/// a `prefix` of a longer path means the module.
fn find<'a>(crates: &'a Crates, at: ModuleId, path: &[String], prefix: bool, seen: &mut Seen) -> Option<Found<'a>> {
    let is_prefix = |rest: &[String]| prefix || !rest.is_empty();
    let (first, mut rest) = path.split_first()?;
    let mut module = match first.as_str() {
        "crate" => crates.modules[at].root,
        "self" => at,
        "super" => crates.modules[at].parent,
        name => match in_scope(crates, at, name, is_prefix(rest), seen).or_else(|| library(crates, name))? {
            Found::Module(module) => module,
            item => return Some(item),
        },
    };
    while let Some((name, behind)) = rest.split_first() {
        module = match name.as_str() {
            "super" => crates.modules[module].parent,
            name => match in_scope(crates, module, name, is_prefix(behind), seen) {
                Some(Found::Module(next)) => next,
                Some(item) => return Some(item),
                // Ours, but made in a way that cannot be read.
                None => return Some(Found::Item(&crates.modules[module].file)),
            },
        };
        rest = behind;
    }
    Some(Found::Module(module))
}

/// Names that are being looked up: imports can lead back to themselves.
type Seen = Vec<(ModuleId, String)>;

/// What `name` means in module `at`: a module of its own, something else of its own, or imported.
fn in_scope<'a>(crates: &'a Crates, at: ModuleId, name: &str, prefix: bool, seen: &mut Seen) -> Option<Found<'a>> {
    let module = &crates.modules[at];
    let child = module.children.get(name).map(|child| Found::Module(*child));
    if prefix && child.is_some() {
        return child;
    }
    if module.source.items.contains(name) {
        return Some(Found::Item(&module.file));
    }
    let key = (at, name.to_owned());
    if seen.contains(&key) {
        return child;
    }
    seen.push(key);
    let imports = || module.source.imports.iter();
    let named = imports().filter(|import| import.name.as_deref() == Some(name));
    let mut found = named.filter_map(|import| find(crates, at, &import.mention.path, prefix, seen)).next();
    if found.is_none() {
        let globs = imports().filter(|import| import.name.is_none());
        let of_glob = |import: &Import| match find(crates, at, &import.mention.path, true, seen)? {
            Found::Module(target) => in_scope(crates, target, name, prefix, seen),
            Found::Item(_) => None,
        };
        found = globs.filter_map(of_glob).next();
    }
    seen.pop();
    found.or(child)
}

fn library<'a>(crates: &Crates, name: &str) -> Option<Found<'a>> {
    crates.libraries.get(name).map(|root| Found::Module(*root))
}
