//! Four values at a time for the part flat; in a processor's own instructions where that pays.
#![cfg_attr(picoae_dsp, allow(unsafe_code))]

/// What goes from one value to the next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Running {
    /// All squares so far, modulo 2³².
    pub(super) total: u32,
    /// The smallest difference of the total to what it was a segment before.
    pub(super) smallest: u32,
    /// The value before.
    pub(super) previous: i32,
}

impl Running {
    /// Takes a value; `before` is the total a segment before, and becomes that of now.
    #[inline(always)]
    pub(super) fn take(&mut self, value: u8, before: &mut u32) {
        let value = i32::from(value as i8);
        let difference = value - self.previous;
        self.previous = value;
        self.total = self.total.wrapping_add((difference * difference) as u32);
        self.smallest = self.smallest.min(self.total.wrapping_sub(*before));
        *before = self.total;
    }
}

#[cfg(picoae_dsp)]
unsafe extern "C" {
    /// In `armv7em.s`.
    fn picoae_flat_fours(frame: *mut Frame);
}

/// What the procedure starts with.
#[cfg(picoae_dsp)]
#[repr(C)]
struct Frame {
    total: u32,
    smallest: u32,
    previous: i32,
    inputs: *const [u8; 4],
    ring: *mut [u32; 4],
    fours: usize,
}

/// Takes as many fours as there are of both.
#[cfg(picoae_dsp)]
#[inline(always)]
pub(super) fn take_fours(running: &mut Running, inputs: &[[u8; 4]], ring: &mut [[u32; 4]]) {
    let fours = inputs.len().min(ring.len());
    let Some([.., last]) = fours.checked_sub(1).and_then(|last| inputs.get(last)) else { return };
    let Running { total, smallest, previous } = *running;
    let mut frame = Frame { total, smallest, previous, inputs: inputs.as_ptr(), ring: ring.as_mut_ptr(), fours };
    // SAFETY: `frame` has the layout that the procedure reads. It reads `fours` words of inputs, at least one, wherever they lie, changes as
    // many fours of words of the ring, which is borrowed mutably, and two words of the frame, and keeps the registers that the calling
    // convention asks to be kept.
    unsafe { picoae_flat_fours(&mut frame) };
    *running = Running { total: frame.total, smallest: frame.smallest, previous: i32::from(*last as i8) };
}

/// Takes as many fours as there are of both.
#[cfg(not(picoae_dsp))]
#[inline(always)]
pub(super) fn take_fours(running: &mut Running, inputs: &[[u8; 4]], ring: &mut [[u32; 4]]) {
    // Written out: what is compiled for size does not unroll.
    for ([a, b, c, d], [s, t, u, v]) in inputs.iter().zip(ring) {
        running.take(*a, s);
        running.take(*b, t);
        running.take(*c, u);
        running.take(*d, v);
    }
}
