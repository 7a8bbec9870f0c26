"""Pairs in both directions: the tag names the target, and no dev sentence is learnt either way."""

import random

import pytest
import tensorflow as tf

from seq2seq.data import corpus as corpus_module
from seq2seq.data.corpus import Corpus, PairFiles, sentence_key
from seq2seq.data.directions import tagged, untagged
from seq2seq.data.holdout import holdout_split
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.stream import CorpusStream, directed, open_corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.ids import EOS_ID, LANGUAGE_TAGS

ENGLISH, KOREAN = LANGUAGE_TAGS[:2]
PAIRS = [("Hello.", "안녕."), ("I am Yusol.", "나는 유솔이야."), ("Bye.", "안녕.")]
CORPUS = Corpus.collect(PAIRS)


def sides(corpus):
    return zip(corpus.source, corpus.target, strict=True)


def pairs(corpus):
    return [pair for window in corpus.windows() for pair in sides(window)]


def streamed(tmp_path, monkeypatch, lines):
    """The corpus of some pairs as a stream whose windows hold five."""
    monkeypatch.setattr(corpus_module, "WINDOW", 5)
    path = tmp_path / "pairs.tsv"
    path.write_text("".join(f"{source}\t{target}\n" for source, target in lines), "utf-8")
    stream = open_corpus([PairFiles(path)])
    assert isinstance(stream, CorpusStream)
    return stream


def test_each_pair_stands_in_both_directions_behind_the_tag_of_its_target():
    both = CORPUS.in_directions((KOREAN, ENGLISH))
    assert pairs(both) == [
        pair
        for source, target in PAIRS
        for pair in ((f"{KOREAN} {source}", target), (f"{ENGLISH} {target}", source))
    ]
    forward = CORPUS.in_directions((KOREAN,))
    assert pairs(forward) == [(f"{KOREAN} {source}", target) for source, target in PAIRS]


@pytest.mark.parametrize("sentence", ["Hello.", "", " two  spaces ", KOREAN, "안녕"])
def test_untagged_takes_back_what_tagged_does(sentence):
    assert untagged(tagged(sentence, ENGLISH)) == (ENGLISH, sentence)
    assert untagged("Hello.") == ("", "Hello.")


def test_stream_in_directions_holds_what_memory_would_hold(tmp_path, monkeypatch):
    lines = [(f"source {number}", f"target {number}") for number in range(23)]
    stream = streamed(tmp_path, monkeypatch, lines)
    both = stream.in_directions((KOREAN, ENGLISH))
    assert pairs(both) == pairs(Corpus.collect(lines).in_directions((KOREAN, ENGLISH)))
    assert len(both) == 46
    assert set(sides(both.sample)) <= set(pairs(both))
    assert 0 < len(both.sample) <= 5
    digests = {
        stream.digest,
        both.digest,
        stream.in_directions((ENGLISH, KOREAN)).digest,
        stream.in_directions((KOREAN,)).digest,
    }
    assert len(digests) == 4


@pytest.mark.parametrize("is_stream", [False, True])
def test_no_held_out_sentence_is_a_source_of_training_in_either_direction(
    is_stream, tmp_path, monkeypatch
):
    chance = random.Random(3)
    lines = [(f"source {chance.randrange(30)}", f"Target {chance.randrange(9)}") for _ in range(40)]
    corpus = streamed(tmp_path, monkeypatch, lines) if is_stream else Corpus.collect(lines)
    rest, dev = holdout_split(corpus, size=3, seed=1)

    training, dev_both = directed(rest, dev, (KOREAN, ENGLISH), apart=True)
    keys = set(map(sentence_key, dev_both.source))
    assert pairs(dev_both) == pairs(dev.in_directions((KOREAN, ENGLISH)))
    kept = pairs(training)
    assert kept and not keys.intersection(sentence_key(source) for source, _ in kept)
    everything = pairs(Corpus.collect(lines).in_directions((KOREAN, ENGLISH)))
    assert kept == [pair for pair in everything if sentence_key(pair[0]) not in keys]


@pytest.fixture(scope="module")
def tokenizers():
    """By whether the languages share a vocabulary: the tokenizers of the corpus both ways."""
    both = Corpus.collect(20 * PAIRS).in_directions((KOREAN, ENGLISH))
    tags = (ENGLISH, KOREAN)
    separate = (
        Tokenizer.train(both.source, 80, reserved=tags),
        Tokenizer.train(both.target, 80, keep_letters=True),
    )
    joint = Tokenizer.train_joint(both.source, both.target, 80, reserved=tags)
    return {False: separate, True: joint}


@pytest.mark.parametrize("shared", [False, True])
def test_tag_is_one_piece_and_changes_no_other(tokenizers, shared):
    tokenizer, _ = tokenizers[shared]
    (number,) = tokenizer.ids(tf.constant([KOREAN])).numpy()
    for sentence in [*CORPUS.source, *CORPUS.target, f"Yusol {PLACEHOLDERS[3]}", "unseen 글"]:
        plain, behind = (
            tokenizer.tokenize(tf.constant([text]))[0].numpy().tolist()
            for text in (sentence, tagged(sentence, KOREAN))
        )
        at = behind.index(number)
        assert behind[at + 1 :] == plain and plain[-1] == EOS_ID
        assert behind.count(number) == 1 and at <= 1


@pytest.mark.parametrize("shared", [False, True])
def test_target_tokenizer_keeps_every_letter_of_both_languages(tokenizers, shared):
    _, tokenizer = tokenizers[shared]
    texts = [*CORPUS.source, *CORPUS.target]
    written = tokenizer.detokenize(tokenizer.tokenize(tf.constant(texts)))
    assert [text.decode() for text in written.numpy()] == texts
