"""Laws of random draws: they follow the distribution, the options and their numbers alone."""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.language import Language, hypotheses
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.search.beam import greedy_search
from seq2seq.search.sampling import sample

DRAWS = 4000


def even(draws, length=1, sentences=1):
    """Numbers that lie evenly in [0, 1): they draw each token as often as it is probable."""
    numbers = (np.arange(draws) + 0.5) / draws
    return tf.constant(
        np.broadcast_to(numbers[:, np.newaxis], [sentences, draws, length]), tf.float32
    )


def random(*shape, seed=0):
    return tf.constant(np.random.default_rng(seed).random(shape), tf.float32)


def first_tokens(**options):
    """The shares of the tokens of a language among its first ones, and their log-probabilities."""
    language = Language(3)
    result = sample(*language.arguments(0), max_lengths=[1], uniforms=even(DRAWS), **options)
    drawn = np.bincount(result.tokens.numpy().ravel(), minlength=8) / DRAWS
    log_probs = language.log_probs(0, ())
    log_probs[:EOS_ID] = -np.inf
    return drawn, log_probs


def shares(log_probs, temperature=1.0):
    powers = np.exp(log_probs / temperature)
    return powers / powers.sum()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_tokens_are_drawn_as_often_as_their_probability_says(temperature):
    drawn, log_probs = first_tokens(temperature=temperature)
    np.testing.assert_allclose(drawn, shares(log_probs, temperature), atol=2 / DRAWS)


@pytest.mark.parametrize("top_k", [1, 2, 3, 100])
def test_only_the_most_probable_tokens_are_drawn(top_k):
    drawn, log_probs = first_tokens(top_k=top_k)
    log_probs[np.argsort(-log_probs)[top_k:]] = -np.inf
    np.testing.assert_allclose(drawn, shares(log_probs), atol=2 / DRAWS)


@pytest.mark.parametrize("top_p", [0.01, 0.3, 0.6, 0.9, 1.0])
def test_only_the_fewest_tokens_that_hold_the_share_are_drawn(top_p):
    drawn, log_probs = first_tokens(top_p=top_p)
    order = np.argsort(-log_probs)
    before = np.cumsum(shares(log_probs)[order]) - shares(log_probs)[order]
    log_probs[order[before >= top_p]] = -np.inf
    np.testing.assert_allclose(drawn, shares(log_probs), atol=2 / DRAWS)


@pytest.mark.parametrize("options", [{"temperature": 1e-4}, {"top_k": 1}, {"top_p": 1e-6}])
def test_draws_without_a_choice_are_greedy_search(options):
    language = Language(1)
    greedy = greedy_search(*language.arguments(0, 1, 2), max_lengths=[9, 4, 7])
    drawn = sample(
        *language.arguments(0, 1, 2), max_lengths=[9, 4, 7], uniforms=random(3, 2, 9), **options
    )
    for rank in range(2):
        np.testing.assert_array_equal(drawn.tokens[:, rank], greedy.tokens[:, 0])
        np.testing.assert_allclose(drawn.scores[:, rank], greedy.scores[:, 0], rtol=1e-5)


@pytest.mark.parametrize("number", [0.0, np.nextafter(np.float32(1), np.float32(0))])
@pytest.mark.parametrize("options", [{}, {"top_p": 0.9}, {"top_k": 3}, {"temperature": 1e-38}])
def test_first_and_last_number_draw_possible_tokens(number, options):
    language = Language(1)
    uniforms = tf.fill([3, 1, 9], number)
    result = sample(*language.arguments(0, 1, 2), max_lengths=[9] * 3, uniforms=uniforms, **options)
    assert np.isfinite(result.scores).all()
    assert all(
        token >= EOS_ID for sentence in range(3) for token in hypotheses(result, sentence)[0]
    )


def test_scores_are_those_of_the_model_best_first():
    language = Language(2)
    limits = [9, 3, 6]
    result = sample(
        *language.arguments(0, 1, 2),
        max_lengths=limits,
        uniforms=random(3, 5, 9),
        temperature=2.0,
        length_penalty=0.6,
    )
    for sentence, limit in enumerate(limits):
        drawn = hypotheses(result, sentence)
        assert all(len(tokens) == limit or tokens[-1] == EOS_ID for tokens in drawn)
        scores = [language.score(sentence, tokens, 0.6) for tokens in drawn]
        np.testing.assert_allclose(result.scores[sentence], scores, rtol=1e-5)
        assert scores == sorted(scores, reverse=True)


def test_draws_of_a_sentence_do_not_depend_on_its_batch():
    language = Language(4)
    uniforms = random(3, 4, 8)
    together = sample(*language.arguments(0, 1, 2), max_lengths=[8, 5, 8], uniforms=uniforms)
    alone = sample(*language.arguments(1), max_lengths=[5], uniforms=uniforms[1:2])
    np.testing.assert_array_equal(together.tokens[1], alone.tokens[0])
    np.testing.assert_allclose(together.scores[1], alone.scores[0], rtol=1e-5)


def test_draws_obey_length_repetition_and_prefix():
    language = Language(5)
    prefix = tf.constant([[6, 5], [4, PAD_ID], [PAD_ID, PAD_ID]])
    options = {"min_length": 3, "no_repeat_ngram": 2, "prefix": prefix}
    result = sample(
        *language.arguments(0, 1, 2), max_lengths=[9] * 3, uniforms=random(3, 50, 9), **options
    )
    begins = [(6, 5), (4,), ()]
    for sentence, begin in enumerate(begins):
        for tokens in hypotheses(result, sentence):
            assert tokens[: len(begin)] == begin
            assert EOS_ID not in tokens[:3]
            bigrams = list(zip(tokens, tokens[1:], strict=False))
            assert len(set(bigrams)) == len(bigrams)


def test_sentence_that_may_have_no_token_has_none():
    language = Language(6)
    result = sample(*language.arguments(0, 1), max_lengths=[0, 4], uniforms=random(2, 3, 4))
    assert hypotheses(result, 0) == [(), (), ()] and all(hypotheses(result, 1))
    np.testing.assert_array_equal(result.scores[0], 0)
