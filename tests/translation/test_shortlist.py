"""Laws of the shortlist: it is a dictionary, and to a search no other tokens are possible."""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.pairs import reversed_pairs, token_pairs
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.model.ensemble import Ensemble
from seq2seq.search.options import SearchOptions
from seq2seq.translation.decoding import decode
from seq2seq.translation.shortlist import Shortlist

VOCABULARY = 40
SIZE = 16
SOURCES = tf.constant([[4, 7, 5, 9, 3], [8, 6, 3, 0, 0], [3, 0, 0, 0, 0]])


@pytest.fixture(scope="module")
def corpus():
    return reversed_pairs()


@pytest.fixture
def shortlist():
    """Random candidates for each of 11 source tokens, none for PAD."""
    generator = np.random.default_rng(1)
    tokens = np.stack([generator.permutation(np.arange(4, VOCABULARY))[:8] for _ in range(11)])
    return Shortlist(
        tokens,
        generator.random(tokens.shape) * (np.arange(11) != PAD_ID)[:, np.newaxis],
        VOCABULARY,
    )


@pytest.fixture
def large_model(make_model):
    def model(**options):
        return make_model(target_vocabulary_size=VOCABULARY, **options)

    return model


class Masked:
    """A model to which all tokens but those on a sentence's shortlist are impossible."""

    def __init__(self, model, shortlist):
        on_list = tf.reduce_any(shortlist[..., tf.newaxis] == tf.range(VOCABULARY), 1)
        self.model = model
        self.attends = model.attends
        self.barrier = tf.where(on_list, 0.0, -np.inf)

    def encode(self, source_tokens):
        state, source = self.model.encode(source_tokens)
        return state, (source, self.barrier)

    def step(self, tokens, state, source):
        logits, state = self.model.step(tokens, state, source[0])
        return logits + tf.repeat(
            source[1], tf.size(tokens) // tf.shape(source[1])[0], axis=0
        ), state

    def score_targets(self, inputs, encoded=None):
        state, (source, _) = encoded
        return self.model.score_targets(inputs, (state, source))


def test_dictionary_is_learnt_from_sentences(corpus):
    learnt = Shortlist.learn(corpus, (14, 24))
    np.testing.assert_array_equal(learnt.tokens[4:, 0], np.arange(14, 24))
    assert learnt.tokens[EOS_ID, 0] == EOS_ID


def test_table_names_no_token_twice():
    same = [[4, 5], [5, 6], [6, 4]]
    learnt = Shortlist.learn(token_pairs(same, same), (10, 10), copied=range(4, 10))
    for tokens, weights in zip(learnt.tokens.numpy(), learnt.weights.numpy(), strict=True):
        known = tokens[weights > 0]
        assert len(set(known)) == len(known)


def test_shared_piece_may_be_copied(corpus):
    for copied in (range(4, 45), [44], []):
        learnt = Shortlist.learn(corpus, (50, 45), copied=copied)
        chosen = learnt.choose(tf.constant([[44, 3]]), 30)
        assert (44 in chosen.numpy()) == (44 in copied)


@pytest.mark.parametrize("copied", [[], range(4, 14)])
def test_no_pairs_at_all_give_a_shortlist(copied):
    learnt = Shortlist.learn(token_pairs([], []), (14, 24), copied=copied)
    assert learnt.choose(tf.constant([[5, 3]]), SIZE).shape == (1, SIZE)


def test_shortlist_has_the_special_tokens_first_and_each_token_once(shortlist):
    chosen = shortlist.choose(SOURCES, SIZE).numpy()
    assert chosen.shape == (3, SIZE)
    np.testing.assert_array_equal(chosen[:, :4], [[0, 1, 2, 3]] * 3)
    assert (np.diff(chosen) > 0).all()


def test_shortlist_holds_the_likeliest_tokens(shortlist):
    sums = np.zeros(VOCABULARY)
    for token in (4, 7, 5, 9, 3):
        np.add.at(sums, shortlist.tokens.numpy()[token], shortlist.weights.numpy()[token])
    chosen = set(shortlist.choose(SOURCES[:1], SIZE).numpy()[0].tolist())
    assert chosen == {0, 1, 2, 3, *np.argsort(-sums)[: SIZE - 4]}


def test_shortlist_is_that_of_the_sentence_alone(shortlist):
    together = shortlist.choose(SOURCES, SIZE)
    for row, length in enumerate((5, 3, 1)):
        np.testing.assert_array_equal(
            shortlist.choose(SOURCES[row : row + 1, :length], SIZE)[0], together[row]
        )


SEARCHES = [
    {"beam_size": 1},
    {"beam_size": 5, "n_best": 5},
    {"beam_size": 4, "n_best": 4, "no_repeat_ngram": 2, "min_length": 3},
    {"beam_size": 3, "coverage_penalty": 0.5},
    {"n_best": 3, "temperature": 2.0},
    {"n_best": 3, "top_k": 4, "top_p": 0.9},
]


@pytest.mark.parametrize("options", SEARCHES, ids=str)
def test_search_among_tokens_is_one_in_which_no_other_is_possible(options, large_model, shortlist):
    expect_same_search(large_model(attention="luong"), options, shortlist)


@pytest.mark.parametrize("attention", ["none", "bahdanau"])
def test_every_model_searches_among_tokens(attention, large_model, shortlist):
    expect_same_search(large_model(attention=attention), SEARCHES[1], shortlist)


def test_ensemble_searches_among_tokens(large_model, shortlist):
    models = large_model(attention="luong"), large_model(attention="bahdanau", cell="lstm", seed=1)
    expect_same_search(Ensemble(models), SEARCHES[1], shortlist, masked=masked_ensemble)


def test_prefix_may_be_of_any_tokens(large_model, shortlist):
    model = large_model()
    prefix = tf.constant([[30, 5], [7, 0], [0, 0]])
    options = [SearchOptions(max_length=8, shortlist=size) for size in (SIZE, 0)]
    found, expected = (
        decode(model, SOURCES, each, prefix=prefix, shortlist=shortlist) for each in options
    )
    np.testing.assert_array_equal(found.tokens, expected.tokens)


def expect_same_search(model, options, shortlist, masked=Masked):
    """Searches the shortlist, and expects what the model that `masked` makes of this one finds."""
    given = {"uniforms": tf.random.stateless_uniform([3, 3, 40], [1, 2])}
    options = {**options, "max_length": 8}
    tokens, scores = decode(
        model, SOURCES, SearchOptions(**options, shortlist=SIZE), shortlist=shortlist, **given
    )
    chosen = shortlist.choose(SOURCES, SIZE)
    expected_tokens, expected_scores = decode(
        masked(model, chosen), SOURCES, SearchOptions(**options), **given
    )
    np.testing.assert_array_equal(tokens, expected_tokens)
    np.testing.assert_allclose(scores, expected_scores, rtol=1e-4)
    unmasked, _ = decode(model, SOURCES, SearchOptions(**options), **given)
    assert unmasked.shape != tokens.shape or np.any(unmasked != tokens), (
        "the shortlist changes nothing"
    )


def masked_ensemble(ensemble, shortlist):
    return Ensemble([Masked(model, shortlist) for model in ensemble.models])
