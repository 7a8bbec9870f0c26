"""Laws of the shrinking batch: it computes hardly more than it must, and changes no result."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from fixtures.language import Language, speller, to_texts
from seq2seq.ids import PAD_ID
from seq2seq.search import shrinking
from seq2seq.search.beam import beam_search

WORDS = ["a.", "b.", "cccc.", *(["dddddddd."] * 5), "e.", "ff.", "ggg.", "hhhhhhhhhhhh."]


@pytest.mark.parametrize("beam_size", [1, 3])
def test_settled_sentences_in_the_batch_are_fewer_than_one_in_so_many(beam_size):
    """A speller's sentence is settled once its word is spelt."""
    model, state, constants = speller(*WORDS)
    sentences = []

    def counted(tokens, state, constants):
        assert len(tokens) == beam_size * len(constants)
        sentences.append(len(constants))
        return model(tokens, state, constants)

    limits = [20] * len(WORDS)
    found = beam_search(counted, state, constants, max_lengths=limits, beam_size=beam_size)
    assert to_texts(found) == [[word] for word in WORDS]
    assert len(sentences) == max(map(len, WORDS))
    for time, computed in enumerate(sentences):
        unsettled = sum(len(word) > time for word in WORDS)
        settled = computed - unsettled
        assert 0 <= settled < -(-computed // shrinking.LEAVING)


@pytest.mark.parametrize("has_prefix", [False, True])
@pytest.mark.parametrize("beam_size", [1, 4])
@pytest.mark.parametrize("seed", range(3))
def test_batch_that_shrinks_finds_what_one_finds_that_does_not(
    seed, beam_size, has_prefix, monkeypatch
):
    language = Language(seed, num_sentences=16)
    options = {"beam_size": beam_size, "n_best": beam_size, "length_penalty": 0.6}
    options["max_lengths"] = list(itertools.islice(itertools.cycle([3, 14, 0, 6, 9]), 16))
    if has_prefix:
        options["prefix"] = tf.constant([[5, 4], [PAD_ID, PAD_ID]] * 8)

    step, *arguments = language.arguments(*range(16))
    sizes = []

    def counted(tokens, state, constants):
        sizes.append(len(tokens))
        return step(tokens, state, constants)

    found = beam_search(counted, *arguments, **options)
    assert len(set(sizes)) > 2
    monkeypatch.setattr(shrinking, "LEAVING", 1)  # all at once, when all are settled
    sizes.clear()
    expected = beam_search(counted, *arguments, **options)
    assert len(set(sizes)) == 1
    np.testing.assert_array_equal(found.tokens, expected.tokens)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-6)
