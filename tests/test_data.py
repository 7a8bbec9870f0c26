"""Laws of the training data: every pair once an epoch, bounded batches, and an order that seed and step determine."""

import numpy as np
import pytest
import tensorflow as tf

from seq2seq import data
from seq2seq.corpus import Corpus
from seq2seq.data import TokenPairs, TrainingBatches, plan_batches, teacher_forced, tokenize_pairs
from seq2seq.errors import InputError


def realistic_lengths(pairs=3000, seed=0):
    """Target lengths spread around those of the sources, which have a long tail."""
    generator = np.random.default_rng(seed)
    source = generator.lognormal(2.3, 0.6, pairs)
    target = source * generator.lognormal(0.1, 0.25, pairs)
    return np.stack([source, target], axis=1).astype(int) + 2


LENGTHS = {
    "realistic": realistic_lengths(),
    "equal": np.full((200, 2), 7),
    "one_pair": np.array([[3, 5]]),
    "source_longer": realistic_lengths(300) * [3, 1],
    "some_too_long": np.concatenate([realistic_lengths(100), [[300, 4], [4, 300], [257, 257]]]),
    "any": np.random.default_rng(1).integers(1, 250, (300, 2)),
}
every_length = pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)


def plan(lengths, seed=0, batch_tokens=256):
    return plan_batches(lengths, batch_tokens=batch_tokens, rng=np.random.default_rng(seed))


def as_lists(batches):
    return [list(map(int, batch)) for batch in batches]


def make_pairs(count=40, seed=0):
    """Pairs whose sides both hold nothing but the pair's number, 10 and up, and EOS."""
    lengths = np.random.default_rng(seed).integers(1, 7, (count, 2))
    sides = ([[10 + pair] * length + [3] for pair, length in enumerate(column)] for column in lengths.T)
    return TokenPairs(*(tf.ragged.constant(side, dtype=tf.int32) for side in sides))


def take(batches, count, first_step=0):
    return [{name: part.numpy() for name, part in batch.items()} for batch in batches.dataset(first_step).take(count)]


def assert_same_batches(actual, expected):
    assert len(actual) == len(expected)
    for one, other in zip(actual, expected, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            np.testing.assert_array_equal(one[key], other[key])


class Letters:
    """A tokenizer whose tokens are characters."""

    def tokenize(self, text):
        characters = tf.strings.unicode_decode(text, "UTF-8")
        return tf.concat([characters, tf.fill([characters.nrows(), 1], 3)], 1)


@every_length
def test_plan_holds_each_pair_exactly_once(lengths):
    for seed in range(3):
        assert sorted(np.concatenate(plan(lengths, seed))) == list(range(len(lengths)))
        assert all(len(batch) for batch in plan(lengths, seed))


@every_length
def test_no_batch_holds_more_tokens_than_allowed_on_either_side(lengths):
    for batch in plan(lengths):
        assert len(batch) == 1 or lengths[batch].max() * len(batch) <= 256


@every_length
def test_plan_is_determined_by_its_seed(lengths):
    assert as_lists(plan(lengths)) == as_lists(plan(lengths))
    if len(lengths) > 1:
        assert as_lists(plan(lengths)) != as_lists(plan(lengths, seed=1))


@every_length
def test_number_of_batches_is_the_same_for_every_seed(lengths):
    assert len({len(plan(lengths, seed)) for seed in range(5)}) == 1


def test_plan_changes_the_order_of_batches_and_their_members():
    lengths = LENGTHS["realistic"]
    one, other = plan(lengths), plan(lengths, seed=1)
    assert {frozenset(batch) for batch in as_lists(one)} != {frozenset(batch) for batch in as_lists(other)}
    longest = np.array([lengths[batch, 1].max() for batch in one])
    assert abs(np.corrcoef(longest, np.arange(len(longest)))[0, 1]) < 0.3  # not from short to long


@pytest.mark.parametrize("batch_tokens", [1024, 2048])
def test_plan_wastes_little_on_padding_and_fills_its_batches(batch_tokens):
    lengths = realistic_lengths(100_000)
    batches = plan(lengths, batch_tokens=batch_tokens)
    padded = sum(lengths[batch].max(0) * len(batch) for batch in batches)
    assert np.all(1 - lengths.sum(0) / padded < 0.05)
    assert len(batches) < 1.03 * lengths.max(1).sum() / batch_tokens


def test_plan_of_no_pair_has_no_batch():
    assert plan(np.zeros((0, 2), int)) == []


@pytest.mark.parametrize("batch_tokens", [20, 64, 1000])
def test_stream_holds_each_pair_once_an_epoch_with_its_own_target(batch_tokens):
    pairs = make_pairs()
    batches = TrainingBatches(pairs, batch_tokens=batch_tokens, seed=1)
    for epoch in range(3):
        seen = []
        for batch in take(batches, batches.per_epoch, first_step=epoch * batches.per_epoch):
            assert max(batch["source_tokens"].size, batch["labels"].size) <= batch_tokens
            for source_tokens, labels in zip(batch["source_tokens"], batch["labels"], strict=True):
                pair = int(source_tokens.max()) - 10
                seen.append(pair)
                assert list(source_tokens[source_tokens != 0]) == list(pairs.source[pair].numpy())
                assert list(labels[labels != 0]) == list(pairs.target[pair].numpy())
                assert np.all(np.diff((labels != 0).astype(int)) <= 0)  # padding is on the right
                assert np.all(np.diff((source_tokens != 0).astype(int)) <= 0)
        assert sorted(seen) == list(range(len(pairs)))


def test_stream_begins_anywhere_as_the_uninterrupted_one_goes_on():
    batches = TrainingBatches(make_pairs(), batch_tokens=40, seed=1)
    steps = batches.per_epoch
    assert steps > 3
    whole = take(batches, 3 * steps)
    for first_step in (1, steps - 1, steps, steps + 2, 2 * steps, 3 * steps - 1):
        resumed = TrainingBatches(make_pairs(), batch_tokens=40, seed=1)
        assert_same_batches(take(resumed, 3 * steps - first_step, first_step), whole[first_step:])


def test_stream_never_ends_and_differs_between_epochs_and_seeds():
    batches = TrainingBatches(make_pairs(), batch_tokens=40, seed=1)
    steps = batches.per_epoch

    def epoch(seed, number):
        stream = TrainingBatches(make_pairs(), batch_tokens=40, seed=seed)
        return str([batch["source_tokens"].tolist() for batch in take(stream, steps, first_step=number * steps)])

    assert len({epoch(seed, number) for seed in (1, 2) for number in (0, 1, 2)}) == 6
    assert len(take(batches, 2, first_step=1000 * steps)) == 2


def test_batch_is_as_wide_as_its_longest_sentence():
    for batch in take(TrainingBatches(make_pairs(), batch_tokens=40, seed=1), 10):
        for tokens in (batch["source_tokens"], batch["labels"]):
            assert np.all((tokens != 0).any(0))


def test_decoder_input_is_bos_and_then_the_labels():
    source_tokens, labels = tf.constant([[4, 3], [3, 0]]), tf.constant([[5, 6, 3], [7, 3, 0]])
    batch = teacher_forced(source_tokens, labels)
    np.testing.assert_array_equal(batch["target_tokens"], [[2, 5, 6], [2, 7, 3]])
    np.testing.assert_array_equal(batch["labels"], labels)
    np.testing.assert_array_equal(batch["source_tokens"], source_tokens)
    assert batch["target_tokens"].dtype == batch["labels"].dtype == tf.int32


def test_pairs_with_a_side_too_long_are_dropped_and_counted():
    corpus = Corpus(["aa", "aaaa", "a", "aaa"], ["b", "b", "bbbb", "bbb"])
    pairs = tokenize_pairs(corpus, Letters(), Letters(), max_length=4)  # three characters and EOS
    a, b = ord("a"), ord("b")
    assert pairs.source.to_list() == [[a, a, 3], [a, a, a, 3]]
    assert pairs.target.to_list() == [[b, 3], [b, b, b, 3]]
    assert (pairs.dropped, len(pairs)) == (2, 2)
    assert tokenize_pairs(corpus, Letters(), Letters(), max_length=5).dropped == 0


def test_every_pair_too_long_is_an_error():
    with pytest.raises(InputError, match="up to 3 tokens. Received: 2 pairs"):
        tokenize_pairs(Corpus(["aaa", "a"], ["b", "bbb"]), Letters(), Letters(), max_length=3)


def test_tokenizing_in_chunks_changes_nothing(monkeypatch):
    sentences = [chr(97 + index % 26) * (1 + index % 5) for index in range(23)]
    corpus = Corpus(sentences, sentences[::-1])
    whole = tokenize_pairs(corpus, Letters(), Letters(), max_length=5)
    monkeypatch.setattr(data, "_CHUNK", 4)
    chunked = tokenize_pairs(corpus, Letters(), Letters(), max_length=5)
    assert chunked.source.to_list() == whole.source.to_list()
    assert chunked.target.to_list() == whole.target.to_list()
    assert chunked.dropped == whole.dropped > 0
