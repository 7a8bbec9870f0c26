"""Matrix products in a narrower type than the rest of the computation.

Processors with bfloat16 units multiply matrices two to four times as fast in it, while everything else (states, gates,
weights, optimizer) is as fast and safer in float32. So only products narrow: operands and results are rounded, sums are
not. The widest one, the logits of the training loss, stays narrow up to the probabilities, which rounds a reported
perplexity by up to half a percent. Training opts in around the tracing of its step; translation never does.
"""

import contextlib
import contextvars
import os
from collections.abc import Iterator
from pathlib import Path

import keras
import tensorflow as tf

_product_dtype = contextvars.ContextVar("product_dtype", default=tf.float32)


@contextlib.contextmanager
def products_in(dtype: tf.DType) -> Iterator[None]:
    """Within this context, `product` rounds its operands to `dtype`. Takes effect when a function is traced."""
    token = _product_dtype.set(dtype)
    try:
        yield
    finally:
        _product_dtype.reset(token)


def product_dtype() -> tf.DType:
    """The type that matrix products round their operands to, in this context."""
    return _product_dtype.get()


def narrow(matrix: tf.Tensor) -> tf.Tensor:
    """A matrix in the product type, to be rounded once where `product` would round it at every step of a loop."""
    return tf.cast(tf.convert_to_tensor(matrix), product_dtype())


def product(a: tf.Tensor, b: tf.Tensor, *, transpose_a: bool = False, transpose_b: bool = False) -> tf.Tensor:
    """Matrix product of `(…, rows, inner)` and `(inner, columns)` in the product type, as float32."""
    return tf.cast(_flat_product(narrow(a), narrow(b), transpose_a, transpose_b), tf.float32)


def _flat_product(a, b, transpose_a, transpose_b):
    if a.shape.rank == 2:
        return tf.matmul(a, b, transpose_a=transpose_a, transpose_b=transpose_b)
    flat = tf.matmul(tf.reshape(a, [-1, a.shape[-1]]), b, transpose_b=transpose_b)
    return tf.reshape(flat, tf.concat([tf.shape(a)[:-1], [flat.shape[-1]]], 0))


class Dense(keras.layers.Dense):
    """`keras.layers.Dense` whose product is in the product type."""

    def call(self, inputs):
        outputs = product(inputs, self.kernel)
        if self.bias is not None:
            outputs = tf.nn.bias_add(outputs, tf.convert_to_tensor(self.bias))
        return self.activation(outputs)


def fastest_product_dtype() -> tf.DType:
    """bfloat16 where the processor multiplies it in hardware, else float32."""
    cpuinfo = Path("/proc/cpuinfo")
    flags = cpuinfo.read_text().split() if os.path.exists(cpuinfo) else []
    return tf.bfloat16 if {"avx512_bf16", "amx_bf16"} & set(flags) else tf.float32
