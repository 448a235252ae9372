//! The writer: a tree of tables to bytes, parents in front of their children.

/// A field's value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    U8(u8),
    I32(i32),
    U32(u32),
    F32(f32),
    Text(String),
    /// Bytes that begin at a multiple of 16, as interpreters want constants.
    Bytes(Vec<u8>),
    I32s(Vec<i32>),
    I64s(Vec<i64>),
    F32s(Vec<f32>),
    Table(Node),
    Tables(Vec<Node>),
}

/// A table: its fields by their slots.
pub(crate) type Node = Vec<(usize, Value)>;

/// The file of a root table.
pub(crate) fn finish(root: &Node, identifier: &[u8; 4]) -> Vec<u8> {
    let mut out = vec![0; 4];
    out.extend(identifier);
    let at = table(&mut out, root);
    patch(&mut out, 0, at);
    out
}

/// Writes the distance from `place` to `to` at `place`.
fn patch(out: &mut [u8], place: usize, to: usize) {
    let distance = u32::try_from(to - place).unwrap_or(u32::MAX);
    out[place..place + 4].copy_from_slice(&distance.to_le_bytes());
}

fn align(out: &mut Vec<u8>, to: usize) {
    out.resize(out.len().next_multiple_of(to), 0);
}

/// Writes a table and everything that it holds; gives where it begins.
fn table(out: &mut Vec<u8>, node: &Node) -> usize {
    let slots = node.iter().map(|(slot, _)| slot + 1).max().unwrap_or(0);
    // Four bytes a field, so that all are aligned.
    let (vtable_bytes, table_bytes) = (4 + 2 * slots, 4 + 4 * node.len());
    align(out, 4);
    out.resize(out.len() + (4 - vtable_bytes % 4) % 4, 0);
    let vtable = out.len();
    out.extend((vtable_bytes as u16).to_le_bytes());
    out.extend((table_bytes as u16).to_le_bytes());
    let offset = |slot| node.iter().position(|(s, _)| *s == slot).map_or(0, |i| 4 + 4 * i as u16);
    (0..slots).for_each(|slot| out.extend(offset(slot).to_le_bytes()));
    let at = out.len();
    out.extend(((at - vtable) as i32).to_le_bytes());
    for (_, value) in node {
        out.extend(match value {
            Value::U8(v) => [*v, 0, 0, 0],
            Value::I32(v) => v.to_le_bytes(),
            Value::U32(v) => v.to_le_bytes(),
            Value::F32(v) => v.to_le_bytes(),
            _ => [0; 4],
        });
    }
    for (i, (_, value)) in node.iter().enumerate() {
        if let Some(child) = child(out, value) {
            patch(out, at + 4 + 4 * i, child);
        }
    }
    at
}

/// Writes what lies outside of the table; gives where.
fn child(out: &mut Vec<u8>, value: &Value) -> Option<usize> {
    match value {
        Value::U8(_) | Value::I32(_) | Value::U32(_) | Value::F32(_) => None,
        Value::Text(text) => {
            let at = vector(out, 4, text.len(), text.bytes());
            out.push(0);
            Some(at)
        }
        Value::Bytes(bytes) => Some(vector(out, 16, bytes.len(), bytes.iter().copied())),
        Value::I32s(v) => Some(vector(out, 4, v.len(), v.iter().flat_map(|v| v.to_le_bytes()))),
        Value::F32s(v) => Some(vector(out, 4, v.len(), v.iter().flat_map(|v| v.to_le_bytes()))),
        Value::I64s(v) => Some(vector(out, 8, v.len(), v.iter().flat_map(|v| v.to_le_bytes()))),
        Value::Table(node) => Some(table(out, node)),
        Value::Tables(nodes) => {
            let at = vector(out, 4, nodes.len(), std::iter::repeat_n(0, 4 * nodes.len()));
            for (i, node) in nodes.iter().enumerate() {
                let to = table(out, node);
                patch(out, at + 4 + 4 * i, to);
            }
            Some(at)
        }
    }
}

/// A length and bytes, the bytes at a multiple of `to`.
fn vector(out: &mut Vec<u8>, to: usize, count: usize, bytes: impl Iterator<Item = u8>) -> usize {
    align(out, 4);
    while !(out.len() + 4).is_multiple_of(to) {
        out.push(0);
    }
    let at = out.len();
    out.extend((count as u32).to_le_bytes());
    out.extend(bytes);
    at
}

#[cfg(test)]
mod tests {
    use super::super::Table;
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let inner: Node = vec![(3, Value::I32(-7)), (0, Value::U8(200))];
        let root: Node = vec![
            (0, Value::F32(0.5)),
            (2, Value::Tables(vec![inner.clone(), Vec::new()])),
            (1, Value::I64s(vec![-1, i64::MAX])),
            (4, Value::Text("name".into())),
            (5, Value::Bytes(vec![1, 2, 3])),
            (6, Value::Table(inner)),
        ];
        let file = finish(&root, b"TEST");
        let table = Table::root(&file, b"TEST").unwrap();
        assert_eq!(table.f32(0).unwrap(), 0.5);
        assert_eq!(table.i64s(1, 2).unwrap(), [-1, i64::MAX]);
        assert!(table.i64s(1, 1).is_err());
        assert_eq!((table.bytes(4).unwrap(), table.bytes(5).unwrap()), (&b"name"[..], &[1, 2, 3][..]));
        assert_eq!(table.count(2).unwrap(), 2);
        for inner in [table.element(2, 0, "inner").unwrap(), table.table(6, "inner").unwrap().unwrap()] {
            assert_eq!((inner.i32(3, 0).unwrap(), inner.u8(0).unwrap(), inner.i32(1, 9).unwrap()), (-7, 200, 9));
        }
        assert!(table.element(2, 2, "inner").is_err() && !table.has(9).unwrap());
        let at = file.windows(3).position(|w| w == [1, 2, 3]).unwrap();
        assert!(at.is_multiple_of(16));
    }
}
