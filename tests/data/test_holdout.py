"""Held-out pairs: a given number, drawn at random, of which no source sentence is trained on."""

import pytest

from seq2seq.data.corpus import Corpus
from seq2seq.data.holdout import holdout_split
from seq2seq.errors import InputError


def numbered_corpus(count):
    return Corpus([f"Sentence {k}." for k in range(count)], [f"Satz {k}." for k in range(count)])


def pairs(corpus):
    return list(zip(corpus.source, corpus.target, strict=True))


def test_split_has_the_size_and_every_pair_once_in_order():
    corpus = numbered_corpus(100)
    train, dev = holdout_split(corpus, size=10, seed=1)
    assert (len(train), len(dev)) == (90, 10)
    assert sorted(pairs(train) + pairs(dev)) == sorted(pairs(corpus))
    for side in (train, dev):
        assert pairs(side) == [pair for pair in pairs(corpus) if pair in pairs(side)]


def test_split_is_random_but_deterministic():
    corpus = numbered_corpus(100)
    assert holdout_split(corpus, size=10, seed=1) == holdout_split(corpus, size=10, seed=1)
    assert holdout_split(corpus, size=10, seed=1) != holdout_split(corpus, size=10, seed=2)


@pytest.mark.parametrize("seed", range(10))
def test_split_keeps_variants_of_a_source_together(seed):
    variants = ["Hello  world {}", "hello world {}", " HELLO\u00a0WORLD {}", "Ｈello world {}"]
    source = [variant.format(number) for number in range(12) for variant in variants]
    train, dev = holdout_split(Corpus(source, [str(k) for k in range(48)]), size=10, seed=seed)
    assert len(dev) == 8  # two groups of four fit into ten
    numbers = [{sentence.split()[-1] for sentence in side.source} for side in (train, dev)]
    assert not numbers[0] & numbers[1]


def test_split_fills_up_with_smaller_groups():
    corpus = Corpus(["same"] * 5 + list("abcdefg"), [str(k) for k in range(12)])
    for seed in range(10):
        assert len(holdout_split(corpus, size=4, seed=seed)[1]) == 4


@pytest.mark.parametrize(
    ("source", "size"),
    [(["a"], 1), (["a", "b"], 2), (["a", "b"], 5), (["a", "A", " a "], 2), ([], 1)],
)
def test_corpus_too_small_to_split_is_refused(source, size):
    different = len({text.strip().lower() for text in source})
    with pytest.raises(
        InputError,
        match=f"Received: {len(source)} in all, different source sentences: {different}[.]",
    ):
        holdout_split(Corpus(source, list(source)), size=size, seed=1)


@pytest.mark.parametrize("size", [0, -1])
def test_holding_out_nothing_is_refused(size):
    with pytest.raises(InputError, match=f"Received: {size}"):
        holdout_split(numbered_corpus(5), size=size, seed=1)
