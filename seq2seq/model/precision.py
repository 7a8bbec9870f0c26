"""Matrix products in a narrower type than the rest of the computation.

Processors with bfloat16 units multiply matrices two to four times as fast in bfloat16. Everything
else (states, gates, weights, optimizer) is as fast in float32, and safer. So only products are
narrowed, in one of two ways:

- On a CPU with AMX units, oneDNN rounds the operands while it multiplies. This costs no pass over
  memory, but oneDNN decides it at the first product of a process, for all later ones too.
- Elsewhere the operands are cast before the product, and the result is rounded too.

The logits of the training loss are narrow in memory as well, see `loss`.

Layers call `product`, which has a gradient of its own. Gradients that are written by hand call
`matmul`, and `narrow` an operand of many products once, before the loop.

Training calls `set_precision`. A process that only translates never does, and computes in float32.
"""

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path

import keras
import tensorflow as tf

from seq2seq.model.gradient import with_gradient

TensorLike = tf.Tensor | tf.Variable | keras.Variable

# oneDNN reads both variables once per process, at its first product.
_MODE_VARIABLE = "ONEDNN_DEFAULT_FPMATH_MODE"
_CACHE_VARIABLE = "ONEDNN_PRIMITIVE_CACHE_CAPACITY"

# oneDNN compiles a kernel for every shape of a product. Batches of many lengths have more shapes
# than it keeps by itself.
_CACHED_KERNELS = 20_000

# Compute capability of the first GPUs with bfloat16 units.
_FIRST_GPU_WITH_BFLOAT16 = (8, 0)


@dataclass(frozen=True)
class Precision:
    """How matrices are multiplied.

    Attributes:
        product_dtype: The type of the operands of a product.
        logits_dtype: The type of the logits of the training loss. The range of float16 is too small
            for their probabilities.
        loss_scale: What the loss is multiplied by before it is differentiated. The smallest number
            of float16 is 6e-8 and its largest is 65,504: scaled up, small gradients are not lost
            (Micikevicius et al. 2018, section 3.2).
        casts: Whether operands are cast to the type of the product; not where oneDNN rounds them.
    """

    product_dtype: tf.DType
    logits_dtype: tf.DType
    loss_scale: float = 1.0
    casts: bool = True

    @property
    def is_narrow(self) -> bool:
        """Whether products are in a narrower type than float32."""
        return self.product_dtype != tf.float32


PRECISIONS = {
    "float32": Precision(tf.float32, tf.float32, casts=False),
    "bfloat16": Precision(tf.bfloat16, tf.bfloat16),
    "float16": Precision(tf.float16, tf.float32, loss_scale=1024.0),
}

_current = PRECISIONS["float32"]


def set_precision(name: str = "auto") -> str:
    """Sets the type of matrix products for the functions traced from now on.

    Call it before the first product of a process: on a CPU, products stay as oneDNN made them then.

    Args:
        name: "float32", "bfloat16", "float16", or "auto": bfloat16 where the hardware has units for
            it, else float32.

    Returns:
        The precision chosen.
    """
    global _current

    name = fastest_precision() if name == "auto" else name
    rounds = rounds_for_good(name)
    precision = PRECISIONS[name]
    _current = dataclasses.replace(precision, casts=precision.casts and not rounds)

    os.environ[_MODE_VARIABLE] = "BF16" if rounds else "STRICT"
    os.environ.setdefault(_CACHE_VARIABLE, str(_CACHED_KERNELS))

    return name


def current_precision() -> Precision:
    """The precision that was set last; float32 if none was."""
    return _current


def rounds_for_good(name: str) -> bool:
    """Whether oneDNN rounds the operands; then a process does so until it ends."""
    return name == "bfloat16" and "amx_bf16" in _processor_features() and not _gpus()


def product(a: TensorLike, b: TensorLike, *, transpose_b: bool = False) -> tf.Tensor:
    """Matrix product as float32, whose gradient consists of products in the same precision.

    Args:
        a: `(…, rows, inner)`.
        b: `(inner, columns)`, or `(columns, inner)` with `transpose_b`.
        transpose_b: Whether the second operand is transposed.

    Returns:
        `(…, rows, columns)`.
    """
    a = tf.convert_to_tensor(a)
    b = tf.convert_to_tensor(b)

    multiply = _differentiable_matmul if _current.is_narrow else matmul
    if a.shape.rank == 2:
        return multiply(a, b, transpose_b=transpose_b)

    flat = multiply(tf.reshape(a, [-1, a.shape[-1]]), b, transpose_b=transpose_b)
    columns = flat.shape[-1]

    # A step of decoding is made of small operations. It needs one fewer where the sizes are numbers
    # and not a tensor.
    sizes = [-1 if size is None else size for size in a.shape[:-1]]
    if sizes.count(-1) > 1:
        leading = tf.shape(a)[:-1]
        sizes = [leading, [columns]]
        shape = tf.concat(sizes, 0)  # pyright: ignore[reportCallIssue, reportArgumentType]
        return tf.reshape(flat, shape)

    return tf.reshape(flat, [*sizes, columns])


def matmul(
    a: tf.Tensor, b: tf.Tensor, *, transpose_a: bool = False, transpose_b: bool = False
) -> tf.Tensor:
    """Product of two matrices, for use inside a gradient that is written by hand.

    TensorFlow's derivative of it is not in the same precision; where one is needed, call `product`.
    """
    if not _current.is_narrow:  # a tenth faster in batches, a third with one row
        return tf.matmul(a, b, transpose_a=transpose_a, transpose_b=transpose_b)

    # The one product of TensorFlow that heeds oneDNN's rounding.
    result = tf.raw_ops.BatchMatMulV2(
        x=narrow(a), y=narrow(b), adj_x=transpose_a, adj_y=transpose_b
    )

    return tf.cast(result, a.dtype)


def _differentiable_matmul(a: tf.Tensor, b: tf.Tensor, *, transpose_b: bool) -> tf.Tensor:
    """`matmul` with a gradient in the same precision, as TensorFlow's own is in float32."""

    @with_gradient
    def multiply(a, b):
        def gradient(d_result):
            d_a = matmul(d_result, b, transpose_b=not transpose_b)
            if transpose_b:
                d_b = matmul(d_result, a, transpose_a=True)
            else:
                d_b = matmul(a, d_result, transpose_a=True)
            return d_a, d_b

        return matmul(a, b, transpose_b=transpose_b), gradient

    return multiply(a, b)


def narrow(operand: tf.Tensor) -> tf.Tensor:
    """An operand as `matmul` multiplies it: cast, unless oneDNN rounds it.

    `matmul` does this by itself; an operand of many products is narrowed once, before a loop.
    """
    return tf.cast(operand, _current.product_dtype) if _current.casts else operand


def fastest_precision() -> str:
    """bfloat16 where the processor, or every GPU, has units for it."""
    gpus = _gpus()
    if gpus:
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        capabilities = [known.get("compute_capability", (0, 0)) for known in details]
        has_units = min(capabilities) >= _FIRST_GPU_WITH_BFLOAT16
    else:
        has_units = not _processor_features().isdisjoint({"avx512_bf16", "amx_bf16"})

    return "bfloat16" if has_units else "float32"


def _gpus() -> list:
    return tf.config.list_physical_devices("GPU")


def _processor_features() -> set[str]:
    cpuinfo = Path("/proc/cpuinfo")

    return set(cpuinfo.read_text().split()) if cpuinfo.exists() else set()
