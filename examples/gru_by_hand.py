"""Gated recurrent unit (GRU) by hand: forward, and backpropagation through time.

    python examples/gru_by_hand.py

The checks and the picture are those of `rnn_by_hand.py`: read that one first.

A GRU has one state, and two gates that decide what becomes of it::

    z = sigmoid(x W_z + b_z + h U_z + c_z)       update gate: how much of the old state stays
    r = sigmoid(x W_r + b_r + h U_r + c_r)       reset gate: how much of it the new one sees
    n = tanh   (x W_n + b_n + r * (h U_n + c_n)) the candidate for the new state

    h' = z * h + (1 - z) * n

Three matrices do what an LSTM does with four: one gate both forgets and writes. Some books write
1 - z for z. The reset gate stands after the product with U_n, as in cuDNN and PyTorch; therefore
the product has a bias c of its own.
"""

from typing import NamedTuple

import numpy as np

from lstm_by_hand import sigmoid
from rnn_by_hand import ByHand, Weights, main


class Step(NamedTuple):
    """What `backward` needs of one step, `(units,)` each."""

    h_before: np.ndarray
    z: np.ndarray
    r: np.ndarray
    n: np.ndarray
    recurrent_n: np.ndarray  # h U_n + c_n


def forward(weights: Weights, inputs: np.ndarray) -> tuple[np.ndarray, list[Step]]:
    """The states `(length, units)`, from inputs `(length, features)`, and what is kept.

    The matrices of z, r and n lie side by side: W `(features, 3 units)`, U `(units, 3 units)`. The
    biases b and c are the rows of one matrix, `(2, 3 units)`.
    """
    W, U, (b, c) = weights
    h = np.zeros(U.shape[0])
    outputs, kept = [], []

    for x in inputs:
        input_z, input_r, input_n = np.split(x @ W + b, 3)
        recurrent_z, recurrent_r, recurrent_n = np.split(h @ U + c, 3)

        z = sigmoid(input_z + recurrent_z)
        r = sigmoid(input_r + recurrent_r)
        n = np.tanh(input_n + r * recurrent_n)
        kept.append(Step(h, z, r, n, recurrent_n))

        h = z * h + (1 - z) * n
        outputs.append(h)

    return np.array(outputs), kept


def backward(
    weights: Weights, inputs: np.ndarray, kept: list[Step], d_outputs: np.ndarray
) -> tuple[Weights, np.ndarray]:
    """The gradients of the weights and of every state, as in `rnn_by_hand.backward`."""
    W, U, biases = weights
    d_W, d_U, d_biases = np.zeros_like(W), np.zeros_like(U), np.zeros_like(biases)
    d_states = np.zeros_like(d_outputs)
    d_next = np.zeros(U.shape[0])

    for t in reversed(range(len(inputs))):
        step = kept[t]
        d_h = d_outputs[t] + d_next

        d_n = d_h * (1 - step.z) * (1 - step.n**2)  # of the sum inside tanh
        d_r = d_n * step.recurrent_n * step.r * (1 - step.r)
        d_z = d_h * (step.h_before - step.n) * step.z * (1 - step.z)
        d_input = np.concatenate([d_z, d_r, d_n])
        d_recurrent = np.concatenate([d_z, d_r, d_n * step.r])  # the reset gate stands before U_n

        d_W += np.outer(inputs[t], d_input)
        d_U += np.outer(step.h_before, d_recurrent)
        d_biases += [d_input, d_recurrent]
        d_next = d_recurrent @ U.T + d_h * step.z  # two ways back: through U, and past it
        d_states[t] = d_h

    return [d_W, d_U, d_biases], d_states


GRU = ByHand("gru", forward, backward)

if __name__ == "__main__":
    main(GRU)
