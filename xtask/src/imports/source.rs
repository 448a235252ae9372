//! What one module says: the names that it defines, its modules, what it imports, the paths that it mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, UseTree, Visibility};

/// The content of a module, a whole file or a part of one.
#[derive(Default)]
pub(super) struct Source {
    /// Names of its own items.
    pub(super) items: BTreeSet<String>,
    pub(super) modules: Vec<Child>,
    pub(super) imports: Vec<Import>,
    /// Every path in code, also inside macros' arguments.
    pub(super) mentions: Vec<Mention>,
}

/// A module inside another.
pub(super) struct Child {
    pub(super) name: String,
    pub(super) content: Content,
}

/// Where a module's content is.
pub(super) enum Content {
    Inline(Source),
    /// In a file of its own, under the path of an attribute if it has one.
    File(Option<String>),
}

/// One name, or all names of a module, brought into scope.
pub(super) struct Import {
    /// `None` for a glob.
    pub(super) name: Option<String>,
    pub(super) mention: Mention,
    pub(super) is_public: bool,
}

/// A path and where it stands.
#[derive(Clone)]
pub(super) struct Mention {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
}

impl Source {
    /// Reads the text of a file.
    pub(super) fn parse(text: &str) -> syn::Result<Self> {
        Ok(Self::of(&syn::parse_file(text)?.items))
    }

    fn of(items: &[Item]) -> Self {
        let mut reader = Reader(Self::default());
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            if let Item::Mod(module) = item {
                let content = match &module.content {
                    Some((_, items)) => Content::Inline(Self::of(items)),
                    None => Content::File(path_attribute(&module.attrs)),
                };
                reader.0.modules.push(Child { name: text(&module.ident), content });
            } else {
                reader.0.items.extend(names(item));
                reader.visit_item(item);
            }
        }
        reader.0
    }
}

struct Reader(Source);

impl Reader {
    fn import(&mut self, tree: &UseTree, prefix: &[String], is_public: bool) {
        let with = |name: &syn::Ident| prefix.iter().cloned().chain([text(name)]).collect::<Vec<_>>();
        let (name, path, span) = match tree {
            UseTree::Path(path) => return self.import(&path.tree, &with(&path.ident), is_public),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, prefix, is_public));
            }
            UseTree::Name(name) if name.ident == "self" => (prefix.last().cloned(), prefix.to_vec(), name.ident.span()),
            UseTree::Name(name) => (Some(text(&name.ident)), with(&name.ident), name.ident.span()),
            UseTree::Rename(rename) if rename.ident == "self" => {
                (Some(text(&rename.rename)), prefix.to_vec(), rename.ident.span())
            }
            UseTree::Rename(rename) => (Some(text(&rename.rename)), with(&rename.ident), rename.ident.span()),
            UseTree::Glob(glob) => (None, prefix.to_vec(), glob.star_token.span),
        };
        self.0.imports.push(Import { name, mention: Mention { path, line: span.start().line }, is_public });
    }

    /// Paths in a macro's arguments, as far as tokens show them.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.mention(std::mem::take(&mut path), line);
                        line = ident.span().start().line;
                    }
                    path.push(text(&ident));
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                other => {
                    self.mention(std::mem::take(&mut path), line);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.mention(path, line);
    }

    fn mention(&mut self, path: Vec<String>, line: usize) {
        if !path.is_empty() {
            self.0.mentions.push(Mention { path, line });
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_test(attributes(item)) {
            return;
        }
        if let Item::Use(import) = item {
            if import.leading_colon.is_none() {
                self.import(&import.tree, &[], !matches!(import.vis, Visibility::Inherited));
            }
            return;
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| text(&segment.ident)).collect();
            let line = path.segments.first().map_or(0, |segment| segment.ident.span().start().line);
            self.mention(names, line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    // Neither makes a dependency.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

fn text(ident: &syn::Ident) -> String {
    ident.to_string().trim_start_matches("r#").to_owned()
}

/// The names that an item brings into its module; imports apart.
fn names(item: &Item) -> Vec<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => return item.ident.iter().map(text).collect(),
        Item::ForeignMod(block) => {
            let function = |item: &syn::ForeignItem| match item {
                syn::ForeignItem::Fn(function) => Some(text(&function.sig.ident)),
                syn::ForeignItem::Static(item) => Some(text(&item.ident)),
                _ => None,
            };
            return block.items.iter().filter_map(function).collect();
        }
        _ => return Vec::new(),
    };
    vec![text(ident)]
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether code is there for tests only.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("cfg") => list.parse_args::<Meta>().is_ok_and(|meta| needs_test(&meta)),
        _ => false,
    })
}

/// Whether a condition never holds outside of tests.
fn needs_test(condition: &Meta) -> bool {
    let parts = |list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).map(Vec::from_iter).unwrap_or_default()
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => parts(list).iter().any(needs_test),
        Meta::List(list) if list.path.is_ident("any") => {
            let parts = parts(list);
            !parts.is_empty() && parts.iter().all(needs_test)
        }
        _ => false,
    }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    })
}
