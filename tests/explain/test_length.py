"""Scores by length: every sentence is in one bin, and a bin's score is that of its sentences."""

import numpy as np
import pytest

from fixtures.commands import small_corpus
from seq2seq import explain
from seq2seq.data.corpus import Corpus
from seq2seq.errors import InputError
from seq2seq.evaluation.scores import quick_score
from seq2seq.explain.topics.length import _bins

CORPUS = small_corpus(30)


def test_scores_of_a_bin_are_those_of_its_sentences(translator):
    model = translator()
    shown = explain.length({"one": model, "two": model}, corpus=CORPUS, beam_size=1)
    assert sum(shown.counts) == len(CORPUS)
    assert [curve.name for curve in shown.curves] == ["one", "two"]

    low, high = shown.bins[-1]
    chosen = [
        (source, target)
        for source, target in zip(CORPUS.source, CORPUS.target, strict=True)
        if low <= len(source.split()) <= high
    ]
    hypotheses = model.translate([source for source, _ in chosen], beam_size=1)
    expected = quick_score(hypotheses, [target for _, target in chosen], tokenize=shown.tokenize)
    found = (shown.curves[0].bleu[-1], shown.curves[0].chrf2[-1])
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("words", [[1] * 9, [1, 2, 3, 4, 5], [*range(1, 40)], [1] * 20 + [30]])
def test_every_length_is_in_one_bin(words):
    bins = _bins(words)
    for word in words:
        assert sum(low <= word <= high for low, high in bins) == 1
    assert all(sum(low <= word <= high for word in words) >= 5 for low, high in bins[1:])


def test_empty_corpus_is_refused(translator):
    with pytest.raises(InputError, match="Expected sentence pairs to score. Received: none"):
        explain.length(translator(), corpus=Corpus([], []))
