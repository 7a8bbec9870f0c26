"""The map is that of the encoder's final states; the mean of two is decoded from it alone."""

import numpy as np
import pytest
import tensorflow as tf

from fixtures.commands import small_corpus
from seq2seq import explain
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.explain.sentence import find, read_source
from seq2seq.explain.topics.context import _groups

CORPUS = small_corpus(30)


def vectors(translator, texts):
    tokens = translator.source_tokenizer.tokenize(tf.constant(texts)).to_tensor()
    return translator.model.encoder(tokens, tokens != 0)[1].numpy()


def test_distances_on_the_map_are_those_of_the_two_main_axes(translator):
    shown = explain.context(translator(), corpus=CORPUS)
    own = vectors(translator(), CORPUS.source)
    centred = own - own.mean(0)
    variances = np.linalg.eigvalsh(centred.T @ centred)[::-1]
    np.testing.assert_allclose(shown.places.var(0) * len(own), variances[:2], rtol=1e-3)
    np.testing.assert_allclose(shown.explained, variances[:2] / variances.sum(), rtol=1e-3)


def test_nearest_sentence_of_a_sentence_is_itself(translator):
    shown = explain.context(translator(), CORPUS.source[7], corpus=CORPUS)
    assert shown.nearest[0].source == CORPUS.source[7]
    assert shown.nearest[0].target == CORPUS.target[7]
    assert shown.nearest[0].cosine == pytest.approx(1, abs=1e-5)
    cosines = [near.cosine for near in shown.nearest]
    assert cosines == sorted(cosines, reverse=True)
    np.testing.assert_allclose(shown.points[0].place, shown.places[7], atol=1e-4)


def test_mean_of_a_sentence_with_itself_is_its_translation(translator):
    model = translator("gru", "none")
    text = "a b c"
    _, _, mean = explain.context(model, text, mean_with=text, corpus=CORPUS).points
    (greedy,) = find(model, read_source(model, text), beam_size=1)
    assert mean.text == greedy.sentence.text


def test_mean_needs_a_model_without_attention(translator):
    with pytest.raises(InputError, match="Expected a model without attention for the mean"):
        explain.context(translator(), "a b", mean_with="c", corpus=CORPUS)


def test_mean_needs_two_texts(translator):
    with pytest.raises(InputError, match="Expected two texts to take the mean of"):
        explain.context(translator("gru", "none"), mean_with="c", corpus=CORPUS)


def test_unknown_colouring_is_refused(translator):
    with pytest.raises(InputError, match="Expected by to be one of length, tense, question"):
        explain.context(translator(), by="mood", corpus=CORPUS)


def test_too_few_sentences_are_refused(translator):
    with pytest.raises(InputError, match="Expected at least 2 sentences for a map"):
        explain.context(translator(), corpus=Corpus(["a"], ["a"]))


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("I ate bread yesterday.", "past"),
        ("She walked home.", "past"),
        ("We are going to sing.", "future"),
        ("I'll go tomorrow.", "future"),
        ("Do you sing?", "present"),
    ],
)
def test_tense_is_told_by_english_words(text, tense):
    assert _groups([text], "tense") == [tense]


def test_groups_of_length_hold_every_sentence():
    texts = ["a " * count for count in (1, 1, 2, 3, 4, 5, 8, 13)]
    groups = _groups(texts, "length")
    for text, group in zip(texts, groups, strict=True):
        low, high = group.removesuffix(" words").split("–")
        assert int(low) <= len(text.split()) <= int(high)
