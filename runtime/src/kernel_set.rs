//! Which kernels a program holds, as a type.
//!
//! A compiled-in model names in its type the routines that its stages call: a [`KernelSet`] is a trait of associated constants,
//! all false by default. Everything that dispatches asks these constants first, so the compiler drops the calls that no stage
//! makes, and the linker their kernels. The generator writes such a type beside the model (`device.rs`); models that are
//! read while the program runs take [`NativeKernels`].

/// Declares the routines: for each its variant of [`Routine`] and its constant in [`KernelSet`].
macro_rules! routines {
    ($($native:ident: $($(#[$doc:meta])+ $routine:ident $constant:ident;)+)+) => {
        /// A piece of code that some stages call and others do not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Routine { $($($(#[$doc])+ $routine,)+)+ }

        /// The routines that a program holds; all false unless said otherwise.
        pub trait KernelSet: 'static { $($($(#[$doc])+ const $constant: bool = false;)+)+ }

        /// Every routine.
        #[derive(Debug, Clone, Copy)]
        pub enum AllKernels {}

        impl KernelSet for AllKernels { $($(const $constant: bool = true;)+)+ }

        /// The routines of plans that were made for this processor: what models have that are read while the program runs. On a
        /// workstation, and on a processor that has no kernels of its own, that is every one; where it is big-endian, the portable ones.
        #[derive(Debug, Clone, Copy)]
        pub enum NativeKernels {}

        impl KernelSet for NativeKernels { $($(const $constant: bool = native::$native;)+)+ }

        impl Routine {
            /// Every routine.
            pub const ALL: &'static [Self] = &[$($(Self::$routine,)+)+];

            /// The name of its constant in [`KernelSet`].
            pub const fn constant(self) -> &'static str {
                match self { $($(Self::$routine => stringify!($constant),)+)+ }
            }
        }

        /// Whether `K` has `routine`.
        #[inline(always)]
        pub(crate) const fn has<K: KernelSet>(routine: Routine) -> bool {
            match routine { $($(Routine::$routine => K::$constant,)+)+ }
        }
    };
}

/// Whose kernels [`NativeKernels`] has.
mod native {
    /// Words whose halves are looked at are packed as little-endian ones.
    pub(super) const LITTLE_ENDIAN: bool = cfg!(target_endian = "little");
    const DEVICE: bool = cfg!(any(picoae_dsp, picoae_armv6m, picoae_riscv32));
    /// Kernels for little-endian processors read words that were packed as bytes.
    const EVERY: bool = !DEVICE && cfg!(target_endian = "little");
    pub(super) const PORTABLE: bool = true;
    pub(super) const DSP: bool = cfg!(picoae_dsp) || EVERY;
    pub(super) const ARMV6M: bool = cfg!(picoae_armv6m) || EVERY;
    pub(super) const RISCV32: bool = cfg!(picoae_riscv32) || EVERY;
    pub(super) const HOST: bool = EVERY;
}

routines! {
    PORTABLE:
    /// Convolution, portable, int8 weights.
    ConvI8 CONV_I8;
    /// Convolution, portable, int16 weights.
    ConvI16 CONV_I16;
    /// Max pooling.
    MaxPool MAX_POOL;
    /// Average pooling.
    AvgPool AVG_POOL;
    /// Nearest-neighbour upsampling.
    Upsample UPSAMPLE;
    /// A table on each value.
    Lut LUT;
    /// Fully connected, from a map to a vector.
    Linear LINEAR;
    /// Fully connected from a vector to a map, portable.
    DenseToMap DENSE_TO_MAP;
    /// Trim and zero padding.
    CropPad CROP_PAD;
    /// The same values in rows of another length.
    Reshape RESHAPE;

    PORTABLE:
    /// The coarse part of the score.
    CoarsePart COARSE_PART;
    /// The flat part of the score.
    FlatPart FLAT_PART;
    /// The latent's part of the score.
    LatentPart LATENT_PART;
    /// The part of the score by channels.
    ChannelPart CHANNEL_PART;
    /// Endless streams.
    Stream STREAM;

    LITTLE_ENDIAN:
    /// `block_dense`, int8 stored.
    BlockDenseBytes BLOCK_DENSE_BYTES;
    /// `block_dense`, int8 stored by a table.
    BlockDenseTableBytes BLOCK_DENSE_TABLE_BYTES;

    DSP:
    /// `conv_dsp` on a signal.
    ConvDspSignal CONV_DSP_SIGNAL;
    /// `conv_dsp` on an image.
    ConvDspImage CONV_DSP_IMAGE;
    /// `conv_dsp` and `conv_kronecker`: the larger of two neighbours.
    ConvDspPool2 CONV_DSP_POOL2;
    /// `conv_dsp`: even outputs of odd ones, weights of their own.
    ConvDspDifferences CONV_DSP_DIFFERENCES;
    /// `conv_dsp`: even outputs of odd ones, five int8 weights.
    ConvDspDifferencesOfFive CONV_DSP_DIFFERENCES_OF_FIVE;
    /// `im2col_few_channels`.
    Im2col IM2COL;
    /// `dense_to_map` with one scale.
    DenseToMapOneScale DENSE_TO_MAP_ONE_SCALE;
    /// `conv1d_c1_pool2`, doubled pairs stored.
    Conv1dC1Doubled CONV1D_C1_DOUBLED;
    /// `conv1d_c1_pool2`, undoubled pairs stored.
    Conv1dC1Undoubled CONV1D_C1_UNDOUBLED;
    /// `conv1d_c1_pool2`, packed rows stored.
    Conv1dC1Packed CONV1D_C1_PACKED;
    /// `depthwise_dsp`, int8 stored.
    DepthwiseBytes DEPTHWISE_BYTES;
    /// `depthwise_dsp`, int8 stored by a table.
    DepthwiseTableBytes DEPTHWISE_TABLE_BYTES;
    /// `depthwise_dsp`, channel pairs stored by a table.
    DepthwiseTablePairs DEPTHWISE_TABLE_PAIRS;

    /// Stores by an int16 table, 4 bytes apart.
    StoreTable4 STORE_TABLE_4;
    /// Stores by an int16 table, 8 bytes apart.
    StoreTable8 STORE_TABLE_8;
    /// Stores by an int8 table.
    StoreTableBytes STORE_TABLE_BYTES;
    /// Stores rectified and doubled, 4 bytes apart.
    StoreRelu4 STORE_RELU_4;
    /// Stores rectified and doubled, 8 bytes apart.
    StoreRelu8 STORE_RELU_8;
    /// Stores rectified, 4 bytes apart.
    StoreReluUndoubled4 STORE_RELU_UNDOUBLED_4;
    /// Stores rectified, 8 bytes apart.
    StoreReluUndoubled8 STORE_RELU_UNDOUBLED_8;
    /// Stores packed rows, rectified.
    StorePackedRelu STORE_PACKED_RELU;
    /// Stores packed rows, by a table.
    StorePackedTable STORE_PACKED_TABLE;
    /// Stores packed rows, rectified, the larger of two neighbours.
    StorePackedPooledRelu STORE_PACKED_POOLED_RELU;
    /// Stores packed rows, by a table, the larger of two neighbours.
    StorePackedPooledTable STORE_PACKED_POOLED_TABLE;

    /// Inner loop of one tap, four outputs.
    K1P4 LOOP_K1_P4;
    /// Inner loop of one tap, four outputs, pairs that adjoin.
    K1P4Skip0 LOOP_K1_P4_SKIP0;
    /// Inner loop of one tap, seven outputs.
    K1P7 LOOP_K1_P7;
    /// Inner loop of one tap, seven outputs, 4 bytes between pairs.
    K1P7Skip4 LOOP_K1_P7_SKIP4;
    /// Inner loop of two taps, four outputs.
    K2P4 LOOP_K2_P4;
    /// Inner loop of two taps, four outputs, pairs that overlap by 4 bytes.
    K2P4Back4 LOOP_K2_P4_BACK4;
    /// Inner loop of two taps, seven outputs.
    K2P7 LOOP_K2_P7;
    /// Inner loop of two taps, seven outputs, pairs that adjoin.
    K2P7Skip0 LOOP_K2_P7_SKIP0;
    /// Inner loop of three taps, four outputs.
    K3P4 LOOP_K3_P4;
    /// Inner loop of three taps, four outputs, pairs that adjoin.
    K3P4Skip0 LOOP_K3_P4_SKIP0;
    /// Inner loop of three taps, seven outputs.
    K3P7 LOOP_K3_P7;
    /// Inner loop of three taps over a whole width of seven.
    K3P7Edges LOOP_K3_P7_EDGES;
    /// Inner loop of three taps on two pairs of gathered rows.
    K3P7Gathered LOOP_K3_P7_GATHERED;
    /// Inner loop of three taps, step two.
    K3S2P7 LOOP_K3_S2_P7;
    /// Inner loop of three taps, step two, pairs that adjoin.
    K3S2P7Skip0 LOOP_K3_S2_P7_SKIP0;
    /// Inner loop of three taps, step two, 56 bytes between pairs.
    K3S2P7Skip56 LOOP_K3_S2_P7_SKIP56;
    /// Inner loop of three taps along a signal, int8 weights.
    K3P6 LOOP_K3_P6;
    /// Inner loop of three taps along a signal, int16 weights.
    K3P6Wide LOOP_K3_P6_WIDE;
    /// Inner loop of three taps along a signal, int16 weights, pairs that adjoin.
    K3P6WideSkip0 LOOP_K3_P6_WIDE_SKIP0;
    /// Inner loop of three taps along a signal, int16 weights, 24 bytes between pairs.
    K3P6WideSkip24 LOOP_K3_P6_WIDE_SKIP24;
    /// Inner loop of three taps along a signal, int16 weights, 28 bytes between pairs.
    K3P6WideSkip28 LOOP_K3_P6_WIDE_SKIP28;
    /// Inner loop of five int8 weights behind an upsampling.
    K5P6 LOOP_K5_P6;
    /// Inner loop of `conv_kronecker`, channels that adjoin.
    KroneckerSkip0 LOOP_KRONECKER_SKIP0;
    /// Inner loop of `conv_kronecker`, 4 bytes between channels.
    KroneckerSkip4 LOOP_KRONECKER_SKIP4;
    /// Inner loop of `conv_kronecker`, 8 bytes between channels.
    KroneckerSkip8 LOOP_KRONECKER_SKIP8;
    /// Inner loop of `conv_kronecker`, 12 bytes between channels.
    KroneckerSkip12 LOOP_KRONECKER_SKIP12;
    /// Inner loop of `conv_kronecker`, any distance between channels.
    Kronecker LOOP_KRONECKER;

    ARMV6M:
    /// `swar16` with the definition's requantization.
    Swar16Exact SWAR16_EXACT;
    /// `swar16` with a fused requantization of two digits.
    Swar16TwoDigits SWAR16_TWO_DIGITS;
    /// The same, rectified.
    Swar16TwoDigitsRelu SWAR16_TWO_DIGITS_RELU;
    /// `swar16` with a fused requantization of three digits.
    Swar16ThreeDigits SWAR16_THREE_DIGITS;
    /// The same, rectified.
    Swar16ThreeDigitsRelu SWAR16_THREE_DIGITS_RELU;
    /// `swar16` with two branches in the lanes.
    Swar16DualPhase SWAR16_DUAL_PHASE;
    /// `swar16` on positions that are not all at the same distance.
    Swar16Image SWAR16_IMAGE;
    /// `swar16` with loops for long streams of taps.
    Swar16Long SWAR16_LONG;

    RISCV32:
    /// `swar21`, weights as bytes.
    Swar21Bytes SWAR21_BYTES;
    /// `swar21`, weights as halves.
    Swar21Halves SWAR21_HALVES;
    /// `swar21` with taps in several segments.
    Swar21Segments SWAR21_SEGMENTS;
    /// `swar21` with activations as they lie.
    Swar21Direct SWAR21_DIRECT;
    /// `swar21` with activations in registers.
    Swar21Sliding SWAR21_SLIDING;
    /// The same, rectified.
    Swar21SlidingRelu SWAR21_SLIDING_RELU;
    /// The same, the larger of two neighbours.
    Swar21SlidingPool2 SWAR21_SLIDING_POOL2;
    /// The same, rectified, the larger of two neighbours.
    Swar21SlidingPool2Relu SWAR21_SLIDING_POOL2_RELU;
    /// `swar21` with the definition's requantization.
    Swar21Exact SWAR21_EXACT;
    /// `swar21` with a requantization by the upper half of a product.
    Swar21Mulh SWAR21_MULH;
    /// The same, rectified.
    Swar21MulhRelu SWAR21_MULH_RELU;

    HOST:
    /// `simd16`.
    Simd16 SIMD16;
}

/// A set of routines that the stages of a plan call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Routines([bool; Routine::ALL.len()]);

impl Routines {
    /// None.
    pub const NONE: Self = Self([false; Routine::ALL.len()]);

    /// These and `routine`.
    pub const fn with(mut self, routine: Routine) -> Self {
        self.0[routine as usize] = true;
        self
    }

    /// These and `routine`, if `wanted`.
    pub(crate) const fn with_if(self, wanted: bool, routine: Routine) -> Self {
        if wanted { self.with(routine) } else { self }
    }

    /// These and those.
    pub(crate) const fn and(mut self, other: Self) -> Self {
        let mut i = 0;
        while i < other.0.len() {
            self.0[i] |= other.0[i];
            i += 1;
        }
        self
    }

    /// Whether `routine` is among them.
    pub const fn contains(&self, routine: Routine) -> bool {
        self.0[routine as usize]
    }

    /// Whether `K` has all of them.
    pub(crate) const fn are_in<K: KernelSet>(&self) -> bool {
        let mut i = 0;
        while i < self.0.len() {
            if self.0[i] && !has::<K>(Routine::ALL[i]) {
                return false;
            }
            i += 1;
        }
        true
    }
}

/// Whether any of `K` is a portable operator.
pub(crate) const fn any_portable<K: KernelSet>() -> bool {
    K::CONV_I8
        || K::CONV_I16
        || K::MAX_POOL
        || K::AVG_POOL
        || K::UPSAMPLE
        || K::LUT
        || K::LINEAR
        || K::DENSE_TO_MAP
        || K::CROP_PAD
        || K::RESHAPE
}

/// Whether any of `K` is a convolution with branches that is not the portable one.
pub(crate) const fn any_fast_conv<K: KernelSet>() -> bool {
    any_swar16::<K>()
        || any_swar21::<K>()
        || any_conv_dsp::<K>()
        || any_conv1d_c1::<K>()
        || any_depthwise_dsp::<K>()
        || reads_packed_rows::<K>()
        || K::IM2COL
        || K::SIMD16
}

/// Whether any of `K` is of `swar16`.
pub(crate) const fn any_swar16<K: KernelSet>() -> bool {
    K::SWAR16_EXACT
        || K::SWAR16_TWO_DIGITS
        || K::SWAR16_TWO_DIGITS_RELU
        || K::SWAR16_THREE_DIGITS
        || K::SWAR16_THREE_DIGITS_RELU
}

/// Whether any of `K` is of `swar21`.
pub(crate) const fn any_swar21<K: KernelSet>() -> bool {
    K::SWAR21_BYTES || K::SWAR21_HALVES || K::SWAR21_DIRECT || any_swar21_sliding::<K>()
}

/// Whether any of `K` is of `swar21` with activations in registers.
pub(crate) const fn any_swar21_sliding<K: KernelSet>() -> bool {
    K::SWAR21_SLIDING || K::SWAR21_SLIDING_RELU || K::SWAR21_SLIDING_POOL2 || K::SWAR21_SLIDING_POOL2_RELU
}

/// Whether any of `K` is of `conv_dsp`.
pub(crate) const fn any_conv_dsp<K: KernelSet>() -> bool {
    K::CONV_DSP_SIGNAL || K::CONV_DSP_IMAGE
}

/// Whether any of `K` is of `conv1d_c1_pool2`.
pub(crate) const fn any_conv1d_c1<K: KernelSet>() -> bool {
    K::CONV1D_C1_DOUBLED || K::CONV1D_C1_UNDOUBLED || K::CONV1D_C1_PACKED
}

/// Whether any of `K` is of `depthwise_dsp`.
pub(crate) const fn any_depthwise_dsp<K: KernelSet>() -> bool {
    K::DEPTHWISE_BYTES || K::DEPTHWISE_TABLE_BYTES || K::DEPTHWISE_TABLE_PAIRS
}

/// Whether any of `K` is of `block_dense`.
pub(crate) const fn any_block_dense<K: KernelSet>() -> bool {
    K::BLOCK_DENSE_BYTES || K::BLOCK_DENSE_TABLE_BYTES
}

/// Whether any of `K` reads channel pairs: without one no line buffer holds them.
pub(crate) const fn reads_pairs<K: KernelSet>() -> bool {
    any_conv_dsp::<K>() || any_conv1d_c1::<K>()
}

/// Whether any of `K` reads packed rows.
pub(crate) const fn reads_packed_rows<K: KernelSet>() -> bool {
    K::LOOP_KRONECKER_SKIP0
        || K::LOOP_KRONECKER_SKIP4
        || K::LOOP_KRONECKER_SKIP8
        || K::LOOP_KRONECKER_SKIP12
        || K::LOOP_KRONECKER
}

#[cfg(test)]
mod tests {
    use super::*;

    enum Two {}
    impl KernelSet for Two {
        const CONV_I8: bool = true;
        const LINEAR: bool = true;
    }

    #[test]
    fn a_set_has_what_it_says_and_nothing_else() {
        let both = Routines::NONE.with(Routine::ConvI8).with(Routine::Linear);
        assert!(both.are_in::<Two>() && both.are_in::<AllKernels>());
        assert!(!both.with(Routine::Reshape).are_in::<Two>());
        for (i, routine) in Routine::ALL.iter().enumerate() {
            assert_eq!(*routine as usize, i);
            assert!(has::<AllKernels>(*routine));
        }
    }
}
