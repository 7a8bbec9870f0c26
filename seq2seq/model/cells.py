"""The cells of the recurrent layers: equations of one step, and derivatives.

`recurrent` has the loop, makes a gradient of the derivatives, and says how to add a cell.
"""

from typing import Generic, NamedTuple, TypeVar

import keras
import tensorflow as tf

from seq2seq.model.precision import TensorLike, product
from seq2seq.model.recurrent import Direct, RecurrentLayer, RecurrentWeights, State

# A tensor, of one step `(batch, features)` or of all `(length, batch, features)`; or its number of
# features.
Kept = TypeVar("Kept")


class GRUKept(NamedTuple, Generic[Kept]):
    """What the backward pass of a GRU needs of the forward pass, besides the states."""

    gates: Kept  # z and r, side by side
    candidate: Kept  # n
    recurrent_candidate: Kept  # h U_n + c_n


class GRUSlopes(NamedTuple):
    """The derivatives of a GRU's step, which `recurrent` calls slopes and direct."""

    direct: tf.Tensor  # dh' / dh past `recurrent`, which is z
    candidate: tf.Tensor  # dh' / d(x W_n + b_n)
    recurrent: tf.Tensor  # dh' / d(h U + c), for z, r and n side by side


class GRU(RecurrentLayer, keras.layers.GRU):
    """Gated recurrent unit in cuDNN's form: the reset gate is applied after the product.

    With the gates in the order z, r, n of the weights and `*` elementwise::

        z = sigmoid(x W_z + b_z + h U_z + c_z)
        r = sigmoid(x W_r + b_r + h U_r + c_r)
        n = tanh(x W_n + b_n + r * (h U_n + c_n))
        h' = z * h + (1 - z) * n

    So z is the share of the state that is kept, as in Cho et al. and in Keras. Other presentations
    write `h' = (1 - z) * h + z * n`, where z is the share that is replaced: their z is 1 - z here.

    Its derivatives, with s_n = h U_n + c_n::

        dh' / d(x W_n + b_n) = (1 - z) * (1 - n * n)
        dh' / ds_n           = r * (1 - z) * (1 - n * n)
        dh' / d(h U_r + c_r) = r * (1 - z) * (1 - n * n) * s_n * (1 - r)
        dh' / d(h U_z + c_z) = (h - n) * z * (1 - z)
        dh' / dh, directly   = z

    Reference:
        Cho et al. 2014, https://arxiv.org/abs/1406.1078, appendix A.1.1.
    """

    def kept_widths(self) -> GRUKept[int]:
        return GRUKept(2 * self.units, self.units, self.units)

    def project(self, inputs: tf.Tensor, kernel: TensorLike) -> tf.Tensor:
        return tf.nn.bias_add(product(inputs, kernel), self.cell.bias[0])

    def recurrent_weights(self) -> RecurrentWeights:
        return tf.convert_to_tensor(self.cell.recurrent_kernel), self.cell.bias[1]

    def step(
        self, projected: tf.Tensor, recurrent: tf.Tensor, state: State
    ) -> tuple[State, GRUKept[tf.Tensor]]:
        (h,) = state
        projected_gates, projected_n = self._split(projected)
        recurrent_gates, recurrent_n = self._split(recurrent)

        gates = tf.sigmoid(projected_gates + recurrent_gates)
        z, r = tf.split(gates, 2, -1)
        n = tf.tanh(projected_n + r * recurrent_n)

        return (n + z * (h - n),), GRUKept(gates, n, recurrent_n)

    def slopes(self, previous: State, state: State, kept: GRUKept[tf.Tensor]) -> GRUSlopes:
        (h,) = previous
        n = kept.candidate
        z, r = tf.split(kept.gates, 2, -1)

        slope_n = (1 - z) * (1 - n * n)
        slope_recurrent_n = slope_n * r
        slope_r = slope_recurrent_n * kept.recurrent_candidate * (1 - r)
        slope_z = (h - n) * z * (1 - z)

        return GRUSlopes(z, slope_n, tf.concat([slope_z, slope_r, slope_recurrent_n], -1))

    def back(self, slopes: GRUSlopes, d_state: State) -> tuple[tf.Tensor, Direct]:
        (d_h,) = d_state
        d_recurrent = tf.concat([d_h, d_h, d_h], -1) * slopes.recurrent

        return d_recurrent, (d_h * slopes.direct,)

    def d_projected(
        self, slopes: GRUSlopes, d_recurrent: tf.Tensor, d_output: tf.Tensor
    ) -> tf.Tensor:
        d_gates, _ = self._split(d_recurrent)

        return tf.concat([d_gates, d_output * slopes.candidate], -1)

    def _split(self, gates: tf.Tensor) -> list[tf.Tensor]:
        """What belongs to the gates z and r, and what to the candidate n."""
        return tf.split(gates, [2 * self.units, self.units], -1)


class LSTMKept(NamedTuple, Generic[Kept]):
    """What the backward pass of an LSTM needs of the forward pass, besides the states."""

    total: Kept  # x W + h U + b


class LSTMSlopes(NamedTuple):
    """The derivatives of an LSTM's step, which `recurrent` calls slopes and direct."""

    direct: tf.Tensor  # dc' / dc, which is f
    cell: tf.Tensor  # dh' / dc'
    recurrent: tf.Tensor  # dc' / d(h U) for i, f and g, and dh' / d(h U) for o, side by side


class LSTM(RecurrentLayer, keras.layers.LSTM):
    """Long short-term memory; the state is the pair hidden h, cell c.

    With the gates in the order i, f, g, o of the weights and `*` elementwise::

        i, f, o = sigmoid(x W + h U + b)
        g = tanh(x W_g + h U_g + b_g)
        c' = f * c + i * g
        h' = o * tanh(c')

    Its derivatives, where each gate stands for what it was squashed from::

        dc' / di = g * i * (1 - i)              dc' / df = c * f * (1 - f)
        dc' / dg = i * (1 - g * g)              dh' / do = tanh(c') * o * (1 - o)
        dh' / dc' = o * (1 - tanh(c')^2)        dc' / dc = f

    Reference:
        Hochreiter & Schmidhuber 1997; Gers et al. 2000 for the forget gate, its bias starting at 1.
    """

    state_names = ("hidden", "cell")

    def kept_widths(self) -> LSTMKept[int]:
        return LSTMKept(4 * self.units)

    def step(
        self, projected: tf.Tensor, recurrent: tf.Tensor, state: State
    ) -> tuple[State, LSTMKept[tf.Tensor]]:
        _, c = state
        total = projected + recurrent
        i, f, g, o = self._gates(total)
        c = f * c + i * g

        return (o * tf.tanh(c), c), LSTMKept(total)

    def slopes(self, previous: State, state: State, kept: LSTMKept[tf.Tensor]) -> LSTMSlopes:
        _, c_before = previous
        _, c = state
        i, f, g, o = self._gates(kept.total)
        squashed_c = tf.tanh(c)

        slope_i = g * i * (1 - i)
        slope_f = c_before * f * (1 - f)
        slope_g = i * (1 - g * g)
        slope_o = squashed_c * o * (1 - o)

        return LSTMSlopes(
            direct=f,
            cell=o * (1 - squashed_c * squashed_c),
            recurrent=tf.concat([slope_i, slope_f, slope_g, slope_o], -1),
        )

    def back(self, slopes: LSTMSlopes, d_state: State) -> tuple[tf.Tensor, Direct]:
        d_h, d_c = d_state
        d_c += d_h * slopes.cell
        d_recurrent = tf.concat([d_c, d_c, d_c, d_h], -1) * slopes.recurrent

        return d_recurrent, (None, d_c * slopes.direct)

    def d_projected(
        self, slopes: LSTMSlopes, d_recurrent: tf.Tensor, d_output: tf.Tensor
    ) -> tf.Tensor:
        return d_recurrent

    def _gates(self, total: tf.Tensor) -> tuple[tf.Tensor, ...]:
        i, f, g, o = tf.split(total, 4, -1)

        return tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)


class RNNSlopes(NamedTuple):
    """The derivative of a vanilla RNN's step; it has no direct term."""

    recurrent: tf.Tensor  # dh' / d(h U), which is 1 - h' * h'


class SimpleRNN(RecurrentLayer, keras.layers.SimpleRNN):
    """Vanilla recurrent layer, `h' = tanh(x W + h U + b)`.

    Its backward pass needs nothing but the states.

    Reference:
        Elman 1990, "Finding structure in time".
    """

    def kept_widths(self) -> tuple[()]:
        return ()

    def step(
        self, projected: tf.Tensor, recurrent: tf.Tensor, state: State
    ) -> tuple[State, tuple[()]]:
        return (tf.tanh(projected + recurrent),), ()

    def slopes(self, previous: State, state: State, kept: tuple[()]) -> RNNSlopes:
        (h,) = state

        return RNNSlopes(1 - h * h)

    def back(self, slopes: RNNSlopes, d_state: State) -> tuple[tf.Tensor, Direct]:
        (d_h,) = d_state

        return d_h * slopes.recurrent, (None,)

    def d_projected(
        self, slopes: RNNSlopes, d_recurrent: tf.Tensor, d_output: tf.Tensor
    ) -> tf.Tensor:
        return d_recurrent


CELLS: dict[str, type[RecurrentLayer]] = {"gru": GRU, "lstm": LSTM, "rnn": SimpleRNN}


def recurrent_layer(cell: str, units: int, *, name: str) -> RecurrentLayer:
    """A recurrent layer of one of the `CELLS`."""
    if cell not in CELLS:
        raise ValueError(f"Expected cell to be one of {', '.join(CELLS)}. Received: {cell!r}.")

    return CELLS[cell](units, name=name)
