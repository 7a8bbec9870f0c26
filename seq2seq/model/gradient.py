"""Functions that come with their own gradient.

- `recurrent` and `bahdanau`: backpropagation through time with one product a step.
- `loss`: cross-entropy without a second tensor as large as the vocabulary.
- `precision`: products whose gradients are products of the same precision.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import tensorflow as tf

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def with_gradient(
    function: Callable[Arguments, tuple[Result, Callable]],
) -> Callable[Arguments, Result]:
    """Decorates a function that returns its result and its gradient: `tf.custom_gradient`, typed.

    Arguments, result and gradients may be nested tuples of tensors. The gradient is a function of
    the gradients of the result, one argument for each tensor.
    """
    return tf.custom_gradient(function)  # pyright: ignore[reportReturnType]
