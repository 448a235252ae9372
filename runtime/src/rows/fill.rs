//! Fills memory with a word.

/// Fills rows, which start on a multiple of 2 and are as long, with a word. One loop for all: a general fill is longer than
/// the rest of the scheduler needs it.
#[inline(never)]
pub(crate) fn fill(bytes: &mut [u8], value: u32) {
    if let Ok(words) = bytemuck::try_cast_slice_mut::<_, u32>(bytes) {
        words.iter_mut().for_each(|word| *word = value);
    } else if let Ok(halves) = bytemuck::try_cast_slice_mut::<_, u16>(bytes) {
        halves.iter_mut().for_each(|half| *half = value as u16);
    }
}
