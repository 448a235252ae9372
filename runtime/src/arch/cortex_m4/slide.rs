//! Calls the sliding convolution of `slide.s`.

use crate::forms::slide::{Call, Differences, Kernel, Loop, Store};
use crate::kernels::{self, has};

// One text, because each uses the macros of those in front of it.
core::arch::global_asm!(
    include_str!("slide.s"),
    include_str!("loops.s"),
    include_str!("differences.s"),
    include_str!("moves.s"),
    include_str!("mono.s"),
    options(raw)
);

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
    fn picoae_slide_k1_p4_skip0();
    fn picoae_slide_k1_p7_skip4();
    fn picoae_slide_k2_p4_back4();
    fn picoae_slide_k2_p7_skip0();
    fn picoae_slide_k3_p4_skip0();
    fn picoae_slide_k3_s2_p7_skip0();
    fn picoae_slide_k3_s2_p7_skip56();
    fn picoae_slide_k3_p6_w16_skip0();
    fn picoae_slide_k3_p6_w16_skip24();
    fn picoae_slide_k3_p6_w16_skip28();
    fn picoae_slide_k3_p7_edges();
    fn picoae_slide_k3_p7_gathered();
    fn picoae_slide_table_4();
    fn picoae_slide_table_8();
    fn picoae_slide_table_bytes();
    fn picoae_slide_relu_4();
    fn picoae_slide_relu_8();
    fn picoae_slide_relu_single_4();
    fn picoae_slide_relu_single_8();
    fn picoae_slide_pool2();
    fn picoae_slide_next_channel();
    fn picoae_slide_rows();
    fn picoae_slide_single();
    fn picoae_slide_single_next();
    fn picoae_slide_single_exchange();
    fn picoae_move_planes_2(strip: u32, planes: u32, plane: u32, from: u32);
    fn picoae_move_planes_3(strip: u32, planes: u32, plane: u32, from: u32);
    fn picoae_slide_k5_p6();
    fn picoae_slide_differences();
    fn picoae_slide_differences_of_five();
    fn picoae_subtract_neighbours(x: u32, to: u32, planes: u32, plane: u32);
    fn picoae_move_words(to: u32, from: u32, words: u32);
}

/// What the kernels keep in its stack frame.
#[repr(C)]
struct Frame {
    end: u32,
    entry: u32,
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
    onward: [u32; 2],
    difference_weights: u32,
    differences: u32,
    difference_end: u32,
}

/// Makes a tile.
///
/// `call` must have passed through `forms::slide`, whose offsets lie within `arena` and `data` for a checked plan.
pub(crate) fn slide<const K: u64>(call: &Call, arena: &mut [u8], data: &[u8]) {
    let memory = arena.as_mut_ptr() as u32;
    let constants = data.as_ptr() as u32;
    let Some(inner) = inner::<K>(call) else { return };
    // Seven blocks for seven outputs; the first ones are passed over.
    let Some((store, block)) = store::<K>(call.store) else { return };
    let store = store + (7 - call.outputs as u32) * block;
    let finish = if has(K, kernels::POOL) && call.pool == 2 { address(picoae_slide_pool2) } else { store };
    let first = memory.wrapping_add(call.row as u32);
    let row = |i: usize| if i < call.row_count { first + (i * call.row_step) as u32 } else { 0 };
    let span = (call.planes * call.plane) as u32;
    let single = matches!(call.kernel, Kernel::Taps3By6Wide | Kernel::Taps3By7Gathered | Kernel::Taps5By6);
    let mut frame = Frame {
        end: first.wrapping_add(span),
        entry: address(if single { picoae_slide_single } else { picoae_slide_rows }),
        weights: constants + call.weights as u32,
        stride: call.stride as u32,
        params: constants + call.scales as u32,
        channels: call.channels as u32,
        out: memory + (call.out + (call.outputs - 1) * call.column) as u32,
        step: call.steps.map(|s| s as u32),
        // The table has 256 entries for -128 to 127.
        table: constants + call.table as u32 + if call.store == Store::TableBytes { 128 } else { 256 },
        inner,
        finish,
        store,
        span,
        skip: call.kernel.skip(call.plane) as u32,
        column: call.column as u32,
        // One by one: a loop costs more than the rows that a call has.
        list: if single { [first, 0, 0, 0, 0, 0, 0, 0] } else { core::array::from_fn(row) },
        onward: [address(if single { picoae_slide_single_next } else { picoae_slide_next_channel }); 2],
        difference_weights: 0,
        differences: 0,
        difference_end: 0,
    };
    let there = has(K, kernels::DIFFERENCES) || has(K, kernels::DIFFERENCES_OF_FIVE);
    if let Some(d) = call.differences.as_ref().filter(|_| there) {
        subtract(call, d, memory);
        let code: unsafe extern "C" fn() = if has(K, kernels::DIFFERENCES_OF_FIVE) && d.five {
            picoae_slide_differences_of_five
        } else if has(K, kernels::DIFFERENCES) {
            picoae_slide_differences
        } else {
            return;
        };
        frame.onward = [address(code), address(picoae_slide_single_exchange)];
        frame.difference_weights = constants + d.weights as u32;
        frame.differences = memory + d.scratch as u32;
        frame.difference_end = frame.differences + call.planes as u32 * 28;
    }
    // SAFETY: `frame` has the layout that the kernel copies from, and the kernel keeps the registers that the calling
    // convention asks to be kept. It reads the weights, scales and table of `call` and, for each kernel row, the words
    // that `Kernel::words` tells of each plane; it writes `outputs` values of `column` bytes' distance in each channel.
    // The checks of `forms::slide` put all of these inside `arena`, which is borrowed mutably, and `data`.
    unsafe { picoae_slide(&frame) }
}

/// Makes the differences of neighbouring activations.
fn subtract(call: &Call, d: &Differences, memory: u32) {
    // SAFETY: it reads eight words of each plane, as the kernel itself does, and writes 28 bytes a plane to the stage's
    // working memory, which `forms::slide` checked to be as large.
    unsafe {
        picoae_subtract_neighbours(
            memory + call.row as u32,
            memory + d.scratch as u32,
            call.planes as u32,
            call.plane as u32,
        );
    }
}

/// In each plane of `plane` words, moves `count` words from index `from` on to its start; `false` for a count that it
/// cannot do.
pub(crate) fn move_planes(words: &mut [u32], plane: usize, from: usize, count: usize) -> bool {
    let code = match count {
        2 => picoae_move_planes_2,
        3 => picoae_move_planes_3,
        _ => return false,
    };
    let planes = words.len().checked_div(plane).unwrap_or(0);
    if planes == 0 || from + count > plane {
        return false;
    }
    // SAFETY: `count` words at `from` lie in each of the `planes` planes, all of which lie in `words`.
    unsafe { code(words.as_mut_ptr() as u32, planes as u32, 4 * plane as u32, 4 * from as u32) };
    true
}

/// Moves `count` words of `words` from index `from` on to its start.
pub(crate) fn move_down(words: &mut [u32], from: usize, count: usize) {
    if from.checked_add(count).is_some_and(|end| end <= words.len()) {
        let start = words.as_mut_ptr() as u32;
        // SAFETY: source and destination lie in `words`; the destination is below, and words move in rising order.
        unsafe { picoae_move_words(start, start + 4 * from as u32, count as u32) };
    }
}

fn address(code: unsafe extern "C" fn()) -> u32 {
    code as *const () as u32
}

/// The inner loop for the call's planes; `None` never happens, because a model's kernels are those that its stages call.
fn inner<const K: u64>(call: &Call) -> Option<u32> {
    let inner_loop = call.kernel.inner_loop(call.planes, call.plane, call.general);
    // The condition stands in every arm so that the compiler sees which are never taken.
    macro_rules! code {
        ($($name:ident => $code:ident),* $(,)?) => {
            match inner_loop {
                $(Loop::$name if has(K, kernels::LOOPS + Loop::$name as u32) => Some(address($code)),)*
                _ => None,
            }
        };
    }
    code! {
        K1P4 => picoae_slide_k1_p4,
        K1P4Skip0 => picoae_slide_k1_p4_skip0,
        K1P7 => picoae_slide_k1_p7,
        K1P7Skip4 => picoae_slide_k1_p7_skip4,
        K2P4 => picoae_slide_k2_p4,
        K2P4Back4 => picoae_slide_k2_p4_back4,
        K2P7 => picoae_slide_k2_p7,
        K2P7Skip0 => picoae_slide_k2_p7_skip0,
        K3P4 => picoae_slide_k3_p4,
        K3P4Skip0 => picoae_slide_k3_p4_skip0,
        K3P7 => picoae_slide_k3_p7,
        K3P7Edges => picoae_slide_k3_p7_edges,
        K3P7Gathered => picoae_slide_k3_p7_gathered,
        K3S2P7 => picoae_slide_k3_s2_p7,
        K3S2P7Skip0 => picoae_slide_k3_s2_p7_skip0,
        K3S2P7Skip56 => picoae_slide_k3_s2_p7_skip56,
        K3P6 => picoae_slide_k3_p6,
        K3P6Wide => picoae_slide_k3_p6_w16,
        K3P6WideSkip0 => picoae_slide_k3_p6_w16_skip0,
        K3P6WideSkip24 => picoae_slide_k3_p6_w16_skip24,
        K3P6WideSkip28 => picoae_slide_k3_p6_w16_skip28,
        K5P6 => picoae_slide_k5_p6,
    }
}

/// What stores the outputs, and the bytes of code for each; `None` never happens, as above.
fn store<const K: u64>(store: Store) -> Option<(u32, u32)> {
    let there = |store: Store| has(K, kernels::STORES + store as u32);
    let (code, block): (unsafe extern "C" fn(), u32) = match store {
        Store::Table4 if there(Store::Table4) => (picoae_slide_table_4, 24),
        Store::Table8 if there(Store::Table8) => (picoae_slide_table_8, 24),
        Store::TableBytes if there(Store::TableBytes) => (picoae_slide_table_bytes, 28),
        Store::Relu4 if there(Store::Relu4) => (picoae_slide_relu_4, 20),
        Store::Relu8 if there(Store::Relu8) => (picoae_slide_relu_8, 20),
        Store::ReluSingle4 if there(Store::ReluSingle4) => (picoae_slide_relu_single_4, 16),
        Store::ReluSingle8 if there(Store::ReluSingle8) => (picoae_slide_relu_single_8, 16),
        _ => return None,
    };
    Some((address(code), block))
}
