"""Long short-term memory (LSTM) by hand: forward, and backpropagation through time.

    python examples/lstm_by_hand.py

The checks and the picture are those of `rnn_by_hand.py`: read that one first.

An LSTM has two states, a cell state c that remembers and a hidden state h that is shown::

    i = sigmoid(x W_i + h U_i + b_i)     input gate: how much of the new is written
    f = sigmoid(x W_f + h U_f + b_f)     forget gate: how much of the old stays
    g = tanh   (x W_g + h U_g + b_g)     what could be written
    o = sigmoid(x W_o + h U_o + b_o)     output gate: how much is shown

    c' = f * c + i * g
    h' = o * tanh(c')

A vanilla RNN multiplies its state by U at every step. The cell state is multiplied by f, number by
number, and f can be close to 1. The same holds for the gradient on its way back.
"""

from typing import NamedTuple

import numpy as np

from rnn_by_hand import ByHand, Weights, main


class Step(NamedTuple):
    """What `backward` needs of one step, `(units,)` each."""

    h_before: np.ndarray
    c_before: np.ndarray
    i: np.ndarray
    f: np.ndarray
    g: np.ndarray
    o: np.ndarray
    squashed_c: np.ndarray  # tanh(c')


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Squashes to between 0, a closed gate, and 1, an open one."""
    return 1 / (1 + np.exp(-x))


def forward(weights: Weights, inputs: np.ndarray) -> tuple[np.ndarray, list[Step]]:
    """The hidden states `(length, units)`, from inputs `(length, features)`, and what is kept.

    The matrices of i, f, g and o lie side by side: W `(features, 4 units)`, U `(units, 4 units)`,
    b `(4 units,)`. So there is one product for all four.
    """
    W, U, b = weights
    h = np.zeros(U.shape[0])
    c = np.zeros(U.shape[0])
    outputs, kept = [], []

    for x in inputs:
        sum_i, sum_f, sum_g, sum_o = np.split(x @ W + h @ U + b, 4)
        i, f, o = sigmoid(sum_i), sigmoid(sum_f), sigmoid(sum_o)
        g = np.tanh(sum_g)

        new_c = f * c + i * g
        squashed_c = np.tanh(new_c)
        kept.append(Step(h, c, i, f, g, o, squashed_c))

        h = o * squashed_c
        c = new_c
        outputs.append(h)

    return np.array(outputs), kept


def backward(
    weights: Weights, inputs: np.ndarray, kept: list[Step], d_outputs: np.ndarray
) -> tuple[Weights, np.ndarray]:
    """The gradients of the weights and of every hidden state, as in `rnn_by_hand.backward`.

    Two gradients come back from the step after: that of h, through U, and that of c, through the
    forget gate alone.
    """
    W, U, b = weights
    d_W, d_U, d_b = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    d_states = np.zeros_like(d_outputs)
    d_h_next = np.zeros(U.shape[0])
    d_c_next = np.zeros(U.shape[0])

    for t in reversed(range(len(inputs))):
        step = kept[t]
        d_h = d_outputs[t] + d_h_next
        d_c = d_c_next + d_h * step.o * (1 - step.squashed_c**2)

        d_sum = np.concatenate(
            [
                d_c * step.g * step.i * (1 - step.i),  # sigmoid'(s) = i (1 - i)
                d_c * step.c_before * step.f * (1 - step.f),
                d_c * step.i * (1 - step.g**2),
                d_h * step.squashed_c * step.o * (1 - step.o),
            ]
        )

        d_W += np.outer(inputs[t], d_sum)
        d_U += np.outer(step.h_before, d_sum)
        d_b += d_sum
        d_h_next = d_sum @ U.T
        d_c_next = d_c * step.f  # no matrix: where f is 1, nothing is lost
        d_states[t] = d_h

    return [d_W, d_U, d_b], d_states


LSTM = ByHand("lstm", forward, backward)

if __name__ == "__main__":
    main(LSTM)
