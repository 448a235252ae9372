//! FlatBuffers, as much of them as a model needs: a view whose every access is checked against the file, and a writer.
//!
//! Format: a table begins with the distance back to its vtable; the vtable holds its own length, the table's, and for
//! each field the distance from the table, 0 where the field has its default. Vectors, strings and tables are reached
//! by distances forward, and vectors begin with their length. Source: the published description of FlatBuffers'
//! internals.

mod view;
mod writer;

pub(crate) use view::Table;
pub(crate) use writer::{Node, Value, finish};
