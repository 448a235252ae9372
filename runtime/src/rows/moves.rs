//! Moves words within a line buffer; in a processor's own instructions where that pays.
#![cfg_attr(any(picoae_dsp, picoae_armv6m, picoae_riscv32), allow(unsafe_code))]

#[cfg(picoae_dsp)]
unsafe extern "C" {
    fn picoae_move_planes_1(buffer: u32, planes: u32, plane: u32, from: u32);
    fn picoae_move_planes_2(buffer: u32, planes: u32, plane: u32, from: u32);
    fn picoae_move_planes_3(buffer: u32, planes: u32, plane: u32, from: u32);
    fn picoae_move_words(to: u32, from: u32, words: u32);
}

#[cfg(picoae_armv6m)]
core::arch::global_asm!(include_str!("armv6m.s"), options(raw));

#[cfg(picoae_armv6m)]
unsafe extern "C" {
    fn picoae_m0_move(to: *mut u32, from: *const u32, words: usize);
}

#[cfg(picoae_riscv32)]
core::arch::global_asm!(include_str!("riscv32.s"), options(raw));

#[cfg(picoae_riscv32)]
unsafe extern "C" {
    fn picoae_rv32_move(to: *mut u32, from: *const u32, words: usize);
}

/// In each plane of `plane` bytes, moves `count` words from word `from` on to its start.
pub(super) fn planes(own: &mut [u8], plane: usize, from: usize, count: usize) {
    let plane = plane / 4;
    if plane == 0 || from + count > plane {
        return;
    }
    let Ok(words) = bytemuck::try_cast_slice_mut::<_, u32>(own) else { return };
    #[cfg(picoae_dsp)]
    {
        let code: Option<unsafe extern "C" fn(u32, u32, u32, u32)> = match count {
            1 => Some(picoae_move_planes_1),
            2 => Some(picoae_move_planes_2),
            3 => Some(picoae_move_planes_3),
            _ => None,
        };
        let planes = words.len() / plane;
        if let Some(code) = code.filter(|_| planes > 0) {
            // SAFETY: `count` words at `from` lie in each of the `planes` planes, all of which lie in `words`.
            unsafe { code(words.as_mut_ptr() as u32, planes as u32, 4 * plane as u32, 4 * from as u32) };
            return;
        }
    }
    words.chunks_exact_mut(plane).for_each(|rows| down(rows, from, count));
}

/// Moves `count` words of `words` from word `from` on to its start.
pub(super) fn down(words: &mut [u32], from: usize, count: usize) {
    if from.checked_add(count).is_none_or(|end| end > words.len()) {
        return;
    }
    #[cfg(picoae_dsp)]
    {
        let start = words.as_mut_ptr() as u32;
        // SAFETY: source and destination lie in `words`; the destination is below, and words move in rising order.
        unsafe { picoae_move_words(start, start + 4 * from as u32, count as u32) };
    }
    #[cfg(picoae_armv6m)]
    {
        let start = words.as_mut_ptr();
        // SAFETY: source and destination lie in `words`; the destination is below, and words move in rising order.
        unsafe { picoae_m0_move(start, start.add(from), count) }
    }
    #[cfg(picoae_riscv32)]
    {
        let start = words.as_mut_ptr();
        // SAFETY: source and destination lie in `words`; the destination is below, and words move in rising order.
        unsafe { picoae_rv32_move(start, start.add(from), count) }
    }
    #[cfg(not(any(picoae_dsp, picoae_armv6m, picoae_riscv32)))]
    words.copy_within(from..from + count, 0);
}
