"""A recurrent network by hand: forward, backpropagation through time, and how to check it.

    python examples/rnn_by_hand.py

NumPy alone computes here; the library's layer stands beside it and has to agree. `gru_by_hand.py`
and `lstm_by_hand.py` do the same for their cells, with everything below `backward` taken from here.

The network reads one vector x[t] per step, and keeps a hidden state h[t]::

    h[t] = tanh(x[t] W + h[t-1] U + b)

W, U and b are the same at every step. That is what "recurrent" means: unrolled in time, it is a
deep network whose layers share their weights.
"""

import argparse
from collections.abc import Callable
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

from seq2seq.model.cells import CELLS

Weights = list[np.ndarray]  # W `(features, units)`, U `(units, units)`, b `(units,)`


def forward(weights: Weights, inputs: np.ndarray) -> tuple[np.ndarray, Any]:
    """The hidden states h[0], …, h[T-1], from inputs `(length, features)`.

    Returns:
        outputs: The states, `(length, units)`.
        kept: What `backward` needs of the forward pass; the states themselves, in this cell.
    """
    W, U, b = weights
    h = np.zeros(U.shape[0])
    outputs = []

    for x in inputs:
        h = np.tanh(x @ W + h @ U + b)
        outputs.append(h)

    return np.array(outputs), np.array(outputs)


def backward(
    weights: Weights, inputs: np.ndarray, kept: Any, d_outputs: np.ndarray
) -> tuple[Weights, np.ndarray]:
    """Backpropagation through time: the gradients of a loss, from the last step to the first.

    Args:
        weights: As in `forward`.
        inputs: As in `forward`.
        kept: What `forward` kept.
        d_outputs: The gradient that the loss gives each state directly, `(length, units)`.

    Returns:
        d_weights: The gradients of the weights. Every step adds its share, as all share them.
        d_states: The whole gradient of each state: what the loss gives it directly, and what comes
            back through the states after it.
    """
    W, U, b = weights
    d_W, d_U, d_b = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    d_states = np.zeros_like(d_outputs)
    d_next = np.zeros(U.shape[0])  # what comes back from the step after

    for t in reversed(range(len(inputs))):
        h_before = kept[t - 1] if t else np.zeros(U.shape[0])

        d_h = d_outputs[t] + d_next
        d_sum = d_h * (1 - kept[t] ** 2)  # tanh'(s) = 1 - tanh(s)^2

        d_W += np.outer(inputs[t], d_sum)
        d_U += np.outer(h_before, d_sum)
        d_b += d_sum
        d_next = d_sum @ U.T  # one factor U^T per step: here gradients vanish or explode
        d_states[t] = d_h

    return [d_W, d_U, d_b], d_states


class ByHand(NamedTuple):
    """A cell by hand: its name in the library, and its two functions."""

    name: str
    forward: Callable
    backward: Callable


def difference_to_slopes(cell: ByHand, weights: Weights, inputs: np.ndarray) -> float:
    """The gradient check: the largest difference between `backward` and measured slopes.

    The loss is a random mixture of all states. To measure a slope, each weight is moved a little
    down and a little up.
    """
    mixture = np.random.default_rng(2).normal(size=cell.forward(weights, inputs)[0].shape)
    d_weights, _ = cell.backward(weights, inputs, cell.forward(weights, inputs)[1], mixture)

    def loss_with(weight: np.ndarray, place: tuple, move: float) -> float:
        before = weight[place]
        weight[place] += move
        loss = np.sum(mixture * cell.forward(weights, inputs)[0])
        weight[place] = before
        return loss

    move = 1e-5
    largest = 0.0
    for weight, d_weight in zip(weights, d_weights, strict=True):
        for place in np.ndindex(weight.shape):
            rise = loss_with(weight, place, move) - loss_with(weight, place, -move)
            largest = max(largest, abs(d_weight[place] - rise / (2 * move)))

    return largest


def differences_to_layer(cell: ByHand, weights: Weights, inputs: np.ndarray) -> tuple[float, float]:
    """The largest differences to the library's layer: in the outputs, and in the gradients."""
    outputs, kept = cell.forward(weights, inputs)
    mixture = np.random.default_rng(2).normal(size=outputs.shape)
    d_weights, _ = cell.backward(weights, inputs, kept, mixture)

    layer = make_layer(cell, inputs.shape[1], outputs.shape[1])
    layer.set_weights(weights)
    with tf.GradientTape() as tape:
        # The layer reads batches, `(batch, length, features)`, and returns its last state too.
        layer_outputs, *_ = layer(inputs[np.newaxis].astype("float32"), training=True)
        loss = tf.reduce_sum(mixture.astype("float32") * layer_outputs[0])
    layer_gradients = tape.gradient(loss, [weight.value for weight in layer.trainable_weights])

    return (
        float(np.max(np.abs(outputs - layer_outputs[0]))),
        max(float(np.max(np.abs(a - b))) for a, b in zip(d_weights, layer_gradients, strict=True)),
    )


def make_layer(cell: ByHand, features: int, units: int) -> Any:
    """The library's layer with new weights; the seed is 1."""
    tf.random.set_seed(1)
    layer = CELLS[cell.name](units)
    layer.build((None, None, features))

    return layer


def gradient_norms(cell: ByHand, *, length: int = 40, units: int = 64) -> np.ndarray:
    """How much of a gradient at the last step arrives at each step of an untrained network."""
    weights = [np.float64(weight) for weight in make_layer(cell, units, units).get_weights()]
    inputs = np.random.default_rng(1).normal(size=(length, units))
    outputs, kept = cell.forward(weights, inputs)

    d_outputs = np.zeros_like(outputs)
    d_outputs[-1] = 1 / np.sqrt(units)  # the loss looks at the last state alone; norm 1
    _, d_states = cell.backward(weights, inputs, kept, d_outputs)

    return np.linalg.norm(d_states, axis=1)


def draw(cell: ByHand, norms: np.ndarray, path: str) -> None:
    """Draws the norms, on a log scale: what vanishes exponentially becomes a straight line."""
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.semilogy(norms, marker=".")
    axes.set_title(f"{cell.name.upper()}, untrained: what comes back from the last step")
    axes.set_xlabel("time step")
    axes.set_ylabel("norm of d loss / d state")
    axes.grid(alpha=0.3)
    figure.savefig(path)
    plt.close(figure)


def main(cell: ByHand, arguments: list[str] | None = None) -> dict[str, float]:
    """Checks a cell by hand in three ways, draws its gradients, and prints the results."""
    parser = argparse.ArgumentParser(description=f"{cell.name.upper()} by hand, in NumPy.")
    picture = f"{cell.name}_by_hand.svg"
    parser.add_argument("--output", default=picture, help=f"the picture (default: {picture})")
    options = parser.parse_args(arguments)

    rng = np.random.default_rng(1)
    shapes = [weight.shape for weight in make_layer(cell, features=5, units=7).get_weights()]
    weights = [rng.normal(scale=0.5, size=shape) for shape in shapes]
    inputs = rng.normal(size=(9, 5))

    outputs, gradients = differences_to_layer(cell, weights, inputs)
    norms = gradient_norms(cell)
    draw(cell, norms, options.output)

    scores = {
        "gradient check": difference_to_slopes(cell, weights, inputs),
        "outputs, to the layer": outputs,
        "gradients, to the layer": gradients,
        "of the gradient, after 39 steps": norms[0] / norms[-1],
    }
    for name, score in scores.items():
        print(f"{name:<32} {score:.1e}")

    return scores


RNN = ByHand("rnn", forward, backward)

if __name__ == "__main__":
    main(RNN)
