"""Runs models in TensorFlow Lite Micro, all in one process.

Usage: run_tflite.py FOLDER. For each NAME.tflite in it, NAME.out becomes the int8 outputs for the inputs in NAME.in, one after the other. Models that the
tests cannot write are made first, of operators as a converter writes them: made-NUMBER.tflite and its inputs, and made-NUMBER.real, the same
between real numbers.
"""

import pathlib
import random
import sys
from importlib import util

import flatbuffers
import numpy as np
import tflite_micro
from tflite_micro import runtime

ARENA = 8 << 20
INPUTS = 8


def load_schema():
    path = pathlib.Path(tflite_micro.__file__).parent / "tensorflow/lite/micro/python/schema_py_generated.py"
    spec = util.spec_from_file_location("schema", path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


S = load_schema()
OP = S.BuiltinOperator
TYPES = {"int8": S.TensorType.INT8, "int32": S.TensorType.INT32, "float32": S.TensorType.FLOAT32}


class Made:
    """A chain of operators."""

    def __init__(self, rng, shape):
        self.rng = rng
        self.tensors, self.operators, self.codes = [], [], []
        empty = S.BufferT()
        self.buffers = [empty]
        self.scale, self.zero = self.quantization()
        self.shape = shape
        self.first = self.last = self.tensor(shape)

    def quantization(self):
        # Short decimals stand in ratios whose products are ties, or next to them by the arithmetic of the quotient.
        short = self.rng.choice([0.01, 0.02, 0.03, 0.05, 0.06, 0.07, 0.1, 0.12, 0.15, 0.2])
        scale = short if self.rng.random() < 0.5 else self.rng.uniform(0.01, 0.2)
        return float(np.float32(scale)), self.rng.choice([-128, 127, 0, self.rng.randint(-128, 127)])

    def tensor(self, shape, values=None, kind="int8", scales=None, zeros=None, axis=0):
        t = S.TensorT()
        t.shape, t.type, t.name = list(shape), TYPES[kind], f"t{len(self.tensors)}".encode()
        t.buffer = 0
        if values is not None:
            b = S.BufferT()
            b.data = np.frombuffer(np.asarray(values, kind).tobytes(), np.uint8)
            self.buffers.append(b)
            t.buffer = len(self.buffers) - 1
        if kind == "int8" or scales is not None:
            q = S.QuantizationParametersT()
            q.scale = [self.scale] if scales is None else scales
            q.zeroPoint = [self.zero] * len(q.scale) if zeros is None else zeros
            q.quantizedDimension = axis
            t.quantization = q
        self.tensors.append(t)
        return len(self.tensors) - 1

    def add(self, code, inputs, shape, options=None, at=0):
        """An operator that takes what was made last as input `at`."""
        if code not in self.codes:
            self.codes.append(code)
        o = S.OperatorT()
        o.opcodeIndex = self.codes.index(code)
        inputs = inputs[:at] + [self.last] + inputs[at:]
        self.last = self.tensor(shape)
        self.shape = shape
        o.inputs, o.outputs = inputs, [self.last]
        if options is not None:
            o.builtinOptions = options
            o.builtinOptionsType = getattr(S.BuiltinOptions, type(options).__name__[:-1])
        self.operators.append(o)

    def weights(self, shape, axis, terms, outputs, several):
        """Filter and bias; the output's quantization becomes a new one."""
        before = self.scale
        self.scale, self.zero = self.quantization()
        values = [self.rng.randint(-127, 127) for _ in range(int(np.prod(shape)))]
        size = self.scale / before / (74 * terms**0.5)
        scales = [float(np.float32(size * self.rng.uniform(0.3, 2))) for _ in range(outputs if several else 1)]
        f = self.tensor(shape, values, scales=scales, zeros=[0] * len(scales), axis=axis)
        each = scales * (outputs // len(scales))
        bias = [self.rng.randint(-9000, 9000) for _ in range(outputs)]
        b = self.tensor([outputs], bias, "int32", [before * w for w in each], [0] * outputs)
        return f, b

    def between_real_numbers(self):
        """A quantization in front and a dequantization behind."""
        first = self.tensor(self.tensors[0].shape, kind="float32")
        last = self.tensor(self.shape, kind="float32")
        ends = [(OP.QUANTIZE, first, 0, S.QuantizeOptionsT()), (OP.DEQUANTIZE, self.last, last, S.DequantizeOptionsT())]
        made = []
        for code, source, to, options in ends:
            if code not in self.codes:
                self.codes.append(code)
            o = S.OperatorT()
            o.opcodeIndex, o.inputs, o.outputs, o.builtinOptions = self.codes.index(code), [source], [to], options
            o.builtinOptionsType = getattr(S.BuiltinOptions, type(options).__name__[:-1])
            made.append(o)
        self.operators = [made[0], *self.operators, made[1]]
        self.first, self.last = first, last

    def bytes(self):
        graph = S.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs, graph.name = [self.first], [self.last], b"made"
        model = S.ModelT()
        model.version, model.subgraphs, model.buffers = 3, [graph], self.buffers
        model.operatorCodes = []
        for code in self.codes:
            c = S.OperatorCodeT()
            c.builtinCode, c.deprecatedBuiltinCode, c.version = code, min(code, 127), 1
            model.operatorCodes.append(c)
        builder = flatbuffers.Builder(1 << 16)
        builder.Finish(model.Pack(builder), b"TFL3")
        return bytes(builder.Output())


def windows(extent, kernel, stride, dilation, same):
    return -(-extent // stride) if same else (extent - (kernel - 1) * dilation - 1) // stride + 1


def conv(m, depthwise):
    rng = m.rng
    _, h, w, c = m.shape
    same = rng.random() < 0.5
    k = [rng.randint(1, min(4, h)), rng.randint(1, min(4, w))]
    s = [rng.randint(1, 3), rng.randint(1, 3)]
    d = [rng.randint(1, 2) if (k[i] - 1) * 2 < m.shape[1 + i] else 1 for i in range(2)]
    out = [windows(m.shape[1 + i], k[i], s[i], d[i], same) for i in range(2)]
    o = S.DepthwiseConv2DOptionsT() if depthwise else S.Conv2DOptionsT()
    o.padding, (o.strideH, o.strideW), (o.dilationHFactor, o.dilationWFactor) = (0 if same else 1), s, d
    o.fusedActivationFunction = rng.randint(0, 3)
    several = rng.random() < 0.7
    if depthwise:
        o.depthMultiplier = rng.randint(1, 3)
        n = c * o.depthMultiplier
        f, b = m.weights([1, *k, n], 3, k[0] * k[1], n, several)
        code = OP.DEPTHWISE_CONV_2D
    else:
        n = rng.randint(1, 6)
        f, b = m.weights([n, *k, c], 0, k[0] * k[1] * c, n, several)
        code = OP.CONV_2D
    m.add(code, [f, b], [1, *out, n], o)


def transposed(m):
    rng = m.rng
    _, h, w, c = m.shape
    same = rng.random() < 0.5
    k, s, n = [rng.randint(1, 4), rng.randint(1, 4)], [rng.randint(1, 3), rng.randint(1, 3)], rng.randint(1, 4)
    out = [h * s[0], w * s[1]] if same else [(h - 1) * s[0] + k[0], (w - 1) * s[1] + k[1]]
    o = S.TransposeConvOptionsT()
    o.padding, (o.strideH, o.strideW) = (0 if same else 1), s
    size = m.tensor([4], [1, *out, n], "int32")
    f, b = m.weights([n, *k, c], 0, k[0] * k[1] * c, n, rng.random() < 0.7)
    m.add(OP.TRANSPOSE_CONV, [size, f, b], [1, *out, n], o, at=2)


def dense(m):
    rng = m.rng
    values, n = int(np.prod(m.shape)), rng.randint(2, 20)
    o = S.FullyConnectedOptionsT()
    o.fusedActivationFunction = rng.randint(0, 3)
    f, b = m.weights([n, values], 0, values, n, rng.random() < 0.4)
    m.add(OP.FULLY_CONNECTED, [f, b], [1, n], o)
    o = S.ReshapeOptionsT()
    o.newShape = [1, 1, n, 1] if rng.random() < 0.5 else [1, 1, 1, n]
    m.add(OP.RESHAPE, [m.tensor([4], o.newShape, "int32")], o.newShape, o)


def dense_ties(m):
    """Biases next to ties, on which the arithmetic of a factor decides."""
    rng = m.rng
    values, n = int(np.prod(m.shape)), 40
    before = m.scale
    m.scale, m.zero = m.quantization()[0], 0
    weight = float(np.float32(rng.uniform(2, 4) * 1e-7 * m.scale / before))
    factor = before * weight / m.scale
    bias = [round((rng.randint(20, 120) + 0.5) / factor) + rng.randint(-30, 30) for _ in range(n)]
    f = m.tensor([n, values], [0] * (n * values), scales=[weight], zeros=[0])
    b = m.tensor([n], bias, "int32", [before * weight], [0])
    m.add(OP.FULLY_CONNECTED, [f, b], [1, n], S.FullyConnectedOptionsT())
    o = S.ReshapeOptionsT()
    o.newShape = [1, 1, 1, n]
    m.add(OP.RESHAPE, [m.tensor([4], o.newShape, "int32")], o.newShape, o)


def dense_everywhere(m):
    """One dense layer at every position."""
    rng = m.rng
    _, h, w, c = m.shape
    n = rng.randint(2, 6)
    o = S.FullyConnectedOptionsT()
    o.keepNumDims, o.fusedActivationFunction = True, rng.randint(0, 3)
    f, b = m.weights([n, c], 0, c, n, rng.random() < 0.4)
    m.add(OP.FULLY_CONNECTED, [f, b], [1, h, w, n], o)


def axes(m):
    """An axis goes and comes back, as around convolutions of signals."""
    axis = 1 if m.shape[1] == 1 else 0
    shape = m.shape
    o = S.SqueezeOptionsT()
    o.squeezeDims = [axis]
    m.add(OP.SQUEEZE, [], shape[:axis] + shape[axis + 1 :], o)
    m.add(OP.EXPAND_DIMS, [m.tensor([1], [axis], "int32")], shape, S.ExpandDimsOptionsT())


def pool(m, code):
    rng = m.rng
    _, h, w, c = m.shape
    same = rng.random() < 0.5 and code == OP.MAX_POOL_2D
    k, s = [rng.randint(1, min(3, h)), rng.randint(1, min(3, w))], [rng.randint(1, 3), rng.randint(1, 3)]
    o = S.Pool2DOptionsT()
    o.padding, (o.filterHeight, o.filterWidth), (o.strideH, o.strideW) = (0 if same else 1), k, s
    o.fusedActivationFunction = rng.randint(0, 3)
    m.add(code, [], [1, windows(h, k[0], s[0], 1, same), windows(w, k[1], s[1], 1, same), c], o)


def moved(m):
    rng = m.rng
    _, h, w, c = m.shape
    which = rng.randint(0, 4)
    if which == 0:
        f = [rng.randint(1, 3), rng.randint(1, 3)]
        o = S.ResizeNearestNeighborOptionsT()
        o.halfPixelCenters = rng.random() < 0.5
        m.add(OP.RESIZE_NEAREST_NEIGHBOR, [m.tensor([2], [h * f[0], w * f[1]], "int32")], [1, h * f[0], w * f[1], c], o)
    elif which == 1:
        p = [rng.randint(0, 2) for _ in range(4)]
        sides = m.tensor([4, 2], [0, 0, *p, 0, 0], "int32")
        m.add(OP.PAD, [sides], [1, h + p[0] + p[1], w + p[2] + p[3], c], S.PadOptionsT())
    elif which == 2:
        b = [rng.randint(0, h - 1), rng.randint(0, w - 1)]
        size = [rng.randint(1, h - b[0]), rng.randint(1, w - b[1])]
        begin, extents = m.tensor([4], [0, *b, 0], "int32"), m.tensor([4], [1, *size, c], "int32")
        m.add(OP.SLICE, [begin, extents], [1, *size, c], S.SliceOptionsT())
    elif which == 3:
        b, s = [rng.randint(0, h - 1), rng.randint(0, w - 1)], [rng.randint(1, 2), rng.randint(1, 2)]
        end = [rng.randint(b[0] + 1, h), rng.randint(b[1] + 1, w)]
        o = S.StridedSliceOptionsT()
        out = [-(-(end[i] - b[i]) // s[i]) for i in range(2)]
        ends = [m.tensor([4], v, "int32") for v in ([0, *b, 0], [1, *end, c], [1, *s, 1])]
        m.add(OP.STRIDED_SLICE, ends, [1, *out, c], o)
    else:
        o = S.ReshapeOptionsT()
        o.newShape = [1, w, h, c]
        m.add(OP.RESHAPE, [m.tensor([4], o.newShape, "int32")], o.newShape, o)


def activation(m):
    which = m.rng.randint(0, 5)
    shape = m.shape
    if which == 0:
        m.scale, m.zero = m.quantization()
        m.add(OP.RELU, [], shape)
    elif which == 1:
        m.add(OP.RELU6, [], shape)
    elif which == 2:
        m.scale, m.zero = m.quantization()
        o = S.LeakyReluOptionsT()
        o.alpha = m.rng.choice([0.0, 0.01, 0.1, 0.2, 0.3, m.rng.random()])
        m.add(OP.LEAKY_RELU, [], shape, o)
    elif which == 3:
        m.scale, m.zero = 1 / 256, -128
        m.add(OP.LOGISTIC, [], shape)
    elif which == 4:
        m.scale, m.zero = 1 / 128, 0
        m.add(OP.TANH, [], shape)
    else:
        m.scale, m.zero = m.quantization()
        m.add(OP.QUANTIZE, [], shape, S.QuantizeOptionsT())


def make(folder, number):
    rng = random.Random(number)
    signal = number % 3 == 0
    m = Made(rng, [1, 1 if signal else rng.randint(1, 10), rng.randint(1, 20 if signal else 10), rng.randint(1, 4)])
    steps = [
        lambda: conv(m, False),
        lambda: conv(m, True),
        lambda: transposed(m),
        lambda: dense(m),
        lambda: pool(m, OP.MAX_POOL_2D),
        lambda: pool(m, OP.AVERAGE_POOL_2D),
        lambda: moved(m),
        lambda: dense_everywhere(m),
        lambda: dense_ties(m),
        lambda: axes(m),
        lambda: activation(m),
    ]
    # Each kind comes first in some model.
    steps[number % len(steps)]()
    for _ in range(rng.randint(0, 4)):
        if np.prod(m.shape) < 4000:
            rng.choice(steps)()
    # Something that is computed, if only axes went and came.
    activation(m)
    (folder / f"made-{number}.tflite").write_bytes(m.bytes())
    m.between_real_numbers()
    (folder / f"made-{number}.real").write_bytes(m.bytes())
    inputs = np.random.default_rng(number).integers(-128, 128, [INPUTS, *m.tensors[0].shape]).astype(np.int8)
    inputs[0], inputs[1] = -128, 127
    inputs.reshape(-1)[-256:] = np.arange(-128, 128)[: inputs.size] if inputs.size >= 256 else inputs.reshape(-1)
    (folder / f"made-{number}.in").write_bytes(inputs.tobytes())


def run(path):
    interpreter = runtime.Interpreter.from_bytes(path.read_bytes(), arena_size=ARENA)
    shape = interpreter.get_input_details(0)["shape"]
    inputs = np.frombuffer(path.with_suffix(".in").read_bytes(), np.int8).reshape([-1, *shape])
    outputs = []
    for row in inputs:
        interpreter.set_input(row, 0)
        interpreter.invoke()
        outputs.append(interpreter.get_output(0).astype(np.int8).tobytes())
    path.with_suffix(".out").write_bytes(b"".join(outputs))


def main():
    folder, made = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    for number in range(made):
        make(folder, number)
    for path in sorted(folder.glob("*.tflite")):
        print(path.name, flush=True)
        run(path)


main()
