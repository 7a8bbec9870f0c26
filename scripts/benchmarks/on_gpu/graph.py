"""What the graph of a training step consists of, on a GPU or as if there were one."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from typing import Any

import tensorflow as tf

from contestants.contest import SIZES, Contest, TextFacts
from contestants.ours import compile_model, make_model
from on_gpu.answers import Answer, judged
from seq2seq.model.precision import set_precision
from seq2seq.model.seq2seq import Seq2Seq

# Operations of TensorFlow 2.21 that raise on a GPU, for some types or always, where op determinism
# is on: "deterministic GPU implementation", "Determinism is not yet supported" in its library.
WITHOUT_DETERMINISTIC_KERNEL = frozenset(
    "AdjustContrastv2 Bincount CropAndResizeGradBoxes CropAndResizeGradImage DenseBincount "
    "DebugNumericSummaryV2 DepthwiseConv2dNativeBackpropFilter Dilation2DBackpropFilter "
    "Dilation2DBackpropInput FakeQuantWithMinMaxVarsGradient FusedBatchNormGradV3 "
    "MaxPoolGradWithArgmax ResizeNearestNeighborGrad ScatterAdd ScatterSub SegmentMean SegmentProd "
    "SegmentSum SoftmaxCrossEntropyWithLogits SparseSegmentMean SparseSegmentSum "
    "SparseSoftmaxCrossEntropyWithLogits SparseTensorDenseMatMul Svd Timestamp UnsortedSegmentProd "
    "UnsortedSegmentSum".split()
)
CUDNN = ("CudnnRNNV3", "CudnnRNNBackpropV3")

_TOKENS = tf.TensorSpec([None, None], tf.int32)
_BATCH = {name: _TOKENS for name in ("source_tokens", "target_tokens", "labels")}
_PRECISIONS = ("float32", "bfloat16", "float16")


def has_gpu() -> bool:
    """Whether TensorFlow computes on a GPU here."""
    return bool(tf.config.list_physical_devices("GPU"))


def traced_step(model: Seq2Seq) -> Any:
    """The training step of a compiled model, as a graph for batches of all shapes."""
    step = tf.function(model.train_step, autograph=False, input_signature=[_BATCH])
    return step.get_concrete_function()


@contextlib.contextmanager
def as_with_a_gpu() -> Iterator[None]:
    """Has Keras trace as it does where there is a GPU: it asks for the list of them."""
    listed = tf.config.list_logical_devices
    gpu = tf.config.LogicalDevice("/device:GPU:0", "GPU")
    tf.config.list_logical_devices = lambda kind=None: [gpu]
    try:
        yield
    finally:
        tf.config.list_logical_devices = listed


def nodes_on_a_gpu(cell: str, attention: str, precision: str = "float32") -> list[Any]:
    """The operations of a training step as it is traced where there is a GPU.

    They are those of a small model with one bidirectional layer in the encoder and two layers in
    the decoder.
    """
    layers = 1 if attention == "bahdanau" else 2
    contest = Contest(SIZES["tiny"], cell, attention, threads=1, decoder_layers=layers)
    vocabulary = contest.sizes.vocabulary_size
    set_precision(precision)
    model = make_model(contest, TextFacts(1, 1, 1, 0, vocabulary, vocabulary))
    compile_model(model)
    with contextlib.nullcontext() if has_gpu() else as_with_a_gpu():
        return nodes(traced_step(model))


def nodes(concrete: Any) -> list[Any]:
    """The operations of a graph and of all that it calls."""
    graph = concrete.graph.as_graph_def()
    inner = (node for function in graph.library.function for node in function.node_def)
    return [*graph.node, *inner]


def answers() -> list[Answer]:
    """What the graphs of GRU and LSTM tell."""
    how = "" if has_gpu() else ", traced as if there were a GPU"
    found = {cell: nodes_on_a_gpu(cell, "luong") for cell in ("gru", "lstm")}
    narrow = [nodes_on_a_gpu("gru", "luong", precision) for precision in _PRECISIONS[1:]]
    set_precision("float32")
    every = [node for each in found.values() for node in each]

    types = _types([*every, *(node for each in narrow for node in each)])
    return [_cudnn(found, how), types, *answers_about(every)]


def answers_about(every: list[Any]) -> list[Answer]:
    """What the operations of a training step must not be."""
    return [_mask(every), _xla(every), _determinism(every)]


def _cudnn(found: dict[str, list[Any]], how: str) -> Answer:
    counts = {
        cell: [sum(node.op == kind for node in each) for kind in CUDNN]
        for cell, each in found.items()
    }
    told = "; ".join(f"{cell}: {' and '.join(map(str, each))}" for cell, each in counts.items())
    return judged(
        "cuDNN runs every layer (1)",
        all(each == [4, 4] for each in counts.values()),
        f"{' and '.join(CUDNN)} of 4 layers: {told}{how}",
    )


def _mask(every: Iterable[Any]) -> Answer:
    asserts = sum(node.op == "Assert" for node in every)
    return judged("no mask goes to cuDNN (2)", not asserts, f"{asserts} checks of a mask")


def _xla(every: Iterable[Any]) -> Answer:
    compiled = sorted(
        {node.op for node in every if node.op.startswith("Xla") or _is_compiled(node)}
    )
    clusters = tf.config.optimizer.get_jit() or os.environ.get("TF_XLA_FLAGS", "")
    told = ", ".join(compiled) or "no compiled operation"
    return judged(
        "no XLA around cuDNN (4)",
        not compiled and not clusters,
        f"{told}; automatic clusters {clusters or 'off'}",
    )


def _is_compiled(node: Any) -> bool:
    return "_XlaMustCompile" in node.attr and node.attr["_XlaMustCompile"].b


def _types(every: Iterable[Any]) -> Answer:
    kernels = (node for node in every if node.op in CUDNN)
    types = sorted({tf.dtypes.as_dtype(node.attr["T"].type).name for node in kernels})
    rounds = tf.config.experimental.tensor_float_32_execution_enabled()
    return judged(
        "cuDNN gets float32 in every precision (5, 6)",
        types == ["float32"],
        f"{', '.join(types) or 'none'} with --precision {', '.join(_PRECISIONS)}; "
        f"TensorFloat-32 is {'on' if rounds else 'off'}",
    )


def _determinism(every: Iterable[Any]) -> Answer:
    raising = sorted({node.op for node in every} & WITHOUT_DETERMINISTIC_KERNEL)
    return judged(
        "nothing raises with --deterministic (13)",
        not raising,
        ", ".join(raising) or "every operation has a deterministic kernel",
    )
