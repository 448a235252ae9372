//! Calls the sliding convolution of `slide.s`.

use crate::forms::slide::{Call, Kernel, Store};

core::arch::global_asm!(include_str!("slide.s"), options(raw));

unsafe extern "C" {
    fn picoae_slide(frame: *const Frame);
    fn picoae_slide_k1_p4();
    fn picoae_slide_k1_p7();
    fn picoae_slide_k2_p4();
    fn picoae_slide_k2_p7();
    fn picoae_slide_k3_p4();
    fn picoae_slide_k3_p7();
    fn picoae_slide_k3_s2_p7();
    fn picoae_slide_k3_p6();
    fn picoae_slide_k3_p6_w16();
    fn picoae_slide_table_4();
    fn picoae_slide_table_8();
    fn picoae_slide_table_bytes();
    fn picoae_slide_relu_4();
    fn picoae_slide_relu_8();
    fn picoae_slide_pool2();
}

/// What `slide.s` keeps in its stack frame.
#[repr(C)]
struct Frame {
    end: u32,
    rows: u32,
    weights: u32,
    stride: u32,
    params: u32,
    channels: u32,
    out: u32,
    step: [u32; 2],
    table: u32,
    inner: u32,
    finish: u32,
    store: u32,
    span: u32,
    skip: u32,
    column: u32,
    list: [u32; 8],
}

/// Makes a tile.
///
/// `call` must have passed through `forms::slide`, whose offsets lie within `arena` and `data` for a checked plan.
pub(crate) fn slide(call: &Call, arena: &mut [u8], data: &[u8]) {
    let memory = arena.as_mut_ptr() as u32;
    let constants = data.as_ptr() as u32;
    let (inner, words) = inner(call.kernel);
    // Seven blocks for seven outputs; the first ones are passed over.
    let (store, block) = store(call.store);
    let store = store + (7 - call.outputs as u32) * block;
    let finish = if call.pool == 2 { address(picoae_slide_pool2) } else { store };
    let mut list = [0; 8];
    for (entry, row) in list.iter_mut().zip(&call.rows[..call.row_count]) {
        *entry = memory + *row as u32;
    }
    let frame = Frame {
        end: 0,
        rows: 0,
        weights: constants + call.weights as u32,
        stride: call.stride as u32,
        params: constants + call.scales as u32,
        channels: call.channels as u32,
        out: memory + (call.out + (call.outputs - 1) * call.column) as u32,
        step: call.steps.map(|s| s as u32),
        // The table has 256 entries for -128 to 127.
        table: constants + call.table as u32 + 256,
        inner,
        finish,
        store,
        span: (call.planes * call.plane) as u32,
        skip: call.plane as u32 - words * 4,
        column: call.column as u32,
        list,
    };
    // SAFETY: `frame` has the layout that the kernel copies from, and the kernel keeps the registers that the calling
    // convention asks to be kept. It reads the weights, scales and table of `call` and, for each kernel row, the words
    // that `Kernel::words` tells of each plane; it writes `outputs` values of `column` bytes' distance in each channel.
    // The checks of `forms::slide` put all of these inside `arena`, which is borrowed mutably, and `data`.
    unsafe { picoae_slide(&frame) }
}

fn address(code: unsafe extern "C" fn()) -> u32 {
    code as *const () as u32
}

/// The inner loop, and how many words it moves on in a plane.
fn inner(kernel: Kernel) -> (u32, u32) {
    let (code, words): (unsafe extern "C" fn(), u32) = match kernel {
        Kernel::Taps1By4 => (picoae_slide_k1_p4, 4),
        Kernel::Taps1By7 => (picoae_slide_k1_p7, 7),
        Kernel::Taps2By4 => (picoae_slide_k2_p4, 5),
        Kernel::Taps2By7 => (picoae_slide_k2_p7, 8),
        Kernel::Taps3By4 => (picoae_slide_k3_p4, 6),
        Kernel::Taps3By7 => (picoae_slide_k3_p7, 9),
        Kernel::Taps3Step2By7 => (picoae_slide_k3_s2_p7, 15),
        Kernel::Taps3By6 => (picoae_slide_k3_p6, 8),
        Kernel::Taps3By6Wide => (picoae_slide_k3_p6_w16, 8),
    };
    (address(code), words)
}

/// What stores the outputs, and the bytes of code for each.
fn store(store: Store) -> (u32, u32) {
    let (code, block): (unsafe extern "C" fn(), u32) = match store {
        Store::Table4 => (picoae_slide_table_4, 24),
        Store::Table8 => (picoae_slide_table_8, 24),
        Store::TableBytes => (picoae_slide_table_bytes, 28),
        Store::Relu4 => (picoae_slide_relu_4, 20),
        Store::Relu8 => (picoae_slide_relu_8, 20),
    };
    (address(code), block)
}
