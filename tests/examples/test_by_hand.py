"""The cells by hand have the gradients that slopes show, and are the library's layers."""

import numpy as np
import pytest

import gru_by_hand
import lstm_by_hand
import rnn_by_hand
from seq2seq.model.cells import CELLS

CELLS_BY_HAND = {cell.name: cell for cell in (rnn_by_hand.RNN, gru_by_hand.GRU, lstm_by_hand.LSTM)}

every_cell = pytest.mark.parametrize("cell", CELLS_BY_HAND.values(), ids=CELLS_BY_HAND)


def make_case(cell, *, length=6, features=3, units=4):
    rng = np.random.default_rng(5)
    layer = rnn_by_hand.make_layer(cell, features, units)
    weights = [rng.normal(scale=0.5, size=weight.shape) for weight in layer.get_weights()]
    return weights, rng.normal(size=(length, features))


def test_every_cell_of_the_library_is_made_by_hand():
    assert set(CELLS_BY_HAND) == set(CELLS)


@every_cell
def test_gradients_by_hand_are_measured_slopes(cell):
    assert rnn_by_hand.difference_to_slopes(cell, *make_case(cell)) < 1e-8


@every_cell
def test_gradient_check_notices_a_wrong_gradient(cell):
    def wrong(*arguments):
        (first, *others), d_states = cell.backward(*arguments)
        first[0, 0] += 1e-3
        return [first, *others], d_states

    case = make_case(cell)
    found = rnn_by_hand.difference_to_slopes(cell._replace(backward=wrong), *case)
    assert found == pytest.approx(1e-3, rel=1e-3)


@every_cell
def test_cell_by_hand_equals_the_layer_of_the_library(cell):
    outputs, gradients = rnn_by_hand.differences_to_layer(cell, *make_case(cell))
    assert outputs < 1e-5
    assert gradients < 1e-5


@every_cell
def test_gradient_by_hand_goes_back_in_time_alone(cell):
    """A loss that looks at step 3 gives something to the steps before it, to none after it."""
    weights, inputs = make_case(cell)
    outputs, kept = cell.forward(weights, inputs)
    d_outputs = np.zeros_like(outputs)
    d_outputs[3, 0] = 1

    _, d_states = cell.backward(weights, inputs, kept, d_outputs)
    np.testing.assert_array_equal(d_states[3:], d_outputs[3:])
    assert np.all(d_states[:3] != 0)


@every_cell
def test_program_prints_its_checks_and_draws(cell, tmp_path, capsys):
    picture = tmp_path / "picture.svg"
    scores = rnn_by_hand.main(cell, ["--output", str(picture)])

    assert len(capsys.readouterr().out.splitlines()) == len(scores)
    assert max(scores.values()) < 1e-4
    assert "<svg" in picture.read_text(encoding="utf-8")
