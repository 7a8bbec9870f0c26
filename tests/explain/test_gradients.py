"""The gradients that are drawn are those of the loss; what is said of them follows."""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import small_corpus
from seq2seq import explain
from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.errors import InputError
from seq2seq.explain.gradient_flow import (
    Nudges,
    Texts,
    cut_by_truncation,
    flow,
    last_layer,
    loss_of,
    no_nudges,
    norms,
    theory,
)
from seq2seq.explain.unrolled import encode
from seq2seq.model.options import CELL_NAMES

TEXTS = Texts(
    np.array([[4, 7, 5, 9, 3], [8, 6, 10, 4, 3]], np.int32),
    np.array([[5, 10, 4, 3], [7, 3, 0, 0]], np.int32),
)
STEP = 1e-2  # of a finite difference, in float32


def nudged(nudges, time, part, change):
    states = [list(state) for state in nudges.states]
    states[time][part] = tf.constant(change)
    return Nudges(nudges.recurrent, [tuple(state) for state in states])


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_gradients_equal_finite_differences(tiny_model, cell):
    model = tiny_model(cell, "luong")
    nudges = no_nudges(model, TEXTS)
    units = last_layer(model).units
    drawn = flow(model, TEXTS).states  # (texts, length, parts * units)

    rng = np.random.default_rng(1)
    for time in range(TEXTS.source_tokens.shape[1]):
        for part in range(len(nudges.states[0])):
            direction = rng.normal(size=(2, units)).astype("float32")
            losses = [
                float(loss_of(model, TEXTS, nudged(nudges, time, part, sign * direction))[0])
                for sign in (STEP, -STEP)
            ]
            slope = (losses[0] - losses[1]) / (2 * STEP)
            own = drawn[:, time, part * units : (part + 1) * units]
            assert float((own * direction).sum()) == pytest.approx(slope, rel=0.03, abs=3e-4)


@pytest.mark.parametrize("attention", ["none", "bahdanau"])
def test_loss_without_nudges_is_that_of_the_model(make_model, attention):
    model = make_model(cell="gru", attention=attention, label_smoothing=0.0)
    log_probs, _ = model.score_targets(
        teacher_forced(tf.constant(TEXTS.source_tokens), tf.constant(TEXTS.labels))
    )
    real = TEXTS.labels != 0
    loss, _ = loss_of(model, TEXTS)
    assert float(loss) == pytest.approx(-log_probs.numpy()[real].mean(), rel=1e-4)


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_shares_of_the_steps_sum_to_the_gradient_of_the_matrix(tiny_model, cell):
    model = tiny_model(cell, "none")
    with tf.GradientTape() as tape:
        loss, _ = loss_of(model, TEXTS)
    whole = tape.gradient(loss, last_layer(model).cell.recurrent_kernel.value)
    flowed = flow(model, TEXTS)
    np.testing.assert_allclose(flowed.matrix.sum(0), whole, rtol=1e-3, atol=1e-5)

    cut = cut_by_truncation(flowed)
    left_out = np.linalg.norm(flowed.matrix[:-2].sum(0)) / np.linalg.norm(flowed.matrix.sum(0))
    assert cut[1] == pytest.approx(left_out, rel=1e-3)
    assert cut[-1] == pytest.approx(0, abs=1e-6)


def test_norms_begin_at_the_last_step(tiny_model):
    flowed = flow(tiny_model("rnn", "none"), TEXTS)
    of_last = np.linalg.norm(flowed.states[:, -1], axis=-1)
    assert norms(flowed)[0] == pytest.approx(np.exp(np.log(of_last).mean()), rel=1e-4)


def test_vanilla_rnn_at_rest_decays_by_its_singular_value(make_model):
    """With tanh at 0, where its slope is 1, nothing but the matrix stretches a gradient."""
    model = make_model(cell="rnn", attention="none")
    layer = last_layer(model)
    for weight in (layer.cell.kernel, layer.cell.bias):
        weight.assign(tf.zeros_like(weight))
    expected = theory(
        model, "rnn", encode(model, tf.constant(TEXTS.source_tokens)).layers["forward_0"]
    )

    largest = np.linalg.svd(layer.cell.recurrent_kernel.numpy())[1].max()
    assert expected.decay == pytest.approx(largest, rel=1e-5)
    assert expected.direct == 0


@pytest.fixture(scope="module")
def of_small_models():
    return explain.gradients(pairs=small_corpus(), cells=("gru",), steps=2, length=9)


def test_small_models_are_measured_before_and_after_training(of_small_models):
    before, after = of_small_models.curves[:2]
    assert (before.state, after.state) == ("untrained", "trained")
    assert len(before.norms) == len(after.cut) == 9
    assert len(after.training_norms) == 2
    assert not np.allclose(before.norms, after.norms)
    assert after.loss < before.loss


def test_gone_after_is_the_first_step_below_a_hundredth(of_small_models):
    for curve in of_small_models.curves:
        below = [step for step, norm in enumerate(curve.norms) if norm < 0.01 * curve.norms[0]]
        assert curve.gone_after == (below[0] if below else None)


def test_same_seed_gives_the_same_curves(of_small_models):
    again = explain.gradients(pairs=small_corpus(), cells=("gru",), steps=0, length=9)
    np.testing.assert_array_equal(again.curves[0].norms, of_small_models.curves[0].norms)


def test_same_seed_gives_a_translator_the_same_new_weights(translator):
    of_translator = translator("gru", "none")
    first, again, other = (
        explain.gradients(of_translator, pairs=small_corpus(), length=9, seed=seed)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.curves[0].norms, again.curves[0].norms)
    assert not np.array_equal(first.curves[0].norms, other.curves[0].norms)
    np.testing.assert_array_equal(first.curves[1].norms, other.curves[1].norms)


def test_text_without_a_model_is_refused():
    with pytest.raises(InputError, match="Expected a text with a model to read it"):
        explain.gradients(text="a b")


def test_corpus_that_is_too_short_is_refused():
    with pytest.raises(InputError, match="Expected a corpus of at least 400 tokens"):
        explain.gradients(pairs=small_corpus(8), cells=("rnn",), length=400)


def test_unknown_cell_is_refused():
    with pytest.raises(InputError, match="Expected cells among gru, lstm, rnn. Received: 'tree'"):
        explain.gradients(cells=("tree",))
