//! Numbers of TensorFlow Lite's schema, version 3: the slots of the tables' fields and the codes of operators and
//! types.

/// What a file begins with, behind the place of its root.
pub(crate) const IDENTIFIER: &[u8; 4] = b"TFL3";

/// Slots of the whole model.
pub(crate) mod model {
    pub(crate) const VERSION: usize = 0;
    pub(crate) const OPERATOR_CODES: usize = 1;
    pub(crate) const SUBGRAPHS: usize = 2;
    pub(crate) const DESCRIPTION: usize = 3;
    pub(crate) const BUFFERS: usize = 4;
    pub(crate) const METADATA: usize = 6;
}

/// Slots of a kind of operator.
pub(crate) mod operator_code {
    pub(crate) const DEPRECATED_BUILTIN: usize = 0;
    pub(crate) const CUSTOM: usize = 1;
    pub(crate) const VERSION: usize = 2;
    pub(crate) const BUILTIN: usize = 3;
}

/// Slots of a graph.
pub(crate) mod subgraph {
    pub(crate) const TENSORS: usize = 0;
    pub(crate) const INPUTS: usize = 1;
    pub(crate) const OUTPUTS: usize = 2;
    pub(crate) const OPERATORS: usize = 3;
    pub(crate) const NAME: usize = 4;
}

/// Slots of a tensor.
pub(crate) mod tensor {
    pub(crate) const SHAPE: usize = 0;
    pub(crate) const TYPE: usize = 1;
    pub(crate) const BUFFER: usize = 2;
    pub(crate) const NAME: usize = 3;
    pub(crate) const QUANTIZATION: usize = 4;
    pub(crate) const IS_VARIABLE: usize = 5;
    pub(crate) const SPARSITY: usize = 6;
}

/// Slots of a tensor's quantization.
pub(crate) mod quantization {
    pub(crate) const SCALE: usize = 2;
    pub(crate) const ZERO_POINT: usize = 3;
    pub(crate) const DIMENSION: usize = 6;
}

/// Slots of an operator.
pub(crate) mod operator {
    pub(crate) const CODE: usize = 0;
    pub(crate) const INPUTS: usize = 1;
    pub(crate) const OUTPUTS: usize = 2;
    pub(crate) const OPTIONS_TYPE: usize = 3;
    pub(crate) const OPTIONS: usize = 4;
}

/// Slots of a buffer.
pub(crate) mod buffer {
    pub(crate) const DATA: usize = 0;
    pub(crate) const OFFSET: usize = 1;
}

/// Slots of an entry of the metadata.
pub(crate) mod metadata {
    pub(crate) const NAME: usize = 0;
    pub(crate) const BUFFER: usize = 1;
}

/// Types of a tensor's values.
pub(crate) mod kind {
    pub(crate) const FLOAT32: u8 = 0;
    pub(crate) const INT32: u8 = 2;
    pub(crate) const INT8: u8 = 9;
}

/// Name of a type, for messages.
pub(crate) fn kind_name(kind: u8) -> &'static str {
    const NAMES: [&str; 18] = [
        "float32",
        "float16",
        "int32",
        "uint8",
        "int64",
        "string",
        "bool",
        "int16",
        "complex64",
        "int8",
        "float64",
        "complex128",
        "uint64",
        "resource",
        "variant",
        "uint32",
        "uint16",
        "int4",
    ];
    NAMES.get(usize::from(kind)).copied().unwrap_or("of another type")
}

/// Kinds of an operator's options.
pub(crate) mod options {
    pub(crate) const CONV: u8 = 1;
    pub(crate) const DEPTHWISE: u8 = 2;
    pub(crate) const POOL: u8 = 5;
    pub(crate) const FULLY_CONNECTED: u8 = 8;
    pub(crate) const RESHAPE: u8 = 17;
    pub(crate) const PAD: u8 = 22;
    pub(crate) const GATHER: u8 = 23;
    pub(crate) const PAD_V2: u8 = 43;
    pub(crate) const SLICE: u8 = 48;
    pub(crate) const TRANSPOSE_CONV: u8 = 49;
    pub(crate) const RESIZE_NEAREST: u8 = 74;
    pub(crate) const LEAKY_RELU: u8 = 75;
    pub(crate) const QUANTIZE: u8 = 89;
}

/// Codes of the operators that are taken or written.
pub(crate) mod code {
    pub(crate) const AVERAGE_POOL: i32 = 1;
    pub(crate) const CONV: i32 = 3;
    pub(crate) const DEPTHWISE_CONV: i32 = 4;
    pub(crate) const DEQUANTIZE: i32 = 6;
    pub(crate) const FULLY_CONNECTED: i32 = 9;
    pub(crate) const LOGISTIC: i32 = 14;
    pub(crate) const MAX_POOL: i32 = 17;
    pub(crate) const RELU: i32 = 19;
    pub(crate) const RELU_N1_TO_1: i32 = 20;
    pub(crate) const RELU6: i32 = 21;
    pub(crate) const RESHAPE: i32 = 22;
    pub(crate) const TANH: i32 = 28;
    pub(crate) const CUSTOM: i32 = 32;
    pub(crate) const PAD: i32 = 34;
    pub(crate) const GATHER: i32 = 36;
    pub(crate) const SQUEEZE: i32 = 43;
    pub(crate) const STRIDED_SLICE: i32 = 45;
    pub(crate) const PAD_V2: i32 = 60;
    pub(crate) const SLICE: i32 = 65;
    pub(crate) const TRANSPOSE_CONV: i32 = 67;
    pub(crate) const EXPAND_DIMS: i32 = 70;
    pub(crate) const RESIZE_NEAREST: i32 = 97;
    pub(crate) const LEAKY_RELU: i32 = 98;
    pub(crate) const QUANTIZE: i32 = 114;
}

/// Name of an operator.
pub(crate) fn operator_name(code: i32) -> String {
    let name = usize::try_from(code).ok().and_then(|code| OPERATORS.get(code));
    name.map_or_else(|| format!("operator code {code}"), |name| (*name).to_string())
}

/// Names by code.
#[rustfmt::skip]
const OPERATORS: [&str; 161] = [
    "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE", "DEQUANTIZE",
    "EMBEDDING_LOOKUP", "FLOOR", "FULLY_CONNECTED", "HASHTABLE_LOOKUP", "L2_NORMALIZATION", "L2_POOL_2D",
    "LOCAL_RESPONSE_NORMALIZATION", "LOGISTIC", "LSH_PROJECTION", "LSTM", "MAX_POOL_2D", "MUL", "RELU",
    "RELU_N1_TO_1", "RELU6", "RESHAPE", "RESIZE_BILINEAR", "RNN", "SOFTMAX", "SPACE_TO_DEPTH", "SVDF", "TANH",
    "CONCAT_EMBEDDINGS", "SKIP_GRAM", "CALL", "CUSTOM", "EMBEDDING_LOOKUP_SPARSE", "PAD",
    "UNIDIRECTIONAL_SEQUENCE_RNN", "GATHER", "BATCH_TO_SPACE_ND", "SPACE_TO_BATCH_ND", "TRANSPOSE", "MEAN", "SUB",
    "DIV", "SQUEEZE", "UNIDIRECTIONAL_SEQUENCE_LSTM", "STRIDED_SLICE", "BIDIRECTIONAL_SEQUENCE_RNN", "EXP", "TOPK_V2",
    "SPLIT", "LOG_SOFTMAX", "DELEGATE", "BIDIRECTIONAL_SEQUENCE_LSTM", "CAST", "PRELU", "MAXIMUM", "ARG_MAX",
    "MINIMUM", "LESS", "NEG", "PADV2", "GREATER", "GREATER_EQUAL", "LESS_EQUAL", "SELECT", "SLICE", "SIN",
    "TRANSPOSE_CONV", "SPARSE_TO_DENSE", "TILE", "EXPAND_DIMS", "EQUAL", "NOT_EQUAL", "LOG", "SUM", "SQRT", "RSQRT",
    "SHAPE", "POW", "ARG_MIN", "FAKE_QUANT", "REDUCE_PROD", "REDUCE_MAX", "PACK", "LOGICAL_OR", "ONE_HOT",
    "LOGICAL_AND", "LOGICAL_NOT", "UNPACK", "REDUCE_MIN", "FLOOR_DIV", "REDUCE_ANY", "SQUARE", "ZEROS_LIKE", "FILL",
    "FLOOR_MOD", "RANGE", "RESIZE_NEAREST_NEIGHBOR", "LEAKY_RELU", "SQUARED_DIFFERENCE", "MIRROR_PAD", "ABS",
    "SPLIT_V", "UNIQUE", "CEIL", "REVERSE_V2", "ADD_N", "GATHER_ND", "COS", "WHERE", "RANK", "ELU",
    "REVERSE_SEQUENCE", "MATRIX_DIAG", "QUANTIZE", "MATRIX_SET_DIAG", "ROUND", "HARD_SWISH", "IF", "WHILE",
    "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "SCATTER_ND", "SELECT_V2", "DENSIFY", "SEGMENT_SUM",
    "BATCH_MATMUL", "PLACEHOLDER_FOR_GREATER_OP_CODES", "CUMSUM", "CALL_ONCE", "BROADCAST_TO", "RFFT2D", "CONV_3D",
    "IMAG", "REAL", "COMPLEX_ABS", "HASHTABLE", "HASHTABLE_FIND", "HASHTABLE_IMPORT", "HASHTABLE_SIZE", "REDUCE_ALL",
    "CONV_3D_TRANSPOSE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "BROADCAST_ARGS", "RANDOM_STANDARD_NORMAL",
    "BUCKETIZE", "RANDOM_UNIFORM", "MULTINOMIAL", "GELU", "DYNAMIC_UPDATE_SLICE", "RELU_0_TO_1",
    "UNSORTED_SEGMENT_PROD", "UNSORTED_SEGMENT_MAX", "UNSORTED_SEGMENT_SUM", "ATAN2", "UNSORTED_SEGMENT_MIN", "SIGN",
    "BITCAST", "BITWISE_XOR",
];
