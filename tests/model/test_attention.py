"""Laws of attention: a distribution over the real tokens, from the scores of the papers."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq.model.attention import AdditiveAttention, GeneralAttention

UNITS = 8
SOURCE_LENGTH = 5
TARGET_LENGTH = 4
MEMORY_UNITS = 10
LENGTHS = (5, 3, 1)
LAYERS = {"general": GeneralAttention, "additive": AdditiveAttention}

every_score = pytest.mark.parametrize("score", LAYERS)


def random_normal(*shape, seed):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def make_inputs():
    """Query, memory and mask; memory and query have unequal widths."""
    query = random_normal(len(LENGTHS), TARGET_LENGTH, UNITS, seed=1)
    memory = random_normal(len(LENGTHS), SOURCE_LENGTH, MEMORY_UNITS, seed=2)

    return query, memory, tf.sequence_mask(LENGTHS, SOURCE_LENGTH)


@pytest.fixture
def attend(randomize):
    """`attend(score)` is a function of query, memory and mask, and the layer behind it."""

    def make(score):
        layer = LAYERS[score](UNITS)
        query, memory, _ = make_inputs()
        layer.build(query.shape, memory.shape)
        randomize(layer)
        return (lambda query, memory, mask: layer(query, memory, layer.keys(memory), mask)), layer

    return make


def score_by_hand(score, layer, q, m):
    (w,) = layer.key_projection.get_weights()
    if score == "general":
        return q @ (m @ w)

    u, b = layer.query_projection.get_weights()
    return layer.energy.numpy()[:, 0] @ np.tanh(m @ w + q @ u + b)


@every_score
def test_attention_equals_the_equations(score, attend):
    attention, layer = attend(score)
    query, memory, mask = make_inputs()
    contexts, weights = attention(query, memory, mask)
    for row, length in enumerate(LENGTHS):
        for time, q in enumerate(query[row]):
            scores = np.array([score_by_hand(score, layer, q, m) for m in memory[row, :length]])
            expected = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            np.testing.assert_allclose(weights[row, time, :length], expected, rtol=1e-4, atol=1e-5)
            np.testing.assert_allclose(
                contexts[row, time], expected @ memory[row, :length], rtol=1e-4, atol=1e-5
            )


@every_score
def test_attention_rows_sum_to_one_over_real_tokens_and_are_zero_on_padding(score, attend):
    attention, _ = attend(score)
    query, memory, mask = make_inputs()
    memory[1, 4] *= 100  # what the padding holds must not matter
    _, weights = attention(query, memory, mask)
    real = np.broadcast_to(mask[:, tf.newaxis], weights.shape)
    np.testing.assert_array_equal(weights.numpy()[~real], 0)
    assert np.all(weights.numpy()[real] > 0)
    np.testing.assert_allclose(np.sum(weights * real, -1), 1, rtol=1e-5)


@every_score
def test_memory_with_one_real_token_gets_weight_one(score, attend):
    attention, _ = attend(score)
    query, memory, mask = make_inputs()
    contexts, weights = attention(query, memory, mask)
    np.testing.assert_array_equal(weights[2], np.tile([1, 0, 0, 0, 0], (TARGET_LENGTH, 1)))
    np.testing.assert_allclose(contexts[2], np.tile(memory[2, 0], (TARGET_LENGTH, 1)), rtol=1e-6)


@every_score
def test_attention_of_one_query_is_that_of_the_query_among_others(score, attend):
    attention, _ = attend(score)
    query, memory, mask = make_inputs()
    contexts, weights = attention(query, memory, mask)
    context, weight = attention(query[:2, 1:2], memory[:2], mask[:2])
    np.testing.assert_allclose(context, contexts[:2, 1:2], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(weight, weights[:2, 1:2], rtol=1e-5, atol=1e-6)


@every_score
def test_attention_follows_a_permutation_of_the_memory(score, attend):
    attention, _ = attend(score)
    query, memory, mask = make_inputs()
    order = [3, 0, 4, 1, 2]
    contexts, weights = attention(query, memory, mask)
    same_contexts, permuted = attention(query, memory[:, order], tf.gather(mask, order, axis=1))
    np.testing.assert_allclose(permuted, tf.gather(weights, order, axis=2), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(same_contexts, contexts, rtol=1e-5, atol=1e-5)
