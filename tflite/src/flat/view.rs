//! The checked view.

use crate::error::Fault;

type Result<T> = std::result::Result<T, Fault>;

/// A table in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    file: &'a [u8],
    /// Where it begins.
    at: usize,
    /// Where its vtable begins, and the vtable's bytes.
    vtable: usize,
    vtable_bytes: usize,
    /// What it is, for messages.
    what: &'static str,
}

fn bytes<const N: usize>(file: &[u8], at: usize) -> Option<[u8; N]> {
    file.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// Follows the distance forward that stands at `at`.
fn follow(file: &[u8], at: usize) -> Option<usize> {
    let distance = u32::from_le_bytes(bytes(file, at)?);
    at.checked_add(usize::try_from(distance).ok()?).filter(|to| *to < file.len())
}

impl<'a> Table<'a> {
    /// The root of a file with the given identifier.
    pub(crate) fn root(file: &'a [u8], identifier: &[u8; 4]) -> Result<Self> {
        if bytes(file, 4).as_ref() != Some(identifier) {
            return Err(Fault::Identifier);
        }
        follow(file, 0).and_then(|at| Self::at(file, at, "model")).ok_or(Fault::Damaged("model"))
    }

    fn at(file: &'a [u8], at: usize, what: &'static str) -> Option<Self> {
        let back = i64::from(i32::from_le_bytes(bytes(file, at)?));
        let vtable = usize::try_from(i64::try_from(at).ok()?.checked_sub(back)?).ok()?;
        let vtable_bytes = usize::from(u16::from_le_bytes(bytes(file, vtable)?));
        let whole = file.get(vtable..vtable.checked_add(vtable_bytes)?).is_some();
        (whole && vtable_bytes >= 4).then_some(Self { file, at, vtable, vtable_bytes, what })
    }

    fn damaged(&self) -> Fault {
        Fault::Damaged(self.what)
    }

    /// Where a field lies; `None` where it has its default.
    fn field(&self, slot: usize) -> Result<Option<usize>> {
        let entry = 4 + 2 * slot;
        if entry + 2 > self.vtable_bytes {
            return Ok(None);
        }
        let offset = bytes(self.file, self.vtable + entry).map(u16::from_le_bytes).ok_or(self.damaged())?;
        Ok((offset != 0).then(|| self.at + usize::from(offset)))
    }

    fn scalar<const N: usize>(&self, slot: usize) -> Result<Option<[u8; N]>> {
        let Some(at) = self.field(slot)? else { return Ok(None) };
        bytes(self.file, at).map(Some).ok_or(self.damaged())
    }

    pub(crate) fn u8(&self, slot: usize) -> Result<u8> {
        Ok(self.scalar(slot)?.map_or(0, u8::from_le_bytes))
    }

    pub(crate) fn i32(&self, slot: usize, default: i32) -> Result<i32> {
        Ok(self.scalar(slot)?.map_or(default, i32::from_le_bytes))
    }

    pub(crate) fn u32(&self, slot: usize) -> Result<u32> {
        Ok(self.scalar(slot)?.map_or(0, u32::from_le_bytes))
    }

    pub(crate) fn u64(&self, slot: usize) -> Result<u64> {
        Ok(self.scalar(slot)?.map_or(0, u64::from_le_bytes))
    }

    pub(crate) fn f32(&self, slot: usize) -> Result<f32> {
        Ok(self.scalar(slot)?.map_or(0.0, f32::from_le_bytes))
    }

    /// Whether a field is there at all.
    pub(crate) fn has(&self, slot: usize) -> Result<bool> {
        Ok(self.field(slot)?.is_some())
    }

    /// A table in a field.
    pub(crate) fn table(&self, slot: usize, what: &'static str) -> Result<Option<Self>> {
        let Some(at) = self.field(slot)? else { return Ok(None) };
        follow(self.file, at).and_then(|at| Self::at(self.file, at, what)).map(Some).ok_or(Fault::Damaged(what))
    }

    /// Where the elements of a vector begin and how many there are, each of `size` bytes.
    fn vector(&self, slot: usize, size: usize) -> Result<Option<(usize, usize)>> {
        let Some(at) = self.field(slot)? else { return Ok(None) };
        let found = || {
            let start = follow(self.file, at)?;
            let count = usize::try_from(u32::from_le_bytes(bytes(self.file, start)?)).ok()?;
            let first = start.checked_add(4)?;
            self.file.get(first..first.checked_add(count.checked_mul(size)?)?)?;
            Some((first, count))
        };
        found().map(Some).ok_or(self.damaged())
    }

    fn elements<const N: usize, T>(&self, slot: usize, most: usize, of: fn([u8; N]) -> T) -> Result<Vec<T>> {
        let Some((first, count)) = self.vector(slot, N)? else { return Ok(Vec::new()) };
        if count > most {
            return Err(Fault::refused(
                format!("its {} has a list of {count} entries", self.what),
                "at most as many as the network needs are taken; convert the model again",
            ));
        }
        Ok(self.file[first..first + count * N].as_chunks().0.iter().map(|chunk| of(*chunk)).collect())
    }

    /// A list of at most `most` numbers; empty where there is none.
    pub(crate) fn i32s(&self, slot: usize, most: usize) -> Result<Vec<i32>> {
        self.elements(slot, most, i32::from_le_bytes)
    }

    /// As [`Table::i32s`].
    pub(crate) fn i64s(&self, slot: usize, most: usize) -> Result<Vec<i64>> {
        self.elements(slot, most, i64::from_le_bytes)
    }

    /// As [`Table::i32s`].
    pub(crate) fn f32s(&self, slot: usize, most: usize) -> Result<Vec<f32>> {
        self.elements(slot, most, f32::from_le_bytes)
    }

    /// The bytes of a vector or a string; empty where there is none.
    pub(crate) fn bytes(&self, slot: usize) -> Result<&'a [u8]> {
        let Some((first, count)) = self.vector(slot, 1)? else { return Ok(&[]) };
        Ok(&self.file[first..first + count])
    }

    /// How many tables a list holds.
    pub(crate) fn count(&self, slot: usize) -> Result<usize> {
        Ok(self.vector(slot, 4)?.map_or(0, |(_, count)| count))
    }

    /// Table `i` of a list.
    pub(crate) fn element(&self, slot: usize, i: usize, what: &'static str) -> Result<Self> {
        let (first, count) = self.vector(slot, 4)?.ok_or(Fault::Damaged(what))?;
        let place = Some(i).filter(|i| *i < count).map(|i| first + 4 * i);
        place
            .and_then(|at| follow(self.file, at))
            .and_then(|at| Self::at(self.file, at, what))
            .ok_or(Fault::Damaged(what))
    }
}
