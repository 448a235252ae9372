//! A network compiled into ops.

use super::activation::{Activation, ActivationOp};
use super::avg_pool::AvgPool;
use super::conv::Conv;
use super::conv_transpose::ConvTranspose;
use super::depthwise_conv::DepthwiseConv;
use super::feature_map::FeatureMap;
use super::float_op::FloatOp;
use super::grouped_conv::GroupedConv;
use super::kernel_window::KernelWindow;
use super::linear::Linear;
use super::max_pool::MaxPool;
use super::rearrange::Rearrange;
use super::region::live_regions;
use super::sliding_conv::SlidingConv;
use crate::error::Result;
use picoae_compiler::spec::{Architecture, Layer, LayerInfo, ParameterTable, layers};

/// What compiling may leave out; everything by default. The other settings are for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompileOptions {
    /// Compute only what the reconstruction depends on.
    pub live_only: bool,
    /// Fold nearest upsampling into the convolution behind it.
    pub fold_upsampling: bool,
}

impl Default for CompileOptions {
    fn default() -> Self {
        Self { live_only: true, fold_upsampling: true }
    }
}

/// A network as ops over channels-last maps, with the order in which they keep their parameters.
pub struct CompiledNetwork {
    pub(super) input: FeatureMap,
    pub(super) ops: Vec<Box<dyn FloatOp>>,
    /// Range of each op's parameters in the engine's order.
    pub(super) ranges: Vec<std::ops::Range<usize>>,
    /// For each parameter in the engine's order its position in the table's flat vector.
    order: Vec<u32>,
}

impl CompiledNetwork {
    /// Compiles `architecture`.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] where the layers do not fit.
    pub fn new(architecture: &Architecture, options: CompileOptions) -> Result<Self> {
        let layers = architecture.layers()?;
        let table = ParameterTable::new(architecture)?;
        let regions = if options.live_only {
            live_regions(&layers)
        } else {
            layers.iter().map(|l| [l.output[1], l.output[2]]).collect()
        };
        let input = FeatureMap::new(architecture.input);
        let mut builder = NetworkBuilder {
            layers: &layers,
            regions,
            table: &table,
            options,
            map: input,
            order: None,
            ops: Vec::new(),
        };
        let mut next = 0;
        while next < layers.len() {
            next = builder.layer(next);
        }
        builder.canonical();
        let ops = builder.ops;
        let (mut order, mut ranges) = (Vec::new(), Vec::new());
        for op in &ops {
            let from = order.len();
            order.extend(op.parameters());
            ranges.push(from..order.len());
        }
        Ok(Self { input, ops, ranges, order })
    }

    /// Number of parameters.
    pub fn parameters(&self) -> usize {
        self.order.len()
    }

    /// Values of one input.
    pub fn input_len(&self) -> usize {
        self.input.len()
    }

    /// Shape of one output, `[channels, height, width]`.
    pub fn output_shape(&self) -> [usize; 3] {
        let map = self.output();
        [map.channels, map.height, map.width]
    }

    pub(super) fn output(&self) -> FeatureMap {
        self.ops.last().map_or(self.input, |s| s.output())
    }

    /// Multiply-accumulates of one forward pass.
    pub fn macs(&self) -> usize {
        self.ops.iter().map(|s| s.macs()).sum()
    }

    /// Parameters in the engine's order, from the order of [`ParameterTable`].
    pub fn arrange(&self, flat: &[f32]) -> Vec<f32> {
        self.order.iter().map(|i| flat[*i as usize]).collect()
    }

    /// The inverse of [`arrange`](Self::arrange).
    pub fn restore(&self, own: &[f32]) -> Vec<f32> {
        let mut flat = vec![0.0; own.len()];
        self.order.iter().zip(own).for_each(|(i, v)| flat[*i as usize] = *v);
        flat
    }
}

/// A network being compiled.
struct NetworkBuilder<'a> {
    layers: &'a [LayerInfo<'a>],
    regions: Vec<[usize; 2]>,
    table: &'a ParameterTable,
    options: CompileOptions,
    /// FeatureMap behind the last op.
    map: FeatureMap,
    /// For a flattened map, PyTorch's number of each of its values, where that is not their order.
    order: Option<Vec<u32>>,
    ops: Vec<Box<dyn FloatOp>>,
}

impl NetworkBuilder<'_> {
    fn push(&mut self, op: impl FloatOp + 'static) {
        self.map = op.output();
        self.ops.push(Box::new(op));
    }

    /// Brings a flattened map into PyTorch's order.
    fn canonical(&mut self) {
        if let Some(order) = self.order.take() {
            let mut source = vec![0; order.len()];
            order.iter().enumerate().for_each(|(at, number)| source[*number as usize] = at as u32);
            self.push(Rearrange::values(self.map, source));
        }
    }

    /// Where layer `i` keeps weight and bias in the table.
    fn offsets(&self, i: usize) -> [usize; 2] {
        self.table.layer(i).map_or([0, 0], |pair| pair.map(|p| p.offset))
    }

    /// The activation of layer `next`, if it is one in the same part as the layer before, and the layer behind it. Steps
    /// over layers that do nothing.
    fn activation(&self, next: usize) -> (Activation, usize) {
        let mut i = next;
        while i < self.layers.len() && (next == 0 || self.layers[i].part == self.layers[next - 1].part) {
            let found = match *self.layers[i].layer {
                Layer::Relu => Activation::Relu,
                Layer::LeakyRelu(layers::LeakyRelu { slope }) if slope > 0.0 => Activation::Leaky(slope),
                Layer::Sigmoid => Activation::Sigmoid,
                Layer::Identity => {
                    i += 1;
                    continue;
                }
                Layer::Trim { .. } if self.options.live_only => {
                    i += 1;
                    continue;
                }
                _ => break,
            };
            return (found, i + 1);
        }
        (Activation::Identity, next)
    }

    /// Compiles layer `i` and what can be fused with it; gives the next layer.
    fn layer(&mut self, i: usize) -> usize {
        let info = &self.layers[i];
        if !matches!(info.layer, Layer::Linear { .. } | Layer::Reshape { .. } | Layer::Identity) {
            self.canonical();
        }
        let (map, region) = (self.map, self.regions[i]);
        let side_by_side = |kernel: [usize; 2]| KernelWindow {
            map: [map.height, map.width],
            channels: map.channels,
            places: region,
            kernel,
            stride: kernel,
            padding: [0, 0],
            dilation: [1, 1],
        };
        match *info.layer {
            Layer::Conv { .. } => return self.convolution(i, 1),
            Layer::Upsample(layers::Upsample { factor }) if self.folds(i, factor) => {
                return self.convolution(i + 1, factor[1]);
            }
            Layer::ConvTranspose(layers::ConvTranspose { kernel, stride, padding, output, .. }) => {
                let (activation, next) = self.activation(i + 1);
                let places = [map.height, map.width];
                let dilation = [1, 1];
                let window = KernelWindow { map: region, channels: output, places, kernel, stride, padding, dilation };
                self.push(ConvTranspose { window, inputs: map.channels, activation, offsets: self.offsets(i) });
                return next;
            }
            Layer::Linear { .. } => return self.linear(i),
            Layer::Relu => self.push(ActivationOp { activation: Activation::Relu, map }),
            Layer::LeakyRelu(layers::LeakyRelu { slope }) => {
                self.push(ActivationOp { activation: Activation::Leaky(slope), map })
            }
            Layer::Sigmoid => self.push(ActivationOp { activation: Activation::Sigmoid, map }),
            Layer::Identity => {}
            Layer::MaxPool(layers::MaxPool { kernel }) => self.push(MaxPool { window: side_by_side(kernel) }),
            Layer::AvgPool(layers::AvgPool { kernel }) => self.push(AvgPool { window: side_by_side(kernel) }),
            Layer::Upsample(layers::Upsample { factor }) => self.push(Rearrange::upsample(map, region, factor)),
            Layer::ZeroPad(layers::ZeroPad { sides }) => {
                self.push(Rearrange::zero_pad(map, region, [sides[0], sides[2]]))
            }
            Layer::Trim { .. } => {
                if region != [map.height, map.width] {
                    self.push(Rearrange::trim(map, region));
                }
            }
            Layer::Flatten => {
                self.order = flat_order(map);
                self.map = FeatureMap::new([map.len(), 1, 1]);
            }
            Layer::Reshape(layers::Reshape { shape }) => {
                self.canonical();
                let target = FeatureMap::new(shape);
                match flat_order(target) {
                    Some(order) => self.push(Rearrange::values(target, order)),
                    None => self.map = target,
                }
            }
        }
        i + 1
    }

    /// Whether the upsampling at layer `i` can be folded into a one-dimensional convolution behind it.
    fn folds(&self, i: usize, factor: [usize; 2]) -> bool {
        let Some(&LayerInfo { layer: Layer::Conv(conv), part, .. }) = self.layers.get(i + 1) else {
            return false;
        };
        self.options.fold_upsampling
            && part == self.layers[i].part
            && factor[0] == 1
            && self.regions[i] == [1, self.map.width * factor[1]]
            // All of what it makes: a crop behind it may end inside the last input's outputs.
            && self.regions[i + 1] == self.regions[i]
            && self.slides(conv, factor[1])
    }

    /// Whether a convolution over the current map can be a [`SlidingConv`].
    fn slides(&self, conv: &layers::Conv, factor: usize) -> bool {
        self.map.height == 1
            && conv.kernel[0] == 1
            && conv.stride == [1, 1]
            && conv.padding[0] == 0
            && conv.dilation[1] == 1
            && conv.groups == 1
            && SlidingConv::takes(conv.kernel[1], conv.padding[1], factor)
    }

    fn convolution(&mut self, i: usize, factor: usize) -> usize {
        let Layer::Conv(conv) = self.layers[i].layer else { return i + 1 };
        let &layers::Conv { input, output, kernel, stride, padding, dilation, groups } = conv;
        let (activation, next) = self.activation(i + 1);
        let (map, region, offsets) = (self.map, self.regions[i], self.offsets(i));
        let sliding = SlidingConv {
            inputs: input,
            outputs: output,
            kernel: kernel[1],
            padding: padding[1],
            factor,
            width: map.width,
            activation,
            offsets,
        };
        if self.slides(conv, factor) && sliding.output().width == region[1] {
            self.push(sliding);
            return next;
        }
        let channels = input / groups;
        let window =
            KernelWindow { map: [map.height, map.width], channels, places: region, kernel, stride, padding, dilation };
        let output = FeatureMap::new([output, region[0], region[1]]);
        if groups == 1 {
            self.push(Conv { window, output, activation, offsets });
        } else if groups == input && groups == output.channels {
            self.push(DepthwiseConv { window: KernelWindow { channels: input, ..window }, activation, offsets });
        } else {
            self.push(GroupedConv { window, groups, output, activation, offsets });
        }
        next
    }

    fn linear(&mut self, i: usize) -> usize {
        let Layer::Linear(layers::Linear { input, output }) = *self.layers[i].layer else { return i + 1 };
        let natural = |n: usize| (0..n as u32).collect::<Vec<_>>();
        let input_order = self.order.take().or_else(|| flat_order(self.map)).unwrap_or_else(|| natural(input));
        let (activation, mut next) = self.activation(i + 1);
        let (mut map, mut output_order) = (FeatureMap::new([output, 1, 1]), natural(output));
        if let Some(Layer::Reshape(layers::Reshape { shape })) = self.layers.get(next).map(|l| l.layer) {
            let [c, h, w] = *shape;
            let [rows, columns] = self.regions[next];
            let whole = flat_order(FeatureMap::new(*shape)).unwrap_or_else(|| natural(output));
            let alive = |place: usize| place / w < rows && place % w < columns;
            let places = || (0..h * w).flat_map(|p| (p * c..(p + 1) * c).map(move |at| (p, at)));
            output_order = places().filter(|(p, _)| alive(*p)).map(|(_, at)| whole[at]).collect();
            output_order.extend(places().filter(|(p, _)| !alive(*p)).map(|(_, at)| whole[at]));
            map = FeatureMap::new([c, rows, columns]);
            next += 1;
        }
        let offsets = self.offsets(i);
        self.push(Linear { inputs: input, output: map, activation, offsets, input_order, output_order });
        next
    }
}

/// PyTorch's number, in `[channels, height, width]` order, of each value of a channels-last map; `None` where both orders
/// are the same.
fn flat_order(map: FeatureMap) -> Option<Vec<u32>> {
    let (positions, channels) = (map.positions(), map.channels);
    (positions > 1 && channels > 1)
        .then(|| (0..positions).flat_map(|p| (0..channels).map(move |c| (c * positions + p) as u32)).collect())
}
