//! Calls the sliding convolution of `slide.s`.

use crate::forms::slide::{Call, Differences, Kernel, Loop, Store};
use crate::kernels::{self, has, reads_fields};

// One text, because each uses the macros of those in front of it.
core::arch::global_asm!(
    include_str!("slide.s"),
    include_str!("loops.s"),
    include_str!("differences.s"),
    include_str!("moves.s"),
    include_str!("mono.s"),
    include_str!("kronecker.s"),
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
    fn picoae_kronecker();
    fn picoae_kronecker_next();
    fn picoae_kronecker_six();
    fn picoae_kronecker_four();
    fn picoae_kronecker_skip0();
    fn picoae_kronecker_skip4();
    fn picoae_kronecker_skip8();
    fn picoae_kronecker_skip12();
    fn picoae_kronecker_any();
    fn picoae_fields_relu();
    fn picoae_fields_table();
    fn picoae_fields_pooled_relu_even();
    fn picoae_fields_pooled_relu_odd();
    fn picoae_fields_pooled_table_even();
    fn picoae_fields_pooled_table_odd();
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
    let Some(store) = store::<K>(call) else { return };
    let finish = if has(K, kernels::POOL) && call.pool == 2 { address(picoae_slide_pool2) } else { store };
    let first = memory.wrapping_add(call.row as u32);
    let row = |i: usize| if i < call.row_count { first + (i * call.row_step) as u32 } else { 0 };
    let span = (call.planes * call.plane) as u32;
    let single = matches!(call.kernel, Kernel::Taps3By6Wide | Kernel::Taps3By7Gathered | Kernel::Taps5By6);
    let out = memory + (call.out + (call.outputs - 1) * call.column) as u32;
    let mut frame = Frame {
        end: first.wrapping_add(span),
        entry: address(if single { picoae_slide_single } else { picoae_slide_rows }),
        weights: constants + call.weights as u32,
        stride: call.stride as u32,
        params: constants + call.scales as u32,
        channels: call.channels as u32,
        out,
        step: call.steps.map(|s| s as u32),
        // The table has 256 entries for -128 to 127.
        table: constants
            + call.table as u32
            + if matches!(call.store, Store::TableBytes | Store::FieldsTable) { 128 } else { 256 },
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
    if reads_fields(K) && call.kernel == Kernel::Kronecker {
        let tail = if call.carry.is_empty { picoae_kronecker_four } else { picoae_kronecker_six };
        // In front of each channel's words lies what is read with them.
        let between = if (20..=24).contains(&call.plane) { call.plane as u32 - 16 } else { 0 };
        frame.list[0] = first - between;
        frame.end = first - between + span;
        frame.skip = call.plane as u32;
        frame.entry = address(picoae_kronecker);
        frame.onward[0] = address(picoae_kronecker_next);
        frame.difference_weights = memory + call.carry.at as u32;
        frame.differences = address(tail);
    }
    if stores_fields(call.store) {
        frame.out &= !3;
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
                $(Loop::$name if has(K, kernels::inner_loop(Loop::$name)) => Some(address($code)),)*
                _ => None,
            }
        };
    }
    let code = code! {
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
        KroneckerSkip0 => picoae_kronecker_skip0,
        KroneckerSkip4 => picoae_kronecker_skip4,
        KroneckerSkip8 => picoae_kronecker_skip8,
        KroneckerSkip12 => picoae_kronecker_skip12,
        Kronecker => picoae_kronecker_any,
    };
    // Eight channels a round; the first round starts where as many are left as there are.
    let block = match inner_loop {
        Loop::KroneckerSkip0 | Loop::KroneckerSkip4 | Loop::KroneckerSkip8 => 32,
        Loop::KroneckerSkip12 => 36,
        Loop::Kronecker => 40,
        _ => return code,
    };
    let passed = (8 - call.planes as u32 % 8) % 8;
    code.map(|code| code + passed * block)
}

/// Whether fields of words are stored.
fn stores_fields(store: Store) -> bool {
    matches!(store, Store::FieldsRelu | Store::FieldsTable)
}

/// Where the code that stores the call's outputs is entered; `None` never happens, as above.
fn store<const K: u64>(call: &Call) -> Option<u32> {
    let there = |store: Store| has(K, kernels::store(store, false));
    let (code, block): (unsafe extern "C" fn(), u32) = match call.store {
        Store::Table4 if there(Store::Table4) => (picoae_slide_table_4, 24),
        Store::Table8 if there(Store::Table8) => (picoae_slide_table_8, 24),
        Store::TableBytes if there(Store::TableBytes) => (picoae_slide_table_bytes, 28),
        Store::Relu4 if there(Store::Relu4) => (picoae_slide_relu_4, 20),
        Store::Relu8 if there(Store::Relu8) => (picoae_slide_relu_8, 20),
        Store::ReluSingle4 if there(Store::ReluSingle4) => (picoae_slide_relu_single_4, 16),
        Store::ReluSingle8 if there(Store::ReluSingle8) => (picoae_slide_relu_single_8, 16),
        Store::FieldsRelu | Store::FieldsTable => return store_fields::<K>(call),
        _ => return None,
    };
    // Seven blocks for seven outputs; the first ones are passed over.
    Some(address(code) + (7 - call.outputs as u32) * block)
}

/// The same for outputs that share words.
fn store_fields<const K: u64>(call: &Call) -> Option<u32> {
    let relu = call.store == Store::FieldsRelu;
    // Bytes of the code that makes one value, and a pair of them.
    let (value, pair) = if relu { (12, 32) } else { (20, 48) };
    let outputs = call.outputs as u32;
    if call.pool == 1 {
        let code = match relu {
            true if has(K, kernels::store(Store::FieldsRelu, false)) => picoae_fields_relu,
            false if has(K, kernels::store(Store::FieldsTable, false)) => picoae_fields_table,
            _ => return None,
        };
        return Some(address(code) + 3_u32.saturating_sub(outputs / 2) * pair);
    }
    // A single output lies in front of the last pair, or behind the first.
    let starts_word = call.out % 4 == 0;
    let (even, odd): (unsafe extern "C" fn(), unsafe extern "C" fn()) = match relu {
        true if has(K, kernels::store(Store::FieldsRelu, true)) => {
            (picoae_fields_pooled_relu_even, picoae_fields_pooled_relu_odd)
        }
        false if has(K, kernels::store(Store::FieldsTable, true)) => {
            (picoae_fields_pooled_table_even, picoae_fields_pooled_table_odd)
        }
        _ => return None,
    };
    Some(match (starts_word, outputs) {
        (true, 3) => address(even),
        (true, _) => address(even) + value + 4,
        (false, 3) => address(odd),
        (false, _) => address(odd) + pair,
    })
}
