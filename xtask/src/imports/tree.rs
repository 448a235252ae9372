//! The modules of every crate and the files that they stand in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::package::Package;
use super::source::{Content, Source};

/// Number of a module in [`Crates`].
pub(super) type ModuleId = usize;

/// A module.
pub(super) struct Module {
    pub(super) file: PathBuf,
    /// Itself for the root of a crate.
    pub(super) parent: ModuleId,
    pub(super) root: ModuleId,
    pub(super) children: BTreeMap<String, ModuleId>,
    pub(super) source: Source,
    /// Folder of the package.
    package: PathBuf,
}

/// The modules of every target of every package.
#[derive(Default)]
pub(super) struct Crates {
    pub(super) modules: Vec<Module>,
    /// Roots of the libraries, by the names that code calls them.
    pub(super) libraries: BTreeMap<String, ModuleId>,
}

impl Crates {
    /// Reads all sources, from the root of each target on.
    pub(super) fn read(packages: &[Package]) -> Result<Self> {
        let mut crates = Self::default();
        for package in packages {
            for target in &package.targets {
                let folder = target.src_path.parent().unwrap_or(Path::new("")).to_path_buf();
                let source = parse(&target.src_path)?;
                let root = crates.add(source, &target.src_path, &folder, None, &package.folder())?;
                if target.kind.iter().any(|kind| kind == "lib") {
                    crates.libraries.insert(target.name.replace('-', "_"), root);
                }
            }
        }
        Ok(crates)
    }

    /// Adds a module and those in it; `folder` is where the files of its modules are.
    fn add(
        &mut self,
        mut source: Source,
        file: &Path,
        folder: &Path,
        parent: Option<ModuleId>,
        package: &Path,
    ) -> Result<ModuleId> {
        let id = self.modules.len();
        let modules = std::mem::take(&mut source.modules);
        let (parent, root) = parent.map_or((id, id), |parent| (parent, self.modules[parent].root));
        self.modules.push(Module {
            file: file.to_path_buf(),
            parent,
            root,
            children: BTreeMap::new(),
            source,
            package: package.to_path_buf(),
        });
        for child in modules {
            let inner = folder.join(&child.name);
            let child_id = match child.content {
                Content::Inline(source) => self.add(source, file, &inner, Some(id), package)?,
                Content::File(path) => {
                    let (file, inner) = match path {
                        Some(path) => {
                            let file = file.parent().unwrap_or(Path::new("")).join(path);
                            let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
                            (file, folder)
                        }
                        None if inner.join("mod.rs").is_file() => (inner.join("mod.rs"), inner),
                        None => (inner.with_extension("rs"), inner),
                    };
                    self.add(parse(&file)?, &file, &inner, Some(id), package)?
                }
            };
            self.modules[id].children.insert(child.name, child_id);
        }
        Ok(id)
    }

    /// Modules in files outside of their package.
    pub(super) fn outside(&self) -> Vec<String> {
        let is_outside = |module: &&Module| {
            let is_root = self.modules[module.root].file == module.file;
            !is_root && !module.file.canonicalize().is_ok_and(|file| file.starts_with(&module.package))
        };
        let text =
            |module: &Module| format!("outside: {} is a module of {}", module.file.display(), module.package.display());
        self.modules.iter().filter(is_outside).map(text).collect()
    }

    /// How many files were read.
    pub(super) fn files(&self) -> usize {
        self.modules.iter().map(|module| &module.file).collect::<BTreeSet<_>>().len()
    }
}

fn parse(file: &Path) -> Result<Source> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{}: cannot read this source", file.display()))?;
    Source::parse(&text).with_context(|| format!("{}: cannot parse this source", file.display()))
}
