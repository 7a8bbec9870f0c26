"""Laws of the training data.

Every pair comes once an epoch, batches are bounded, and seed and step determine the order.
"""

import itertools
import time
import weakref

import numpy as np
import pytest
import tensorflow as tf

from fixtures.batches import (
    FIRST,
    Letters,
    assert_same_batches,
    make_batches,
    make_corpus,
    take,
)
from seq2seq.data import corpus as corpus_module
from seq2seq.data import token_pairs
from seq2seq.data.batch_plan import plan_batches
from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.stream import CorpusStream, open_corpus
from seq2seq.data.teacher_forcing import teacher_forced
from seq2seq.data.token_pairs import tokenize_pairs
from seq2seq.data.tokenizer import Tokenizer
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


@pytest.fixture(
    params=[None, 40, 17, 9], ids=["one_window", "its_size", "three_windows", "five_windows"]
)
def every_window(request, monkeypatch):
    """Windows of several sizes, for corpora of forty pairs."""
    if request.param:
        monkeypatch.setattr(corpus_module, "WINDOW", request.param)


@pytest.fixture
def small_windows(monkeypatch):
    monkeypatch.setattr(corpus_module, "WINDOW", 7)


def make_stream(directory, corpus=None):
    """The corpus as a stream from a file."""
    corpus = corpus or make_corpus()
    lines = (
        f"{source}\t{target}\n" for source, target in zip(corpus.source, corpus.target, strict=True)
    )
    (directory / "data.tsv").write_text("".join(lines), encoding="utf-8")
    stream = open_corpus([PairFiles(directory / "data.tsv")])
    assert isinstance(stream, CorpusStream)
    return stream


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
    one = plan(lengths)
    other = plan(lengths, seed=1)
    assert {frozenset(batch) for batch in as_lists(one)} != {
        frozenset(batch) for batch in as_lists(other)
    }
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
def test_stream_holds_each_pair_once_an_epoch_with_its_own_target(batch_tokens, every_window):
    corpus = make_corpus()
    batches = make_batches(corpus, batch_tokens=batch_tokens)
    three_epochs = iter(take(batches, 3 * batches.per_epoch))
    for _ in range(3):
        seen = []
        for batch in itertools.islice(three_epochs, batches.per_epoch):
            assert max(batch["source_tokens"].size, batch["labels"].size) <= batch_tokens
            for source_tokens, labels in zip(batch["source_tokens"], batch["labels"], strict=True):
                pair = int(source_tokens.max()) - FIRST
                seen.append(pair)
                assert list(source_tokens[source_tokens != 0]) == [
                    *map(ord, corpus.source[pair]),
                    3,
                ]
                assert list(labels[labels != 0]) == [*map(ord, corpus.target[pair]), 3]
                assert np.all(np.diff((labels != 0).astype(int)) <= 0)  # padding is on the right
                assert np.all(np.diff((source_tokens != 0).astype(int)) <= 0)
        assert sorted(seen) == list(range(len(corpus)))


def test_stream_begins_anywhere_as_the_uninterrupted_one_goes_on(every_window):
    batches = make_batches()
    steps = batches.per_epoch
    assert steps > 3
    whole = take(batches, 3 * steps)
    for first_step in (1, 4, steps - 1, steps, 3 * steps - 1):
        resumed = make_batches()
        assert_same_batches(take(resumed, 3 * steps - first_step, first_step), whole[first_step:])


def test_stream_never_ends_and_differs_between_epochs_and_seeds():
    batches = make_batches()
    steps = batches.per_epoch

    def epoch(seed, number):
        stream = make_batches(seed=seed)
        return str(
            [
                batch["source_tokens"].tolist()
                for batch in take(stream, steps, first_step=number * steps)
            ]
        )

    assert len({epoch(seed, number) for seed in (1, 2) for number in (0, 1, 2)}) == 6
    assert len(take(batches, 2, first_step=1000 * steps)) == 2


def with_number(corpus, epoch):
    """The pairs, on whose both sides a digit tells the epoch."""
    sides = ([text + str(epoch) for text in side] for side in (corpus.source, corpus.target))
    return Corpus(*sides)


@pytest.mark.parametrize("windows", ["one", "several"])
def test_an_epoch_has_what_it_makes_of_the_pairs(windows, monkeypatch):
    if windows == "several":
        monkeypatch.setattr(corpus_module, "WINDOW", 7)
    plain = make_batches(max_length=7)  # the longest have six letters and EOS
    varied = make_batches(max_length=7, vary=with_number)
    steps = plain.per_epoch
    assert (varied.per_window, varied.dropped) == (plain.per_window, 0)

    seen = take(varied, 3 * steps)
    for step, (batch, other) in enumerate(zip(seen, take(plain, 3 * steps), strict=True)):
        digit = ord(str(step // steps))
        for side in ("source_tokens", "labels"):
            assert [row[row > 3].tolist() for row in batch[side]] == [
                [*row[row > 3], digit] for row in other[side]
            ]

    for first_step in (1, steps, 2 * steps + 1):
        rest = take(varied, 3 * steps - first_step, first_step)
        assert_same_batches(rest, seen[first_step:])


def test_a_pair_that_is_too_long_is_in_no_epoch():
    corpus = make_corpus()
    corpus.source[3] = "x" * 50
    batches = make_batches(corpus, max_length=7, vary=with_number)

    seen = take(batches, 2 * batches.per_epoch)
    assert batches.dropped == 1
    assert sum(len(batch["labels"]) for batch in seen) == 2 * (len(corpus) - 1)
    assert all((batch["source_tokens"] != ord("x")).all() for batch in seen)


def test_corpus_in_its_files_gives_the_batches_of_one_in_memory(tmp_path, small_windows):
    streamed = make_batches(make_stream(tmp_path))
    held = make_batches()
    assert streamed.per_window == held.per_window
    assert len(streamed.per_window) == 6
    steps = 2 * held.per_epoch
    assert_same_batches(take(streamed, steps), take(held, steps))
    assert_same_batches(take(streamed, steps - 9, 9), take(held, steps)[9:])


def test_batches_mix_no_windows_and_go_through_them_in_order(small_windows):
    corpus = make_corpus()
    batches = make_batches(corpus)
    seen = [
        {(int(row.max()) - FIRST) // 7 for row in batch["labels"]}
        for batch in take(batches, batches.per_epoch)
    ]
    assert [len(windows) for windows in seen] == [1] * batches.per_epoch
    assert [min(windows) for windows in seen] == [
        w for w, steps in enumerate(batches.per_window) for _ in range(steps)
    ]


def test_windows_passed_over_are_not_tokenized(tmp_path, small_windows, monkeypatch):
    batches = make_batches(make_stream(tmp_path))
    tokenized = []
    original = Letters.tokenize
    monkeypatch.setattr(
        Letters, "tokenize", lambda self, text: (tokenized.append(text), original(self, text))[1]
    )
    generator = batches._planned_windows(3 * batches.per_epoch + sum(batches.per_window[:4]))
    next(generator)
    assert [len(text) for text in tokenized] == [7, 7]  # both sides of the fifth window


def test_tokens_of_an_only_window_are_kept(monkeypatch):
    batches = make_batches()
    monkeypatch.setattr(Letters, "tokenize", None)
    assert len(take(batches, 3 * batches.per_epoch)) == 3 * batches.per_epoch


class Windows(Corpus):
    """A corpus that counts the windows it has made, and those of them that are still held."""

    made = 0
    held = 0
    most_held = 0

    def windows(self, first=0):
        return map(self._counted, super().windows(first))

    def _counted(self, window):
        counts = type(self)
        counts.made += 1
        counts.held += 1
        counts.most_held = max(counts.most_held, counts.held)
        weakref.finalize(window, lambda: setattr(counts, "held", counts.held - 1))
        return window


def test_one_window_is_prepared_ahead_and_no_text_is_held_behind_it(monkeypatch):
    monkeypatch.setattr(corpus_module, "WINDOW", 500)
    text = ["ab"] * 5_000
    batches = make_batches(Windows(text, text), batch_tokens=3)
    assert batches.per_window == [500] * 10
    assert (Windows.made, Windows.held, Windows.most_held) == (10, 0, 1)
    Windows.made = 0
    with batches.dataset() as dataset:
        for step, _ in zip(
            range(2_000), dataset, strict=False
        ):  # take() would read ahead by itself
            assert Windows.made <= (step + 50) // 500 + 2  # some batches are prepared ahead too
    assert Windows.made <= 6
    assert Windows.most_held == 1


def test_no_window_is_in_preparation_behind_the_context(small_windows, monkeypatch):
    """Else Python might exit while one is, and never end."""
    batches = make_batches()
    begun = []
    ended = []
    original = Letters.tokenize

    def slow(self, text):
        begun.append(text)
        time.sleep(0.3)
        ended.append(text)
        return original(self, text)

    monkeypatch.setattr(Letters, "tokenize", slow)
    with batches.dataset() as dataset:
        iterator = iter(dataset)
        next(iterator)  # the second window is now in preparation
        time.sleep(0.1)
        assert len(begun) > len(ended)
    assert len(begun) == len(ended)
    assert len(list(iterator)) < batches.per_epoch  # what was prepared is all there is
    assert len(begun) == len(ended)


def test_batches_are_not_autotuned(small_windows):
    """With autotuning, one process of four waited for 10 to 40 seconds, all its threads asleep."""
    with make_batches().dataset() as dataset:
        assert not dataset.options().autotune.enabled


def test_window_of_which_nothing_is_left_has_no_batch(tmp_path, small_windows):
    corpus = make_corpus()
    corpus.source[7:14] = ["x" * 50] * 7
    stream = make_stream(tmp_path, corpus).without(
        {chr(FIRST + k) * n for k in range(21, 28) for n in range(1, 7)}
    )
    batches = make_batches(stream, max_length=20)
    assert batches.dropped == 7
    assert [steps > 0 for steps in batches.per_window] == [True, False, True, False, True, True]
    whole = take(batches, 2 * batches.per_epoch)
    assert sum(len(batch["labels"]) for batch in whole) == 2 * 26
    for first_step in range(0, len(whole), 3):
        assert_same_batches(take(batches, len(whole) - first_step, first_step), whole[first_step:])


@pytest.mark.parametrize("lines", [20, 39, 0])
def test_file_that_changes_while_it_is_learnt_is_an_error(tmp_path, small_windows, lines):
    batches = make_batches(make_stream(tmp_path), batch_tokens=4)
    text = (tmp_path / "data.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "data.tsv").write_text("".join(text[:lines]), encoding="utf-8")
    message = "Expected a corpus that stays as it is" if lines else "Received: an empty file"
    with pytest.raises(InputError, match=message) as raised:
        take(batches, batches.per_epoch)
    assert "\n" not in str(raised.value)


def test_batches_hold_what_aligns_them_where_there_is_something():
    def align(source_tokens, labels):
        return source_tokens[:, tf.newaxis] - labels[:, :, tf.newaxis]

    pairs = make_corpus()
    plain = take(make_batches(pairs), 9, 2)
    guided = take(make_batches(pairs, align=align), 9, 2)
    for batch in guided:
        expected = batch["source_tokens"][:, np.newaxis] - batch["labels"][:, :, np.newaxis]
        np.testing.assert_array_equal(batch.pop("alignment"), expected)
    assert_same_batches(guided, plain)


def test_batch_is_as_wide_as_its_longest_sentence():
    for batch in take(make_batches(), 10):
        for tokens in (batch["source_tokens"], batch["labels"]):
            assert np.all((tokens != 0).any(0))


def test_decoder_input_is_bos_and_then_the_labels():
    source_tokens = tf.constant([[4, 3], [3, 0]])
    labels = tf.constant([[5, 6, 3], [7, 3, 0]])
    batch = teacher_forced(source_tokens, labels)
    np.testing.assert_array_equal(batch["target_tokens"], [[2, 5, 6], [2, 7, 3]])
    np.testing.assert_array_equal(batch["labels"], labels)
    np.testing.assert_array_equal(batch["source_tokens"], source_tokens)
    assert batch["target_tokens"].dtype == batch["labels"].dtype == tf.int32


def test_pairs_with_a_side_too_long_are_dropped_and_counted():
    corpus = Corpus(["aa", "aaaa", "a", "aaa"], ["b", "b", "bbbb", "bbb"])
    pairs = tokenize_pairs(corpus, Letters(), Letters(), max_length=4)  # three characters and EOS
    a = ord("a")
    b = ord("b")
    assert pairs.source.to_list() == [[a, a, 3], [a, a, a, 3]]
    assert pairs.target.to_list() == [[b, 3], [b, b, b, 3]]
    assert (pairs.dropped, len(pairs)) == (2, 2)
    assert tokenize_pairs(corpus, Letters(), Letters(), max_length=5).dropped == 0


def test_no_sentence_has_no_tokens():
    tokenizer = Tokenizer.train(["a b", "b c"] * 9, 36)
    assert len(tokenize_pairs(Corpus([], []), tokenizer, Letters(), max_length=4)) == 0


def test_every_pair_too_long_is_an_error():
    with pytest.raises(InputError, match="up to 3 tokens. Received: 2 pairs"):
        make_batches(Corpus(["aaa", "a"], ["b", "bbb"]), max_length=3)


def test_tokenizing_in_chunks_changes_nothing(monkeypatch):
    sentences = [chr(97 + index % 26) * (1 + index % 5) for index in range(23)]
    corpus = Corpus(sentences, sentences[::-1])
    whole = tokenize_pairs(corpus, Letters(), Letters(), max_length=5)
    monkeypatch.setattr(token_pairs, "_CHUNK", 4)
    chunked = tokenize_pairs(corpus, Letters(), Letters(), max_length=5)
    assert chunked.source.to_list() == whole.source.to_list()
    assert chunked.target.to_list() == whole.target.to_list()
    assert chunked.dropped == whole.dropped > 0
