"""Laws of extended weights: a model with new tokens says what its parent says."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.storage.weights import set_weights, weights_of
from seq2seq.training.warm_start import extended_weights
from seq2seq.translation.shortlist import Shortlist

SIZES = (31, 29)  # source and target tokens of the parent
NEW_SOURCE = [[22, 23], []]
NEW_TARGET = [[21, 24, 25], [], [26]]
UNKNOWN = slice(20, SIZES[1])  # the pieces whose mean an unknown letter is


def own(size):
    return [[token] for token in range(size)]


def parts(shared):
    """The parts of all source tokens and of all target tokens.

    Those of a shared vocabulary lie behind the parent's target tokens.
    """
    target = [*own(SIZES[1]), *NEW_TARGET]
    if shared:
        return [*target, *own(SIZES[0])[SIZES[1] :], *NEW_SOURCE], target
    return [*own(SIZES[0]), *NEW_SOURCE], target


@pytest.fixture(params=[False, True], ids=["separate", "shared"])
def models(request, make_model):
    """A model and what becomes of it."""
    options = {"shared_vocabulary": request.param, "embedding_size": 6}
    source_parts, target_parts = parts(request.param)
    sizes = {
        "source_vocabulary_size": len(source_parts),
        "target_vocabulary_size": len(target_parts),
    }
    parent_sizes = dict(zip(sizes, SIZES, strict=True))
    parent = make_model(seed=3, **options, **parent_sizes)
    child = make_model(seed=4, **options, **sizes)
    set_weights(child, extended_weights(weights_of(parent), source_parts, target_parts))
    return parent, child


@pytest.fixture
def old_batch():
    """Sentences of tokens that the parent knows as well, by the same numbers."""
    return {
        "source_tokens": tf.constant([[22, 27, 5, 3], [28, 3, 0, 0]]),
        "target_tokens": tf.constant([[2, 25, 21, 28], [2, 26, 24, 0]]),
        "labels": tf.constant([[25, 21, 28, 3], [26, 24, 3, 0]]),
    }


def test_logits_of_old_tokens_are_the_parents_and_no_new_one_is_the_highest(models, old_batch):
    parent, child = models
    before = parent(old_batch).numpy()
    after = child(old_batch).numpy()
    np.testing.assert_allclose(after[..., : SIZES[1]], before, rtol=0, atol=1e-5)
    for place, tokens in enumerate(NEW_TARGET, SIZES[1]):
        mean = before[..., tokens or UNKNOWN].mean(-1)
        np.testing.assert_allclose(after[..., place], mean, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(after.argmax(-1), before.argmax(-1))


def test_scores_are_the_parents_less_what_the_new_tokens_take_of_the_probability(models, old_batch):
    parent, child = models
    before, _ = parent.score_targets(old_batch)
    after, _ = child.score_targets(old_batch)
    probabilities = tf.nn.softmax(child(old_batch)).numpy()
    left = 1 - probabilities[..., SIZES[1] :].sum(-1)
    np.testing.assert_allclose(after, before + np.log(left), rtol=0, atol=1e-5)
    assert (left < 1).all()


def shortlist(rows, vocabulary_size):
    """A table of rows of candidates, each a weight by its token."""
    tokens = np.zeros((len(rows), 64), np.int32)
    weights = np.zeros((len(rows), 64), np.float32)
    for row, candidates in enumerate(rows):
        tokens[row, : len(candidates)] = [*candidates]
        weights[row, : len(candidates)] = [*candidates.values()]
    return Shortlist(tokens, weights, vocabulary_size)


def candidates(table):
    rows = zip(table.tokens.numpy().tolist(), table.weights.numpy().tolist(), strict=True)
    return [
        {token: weight for token, weight in zip(*row, strict=True) if weight > 0} for row in rows
    ]


def test_joined_shortlists_have_the_likeliest_candidates_of_both():
    first = shortlist([{4: 0.5, 5: 0.25}, {}, {6: 0.125}], 9)
    second = shortlist([{5: 0.75, 7: 0.5}, {8: 1.0}, {}], 9)
    expected = [{4: 0.5, 5: 0.75, 7: 0.5}, {8: 1.0}, {6: 0.125}]
    assert candidates(first.joined(second)) == expected
    assert candidates(second.joined(first)) == expected


def test_joined_shortlists_keep_the_likeliest_where_there_are_too_many():
    first = shortlist([{token: 0.5 for token in range(4, 68)}], 200)
    second = shortlist([{token: 0.75 for token in range(100, 110)}], 200)
    (found,) = candidates(first.joined(second))
    assert len(found) == 64 and set(range(100, 110)) <= found.keys()


def test_extended_shortlist_numbers_anew_and_lets_a_token_give_what_its_parts_give():
    table = shortlist([{4: 0.5}, {5: 0.25, 6: 0.125}, {}], 7)
    source = [[0], [1], [0, 1], [2], []]  # the third and the last are new
    target = [[0], [1], [2], [3], [4, 5], [4], [5], [6]]  # the fifth is new
    found = candidates(table.extended(source, target))
    assert found == [{5: 0.5}, {6: 0.25, 7: 0.125}, {5: 0.5, 6: 0.25, 7: 0.125}, {}, {}]
