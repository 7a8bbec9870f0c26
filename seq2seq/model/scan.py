"""A loop over time: one step is applied to every position, and its results are stacked."""

from collections.abc import Callable
from typing import TypeVar

import tensorflow as tf

State = TypeVar("State")
Inputs = TypeVar("Inputs")
Outputs = TypeVar("Outputs")


def scan(
    step: Callable[[State, Inputs], tuple[State, Outputs]],
    state: State,
    inputs: Inputs,
    *,
    widths: object,
    reverse: bool = False,
) -> tuple[State, Outputs]:
    """Runs `state, outputs = step(state, inputs)` over time, position by position.

    State, inputs and outputs are tensors, or tuples and named tuples of them, nested in any way.

    Args:
        step: What happens at one position; takes tensors without the axis of time, and returns such
            tensors.
        state: The state before the first step, tensors `(batch, …)`.
        inputs: Tensors `(length, batch, …)`.
        widths: The number of features of each tensor of a step's outputs, nested as they are: an
            integer, or a tensor where it is known only when the graph runs.
        reverse: Whether to go from the last position to the first. Outputs stay in the order of
            time.

    Returns:
        The state after the last step and the outputs of all steps, `(length, batch, features)`.
    """
    first_input = tf.nest.flatten(inputs)[0]
    first_state = tf.nest.flatten(state)[0]

    if first_input.shape[0] == 1:  # a step of decoding needs no loop
        only = tf.nest.map_structure(lambda sequence: tf.squeeze(sequence, 0), inputs)
        state, outputs = step(state, only)
        return state, tf.nest.map_structure(lambda output: tf.expand_dims(output, 0), outputs)

    # Numbers where they are known: TFLite needs them where all shapes are to be fixed.
    length = first_input.shape[0] or tf.shape(first_input)[0]
    batch = first_state.shape[0] or tf.shape(first_state)[0]
    dtype = first_state.dtype

    # These operations are what a tf.TensorArray consists of. It takes no number of features that
    # only a tensor knows, and TFLite has to be told the number.
    def reserve(features):
        return tf.raw_ops.TensorListReserve(
            element_shape=[batch, features], num_elements=length, element_dtype=dtype
        )

    def stack(tensor_list, features):
        return tf.raw_ops.TensorListStack(
            input_handle=tensor_list,
            element_shape=[batch, features],
            element_dtype=dtype,
            num_elements=first_input.shape[0] or -1,
        )

    def body(index, state, lists):
        time = length - 1 - index if reverse else index
        now = tf.nest.map_structure(lambda sequence: sequence[time], inputs)
        state, outputs = step(state, now)

        def put(tensor_list, output):
            return tf.raw_ops.TensorListSetItem(input_handle=tensor_list, index=time, item=output)

        return index + 1, state, tf.nest.map_structure(put, lists, outputs)

    _, state, lists = tf.while_loop(
        lambda index, *_: index < length,
        body,
        (tf.constant(0), state, tf.nest.map_structure(reserve, widths)),
        maximum_iterations=length,
    )

    return state, tf.nest.map_structure(stack, lists, widths)
