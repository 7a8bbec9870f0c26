"""Gradients with respect to the source: equal to finite differences, and they add up."""

import numpy as np
import pytest
import tensorflow as tf
from matplotlib.text import Text

from seq2seq import explain
from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.errors import InputError
from seq2seq.explain.saliency import contrast, gradient_times_input, label_log_probs
from seq2seq.explain.topics.why import TOLERANCE
from seq2seq.model.options import ATTENTION_NAMES, CELL_NAMES

SOURCE = np.array([4, 7, 5, 9, 3], np.int32)
LABELS = np.array([5, 10, 4, 3], np.int32)
OTHERS = np.array([7, 9, 3], np.int32)
STEP = 1e-2

ALL = [(cell, attention) for cell in CELL_NAMES for attention in ATTENTION_NAMES]


def own_log_probs(model, labels):
    inputs = teacher_forced(tf.constant(SOURCE[None]), tf.constant(labels[None]))
    return model.score_targets(inputs)[0].numpy()[0]


@pytest.mark.parametrize(("cell", "attention"), ALL)
def test_gradient_times_input_is_the_change_when_a_piece_grows(tiny_model, cell, attention):
    model = tiny_model(cell, attention)
    vectors = model.encoder.embedding(tf.constant(SOURCE[None]))
    found = gradient_times_input(model, SOURCE, LABELS)
    for place in range(len(SOURCE)):
        growth = np.zeros((1, len(SOURCE), 1), np.float32)
        growth[0, place] = STEP
        more, less = (
            label_log_probs(model, vectors * (1 + sign * growth), tf.constant(LABELS)).numpy()[0]
            for sign in (1, -1)
        )
        np.testing.assert_allclose(found[:, place], (more - less) / (2 * STEP), atol=3e-3)


@pytest.mark.parametrize(("cell", "attention"), [("gru", "luong"), ("lstm", "bahdanau")])
def test_log_probs_are_those_of_the_model(tiny_model, cell, attention):
    model = tiny_model(cell, attention)
    vectors = model.encoder.embedding(tf.constant(SOURCE[None]))
    found = label_log_probs(model, vectors, tf.constant(LABELS))[0]
    np.testing.assert_allclose(found, own_log_probs(model, LABELS), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("cell", "attention"), ALL)
def test_contrast_sums_to_the_difference_of_the_scores(tiny_model, cell, attention):
    model = tiny_model(cell, attention)
    found = contrast(model, SOURCE, LABELS, OTHERS, tolerance=TOLERANCE)
    difference = own_log_probs(model, LABELS).sum() - own_log_probs(model, OTHERS).sum()
    parts = found.contributions.sum() + found.without_source
    assert found.error <= TOLERANCE
    assert parts == pytest.approx(difference, abs=TOLERANCE + 1e-3)


def test_contrast_of_exchanged_translations_has_the_other_sign(tiny_model):
    model = tiny_model("gru", "luong")
    one = contrast(model, SOURCE, LABELS, OTHERS, tolerance=TOLERANCE)
    other = contrast(model, SOURCE, OTHERS, LABELS, tolerance=TOLERANCE)
    np.testing.assert_allclose(one.contributions, -other.contributions, atol=2e-3)


def test_memory_stands_beside_the_attention(translator):
    shown = explain.memory(translator(), "a b c", target="c b a")
    shape = (len(shown.target_pieces), len(shown.source_pieces))
    assert shown.contributions.shape == shown.attention.shape == shape
    np.testing.assert_allclose(shown.shares().sum(1), 1, rtol=1e-5)
    most = np.abs(shown.contributions).argmax(1) != shown.attention.argmax(1)
    assert shown.disagree == most.tolist()


def test_titles_of_memory_stay_apart(translator):
    picture = explain.memory(translator("gru", "luong"), "a", target="b").plot()
    titles = [text for text in picture.findobj(Text) if text.get_text().startswith("what ")]
    left, right = (title.get_window_extent() for title in titles)
    assert left.x1 < right.x0


def test_memory_needs_no_attention(translator):
    shown = explain.memory(translator("gru", "none"), "a b c")
    assert shown.attention is None
    assert not any(shown.disagree)
    assert np.abs(shown.contributions).max() > 0


def test_why_says_how_probable_both_are(translator):
    shown = explain.why(translator(), "a b c", "b b", target="c b a")
    (score,) = translator().score(["a b c"], ["c b a"])
    assert shown.log_probs[0] == pytest.approx(score.log_probability, rel=1e-4)
    assert shown.difference == pytest.approx(shown.log_probs[0] - shown.log_probs[1], abs=1e-3)
    assert shown.error <= TOLERANCE


def test_the_same_translation_twice_is_refused(translator):
    with pytest.raises(InputError, match="Expected another translation than the one to explain"):
        explain.why(translator(), "a b c", "c b", target="c  b")


def test_other_words_that_the_model_cannot_write_are_refused(translator):
    with pytest.raises(InputError, match="Expected a translation of letters that the model has"):
        explain.why(translator(), "a b c", "Ω", target="c b")
