"""Matrix products in a narrower type than the rest of the computation.

Processors with bfloat16 units multiply matrices two to four times as fast in it, while everything else (states, gates,
weights, optimizer) is as fast and safer in float32. So only products narrow. With AMX units, oneDNN rounds the operands
while it multiplies, which costs no pass over memory, but is decided once per process; elsewhere operands are cast, and
results are rounded too. The logits of the training loss are narrow in memory as well, see `loss`.

Training calls `set_precision`; a process that only translates never does, and computes in float32.
"""

import os
from pathlib import Path

import keras
import tensorflow as tf

PRECISIONS = {"float32": tf.float32, "bfloat16": tf.bfloat16, "float16": tf.float16}
_CACHE, _KERNELS = "ONEDNN_PRIMITIVE_CACHE_CAPACITY", 20_000
_MODE = "ONEDNN_DEFAULT_FPMATH_MODE"
_LOSS_SCALE = 1024.0  # of float16, whose smallest number is 6e-8 and whose largest is 65,504
_FIRST_WITH_BFLOAT16 = (8, 0)  # compute capability of a GPU

_product_dtype = tf.float32
_casts = False  # whether operands are cast to it


def set_precision(name: str = "auto") -> str:
    """Sets the type of matrix products for the functions traced from now on.

    On a CPU the products of a process that has already multiplied with oneDNN stay as they were: call this first.

    Args:
        name: "float32", "bfloat16", "float16", or "auto": bfloat16 where the hardware has units for it, else float32.

    Returns:
        The precision chosen.
    """
    global _product_dtype, _casts
    name = _fastest() if name == "auto" else name
    _product_dtype, _casts = PRECISIONS[name], name != "float32" and not rounds_for_good(name)
    os.environ[_MODE] = "BF16" if rounds_for_good(name) else "STRICT"
    # Every shape of a product has a kernel of its own; batches of many lengths have more shapes than oneDNN would keep.
    os.environ.setdefault(_CACHE, str(_KERNELS))
    return name


def rounds_for_good(name: str) -> bool:
    """Whether a process that has multiplied in this precision rounds until it ends: oneDNN decides once."""
    return name == "bfloat16" and "amx_bf16" in _processor_features() and not _gpus()


def loss_scale() -> float:
    """What the loss is multiplied by before it is differentiated, so that float16 holds small gradients too.

    Reference:
        Micikevicius et al. 2018, section 3.2.
    """
    return _LOSS_SCALE if _product_dtype == tf.float16 else 1.0


def logits_dtype() -> tf.DType:
    """The type of the logits of the training loss; float16 has too small a range for their probabilities."""
    return tf.bfloat16 if _product_dtype == tf.bfloat16 else tf.float32


def product(a: tf.Tensor, b: tf.Tensor, *, transpose_b: bool = False) -> tf.Tensor:
    """Matrix product of `(…, rows, inner)` and `(inner, columns)` as float32, operands rounded in its gradient too.

    With `transpose_b`, the second is `(columns, inner)`.
    """
    a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
    multiply = flat_product if _product_dtype == tf.float32 else _narrow_product
    if a.shape.rank == 2:
        return multiply(a, b, transpose_b=transpose_b)
    flat = multiply(tf.reshape(a, [-1, a.shape[-1]]), b, transpose_b=transpose_b)
    # Numbers rather than tensors where they do: a step of decoding is made of small operations.
    sizes = [-1 if size is None else size for size in a.shape[:-1]]
    if sizes.count(-1) > 1:
        sizes = tf.shape(a)[:-1]
    return tf.reshape(flat, tf.concat([sizes, [flat.shape[-1]]], 0))


def flat_product(
    a: tf.Tensor, b: tf.Tensor, *, transpose_a: bool = False, transpose_b: bool = False
) -> tf.Tensor:
    """Product of two matrices, either of them transposed; where a gradient is asked for, `product` is meant."""
    if _product_dtype == tf.float32:  # a tenth faster in batches, a third with one row
        return tf.matmul(a, b, transpose_a=transpose_a, transpose_b=transpose_b)
    # Of TensorFlow's products this one heeds oneDNN's rounding.
    result = tf.raw_ops.BatchMatMulV2(
        x=narrowed(a), y=narrowed(b), adj_x=transpose_a, adj_y=transpose_b
    )
    return tf.cast(result, a.dtype)


def _narrow_product(a, b, *, transpose_b):
    """`flat_product` with operands rounded in the gradient too; in float32 TensorFlow's own gradient is the same."""

    @tf.custom_gradient
    def multiply(a, b):
        def gradient(d_result):
            factors = (d_result, a) if transpose_b else (a, d_result)
            d_b = flat_product(*factors, transpose_a=True)
            return flat_product(d_result, b, transpose_b=not transpose_b), d_b

        return flat_product(a, b, transpose_b=transpose_b), gradient

    return multiply(a, b)


def narrowed(operand: tf.Tensor) -> tf.Tensor:
    """An operand as `flat_product` takes it; one of many products is best narrowed once, before a loop."""
    return tf.cast(operand, _product_dtype) if _casts else operand


class Dense(keras.layers.Dense):
    """`keras.layers.Dense` whose product is in the product type."""

    def call(self, inputs):
        outputs = product(inputs, self.kernel)
        if self.bias is not None:
            outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(self.bias))
        return self.activation(outputs)


def _gpus() -> list:
    return tf.config.list_physical_devices("GPU")


def _fastest() -> str:
    if gpus := _gpus():
        details = map(tf.config.experimental.get_device_details, gpus)
        has_units = all(
            known.get("compute_capability", (0, 0)) >= _FIRST_WITH_BFLOAT16 for known in details
        )
    else:
        has_units = bool({"avx512_bf16", "amx_bf16"} & _processor_features())
    return "bfloat16" if has_units else "float32"


def _processor_features() -> set[str]:
    cpuinfo = Path("/proc/cpuinfo")
    return set(cpuinfo.read_text().split()) if cpuinfo.exists() else set()
