//! How a table `[network]` lies on the one beneath it.

use picoae_compiler::spec::language::Form;
use toml::{Table, Value};

/// A file's network with a key that only one form has is whole: nothing of `base`'s shows through.
pub(super) fn make_room_for_file(base: &mut Table, over: &Table) {
    if form(over).is_some() {
        base.remove("network");
    }
    rename(base, over);
}

/// Settings change a network key by key; those of another form replace it.
pub(super) fn make_room_for_settings(base: &mut Table, over: &Table) {
    if form(over).is_some_and(|over| form(base) != Some(over)) {
        base.remove("network");
    }
    rename(base, over);
}

/// A network that is changed is no longer the one of that name.
fn rename(base: &mut Table, over: &Table) {
    if let (true, Some(Value::Table(network))) = (over.contains_key("network"), base.get_mut("network")) {
        network.remove("name");
    }
}

/// The form of a configuration's network by its keys.
fn form(config: &Table) -> Option<Form> {
    let network = config.get("network")?.as_table()?;
    Form::KEYS.iter().find(|(key, _)| network.contains_key(*key)).map(|(_, form)| *form)
}
