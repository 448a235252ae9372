//! The body in the instructions of the DSP extension: calls `armv7em.s`.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;

use super::abi::{Call, Store, TapShape, Tile};
use crate::kernel_set::{KernelSet, Routine, has, reads_packed_rows};

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
    fn picoae_slide_k5_p6();
    fn picoae_slide_differences();
    fn picoae_slide_differences_of_five();
    fn picoae_subtract_neighbours(x: u32, to: u32, planes: u32, plane: u32);
    fn picoae_kronecker();
    fn picoae_kronecker_next();
    fn picoae_kronecker_six();
    fn picoae_kronecker_four();
    fn picoae_kronecker_pooled();
    fn picoae_kronecker_pooled_relu_single();
    fn picoae_kronecker_skip0();
    fn picoae_kronecker_skip4();
    fn picoae_kronecker_skip8();
    fn picoae_kronecker_skip12();
    fn picoae_kronecker_any();
    fn picoae_fields_relu();
    fn picoae_fields_table();
    fn picoae_fields_pooled_relu();
    fn picoae_fields_pooled_table();
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
    /// The first word of each kernel row, then 0; what lies behind is not read.
    list: [MaybeUninit<u32>; 8],
    onward: [u32; 2],
    /// Weights of the differences; for the Kronecker kernel, what it keeps.
    difference_weights: u32,
    /// The differences; for the Kronecker kernel, what makes outputs of its sums.
    differences: u32,
    difference_end: u32,
}

/// Makes tiles of one call. The frame is filled once; a tile changes what is its own.
pub(crate) struct Calls<'a> {
    // Its parts one by one: a reference would keep all of it in memory.
    taps: TapShape,
    kind: Store,
    pool: usize,
    row_count: usize,
    row_step: u32,
    planes: u32,
    plane: u32,
    differences: bool,
    memory: &'a mut [u8],
    data: &'a [u8],
    frame: Frame,
    /// What stores seven outputs, and the bytes of code for each.
    store: (u32, u32),
    /// Bytes in front of a channel's words that are read with them.
    between: u32,
}

impl<'a> Calls<'a> {
    /// `call` must have passed through `plan::params::conv_dsp`, whose offsets lie within `arena` and `data` for a checked plan. `None`
    /// never happens, because a model's kernels are those that its stages call.
    // Inlined, because moving the frame would take as long as filling it.
    #[inline(always)]
    pub(crate) fn new<K: KernelSet>(call: &Call, arena: &'a mut [u8], data: &'a [u8]) -> Option<Self> {
        let (memory, constants) = (arena.as_mut_ptr() as u32, data.as_ptr() as u32);
        let inner = inner::<K>(call.taps, call.planes, call.plane, call.any_distance)?;
        let store = store::<K>(call.store, call.pool)?;
        let single = matches!(call.taps, TapShape::Taps3By6Wide | TapShape::Taps3By7Gathered | TapShape::Taps5By6);
        // The table has 256 entries for -128 to 127.
        let bytes = matches!(call.store, Store::TableBytes | Store::PackedTable);
        let mut frame = Frame {
            end: 0,
            entry: address(if single { picoae_slide_single } else { picoae_slide_rows }),
            weights: 0,
            stride: call.stride as u32,
            params: constants + call.scales as u32,
            channels: call.channels as u32,
            out: 0,
            step: call.steps.map(|s| s as u32),
            table: constants + call.table as u32 + if bytes { 128 } else { 256 },
            inner,
            finish: if K::CONV_DSP_POOL2 && call.pool == 2 { address(picoae_slide_pool2) } else { 0 },
            store: 0,
            span: (call.planes * call.plane) as u32,
            skip: call.taps.skip(call.plane) as u32,
            column: call.column as u32,
            list: [const { MaybeUninit::uninit() }; 8],
            onward: [address(if single { picoae_slide_single_next } else { picoae_slide_next_channel }); 2],
            difference_weights: 0,
            differences: 0,
            difference_end: 0,
        };
        let there = K::CONV_DSP_DIFFERENCES || K::CONV_DSP_DIFFERENCES_OF_FIVE;
        if let Some(d) = call.differences.as_ref().filter(|_| there) {
            let code: unsafe extern "C" fn() = if K::CONV_DSP_DIFFERENCES_OF_FIVE && d.five {
                picoae_slide_differences_of_five
            } else if K::CONV_DSP_DIFFERENCES {
                picoae_slide_differences
            } else {
                return None;
            };
            frame.onward = [address(code), address(picoae_slide_single_exchange)];
            frame.difference_weights = constants + d.weights as u32;
            frame.differences = memory + d.scratch as u32;
            frame.difference_end = frame.differences + call.planes as u32 * 28;
        }
        let mut between = 0;
        if reads_packed_rows::<K>() && call.taps == TapShape::Kronecker {
            between = if (20..=24).contains(&call.plane) { call.plane as u32 - 16 } else { 0 };
            frame.skip = call.plane as u32;
            frame.entry = address(picoae_kronecker);
            frame.onward[0] = address(picoae_kronecker_next);
            frame.difference_weights = memory + call.carry as u32;
        }
        Some(Self {
            taps: call.taps,
            kind: call.store,
            pool: call.pool,
            row_count: call.row_count,
            row_step: call.row_step as u32,
            planes: call.planes as u32,
            plane: call.plane as u32,
            differences: call.differences.is_some(),
            memory: arena,
            data,
            frame,
            store,
            between,
        })
    }

    /// Makes one.
    pub(crate) fn make<K: KernelSet>(&mut self, tile: &Tile) {
        let (memory, constants) = (self.memory.as_mut_ptr() as u32, self.data.as_ptr() as u32);
        let frame = &mut self.frame;
        frame.weights = constants + tile.weights as u32;
        let mut row = memory.wrapping_add(tile.row as u32).wrapping_sub(self.between);
        frame.end = row.wrapping_add(frame.span);
        // Images have several kernel rows, behind which lies a 0.
        for entry in frame.list.iter_mut().take(self.row_count) {
            entry.write(row);
            row = row.wrapping_add(self.row_step);
        }
        if let Some(entry) = frame.list.get_mut(self.row_count) {
            entry.write(0);
        }
        frame.out = memory + tile.out as u32 + (tile.outputs as u32 - 1) * frame.column;
        let (code, block) = self.store;
        // The blocks of the last outputs come first.
        frame.store = code + (7 - tile.outputs as u32) * block;
        if reads_packed_rows::<K>() && stores_packed(self.kind) {
            frame.out &= !3;
            frame.store = enter_packed(code, self.kind, self.pool, tile);
        }
        if !(K::CONV_DSP_POOL2 && self.pool == 2) {
            frame.finish = frame.store;
        }
        if (K::CONV_DSP_DIFFERENCES || K::CONV_DSP_DIFFERENCES_OF_FIVE) && self.differences {
            // SAFETY: it reads eight words of each plane, as the kernel itself does, and writes 28 bytes a plane to the
            // stage's working memory, which `plan::params::conv_dsp` checked to be as large.
            unsafe {
                picoae_subtract_neighbours(memory + tile.row as u32, frame.differences, self.planes, self.plane);
            }
        }
        if reads_packed_rows::<K>() && self.taps == TapShape::Kronecker {
            frame.differences = address(tail::<K>(self.kind, self.pool, tile));
        }
        // SAFETY: `frame` has the layout that the kernel copies from, and the kernel keeps the registers that the calling
        // convention asks to be kept. It reads the weights, scales and table of `call` and, for each kernel row, the words
        // that `TapShape::shape` tells of each plane; it writes `outputs` values of `column` bytes' distance in each channel.
        // The checks of `plan::params::conv_dsp` and `plan::params::conv_kronecker` put all of these inside the arena, which is borrowed
        // mutably, and the data.
        unsafe { picoae_slide(frame) }
    }
}

/// What makes outputs of the sums of fields.
fn tail<K: KernelSet>(kind: Store, pool: usize, tile: &Tile) -> unsafe extern "C" fn() {
    match (tile.is_first, pool) {
        (true, _) => picoae_kronecker_four,
        (false, 2) if K::CONV_DSP_POOL2 => match (kind, tile.outputs) {
            (Store::ReluUndoubled4, 3) if K::STORE_RELU_UNDOUBLED_4 => picoae_kronecker_pooled_relu_single,
            _ => picoae_kronecker_pooled,
        },
        (false, _) => picoae_kronecker_six,
    }
}

fn address(code: unsafe extern "C" fn()) -> u32 {
    code as *const () as u32
}

/// The inner loop for the call's planes; `None` never happens, because a model's kernels are those that its stages call.
#[inline(never)]
fn inner<K: KernelSet>(taps: TapShape, planes: usize, plane: usize, any_distance: bool) -> Option<u32> {
    let inner_loop = taps.inner_loop(planes, plane, any_distance);
    // The condition stands in every arm so that the compiler sees which are never taken.
    macro_rules! code {
        ($($name:ident => $code:ident),* $(,)?) => {
            match inner_loop {
                $(Routine::$name if has::<K>(Routine::$name) => Some(address($code)),)*
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
    // Sixteen channels a round; the first round starts where as many are left as there are.
    let block = match inner_loop {
        Routine::KroneckerSkip0 | Routine::KroneckerSkip4 | Routine::KroneckerSkip8 => 32,
        Routine::KroneckerSkip12 => 36,
        Routine::Kronecker => 40,
        _ => return code,
    };
    let passed = (16 - planes as u32 % 16) % 16;
    code.map(|code| code + passed * block)
}

/// Whether packed rows are stored.
fn stores_packed(store: Store) -> bool {
    matches!(store, Store::PackedRelu | Store::PackedTable)
}

/// What stores the outputs, and the bytes of code for each; `None` never happens, as above.
#[inline(never)]
fn store<K: KernelSet>(kind: Store, pool: usize) -> Option<(u32, u32)> {
    let (code, block): (unsafe extern "C" fn(), u32) = match kind {
        Store::Table4 if K::STORE_TABLE_4 => (picoae_slide_table_4, 24),
        Store::Table8 if K::STORE_TABLE_8 => (picoae_slide_table_8, 24),
        Store::TableBytes if K::STORE_TABLE_BYTES => (picoae_slide_table_bytes, 28),
        Store::Relu4 if K::STORE_RELU_4 => (picoae_slide_relu_4, 20),
        Store::Relu8 if K::STORE_RELU_8 => (picoae_slide_relu_8, 20),
        Store::ReluUndoubled4 if K::STORE_RELU_UNDOUBLED_4 => (picoae_slide_relu_single_4, 16),
        Store::ReluUndoubled8 if K::STORE_RELU_UNDOUBLED_8 => (picoae_slide_relu_single_8, 16),
        Store::PackedRelu if pool == 2 && K::STORE_PACKED_POOLED_RELU => (picoae_fields_pooled_relu, 0),
        Store::PackedTable if pool == 2 && K::STORE_PACKED_POOLED_TABLE => (picoae_fields_pooled_table, 0),
        Store::PackedRelu if pool == 1 && K::STORE_PACKED_RELU => (picoae_fields_relu, 0),
        Store::PackedTable if pool == 1 && K::STORE_PACKED_TABLE => (picoae_fields_table, 0),
        _ => return None,
    };
    Some((address(code), block))
}

/// Where the code that stores outputs in words that they share is entered.
fn enter_packed(code: u32, kind: Store, pool: usize, tile: &Tile) -> u32 {
    // Bytes of the code that makes one value, stores a word, makes and stores a pair, and goes on.
    let value = if kind == Store::PackedRelu { 12 } else { 20 };
    let (single, pair) = (value + 4, 2 * value + 8);
    let outputs = tile.outputs as u32;
    if pool == 1 {
        return code + 3_u32.saturating_sub(outputs / 2) * pair;
    }
    // Behind a pooling: a single output and a pair; then, for outputs that start in the middle of a word, a pair and a
    // single output.
    let middle = single + pair + 4;
    match (tile.out % 4 == 0, outputs) {
        (true, 3) => code,
        (true, _) => code + single,
        (false, 3) => code + middle,
        (false, _) => code + middle + pair,
    }
}
