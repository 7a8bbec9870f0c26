"""Laws of windows and batches: every text once, in order, beside texts of its length."""

import itertools

import numpy as np
import pytest

from seq2seq.translation.batching import in_batches, windows


@pytest.mark.parametrize("count", [0, 1, 5, 6, 7])
def test_windows_hold_every_item_once_in_order(count):
    cut = list(windows(range(count), 3))
    assert list(itertools.chain(*cut)) == list(range(count))
    assert [len(window) for window in cut[:-1]] == [3] * (len(cut) - 1)
    assert all(cut)


def test_windows_read_no_further_than_asked():
    numbers = itertools.count()
    next(windows(numbers, 3))
    assert next(numbers) == 3


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 40])
def test_results_come_in_the_order_of_the_texts(threads, count):
    lengths = np.random.default_rng(0).integers(1, 9, count)
    results = in_batches(
        lambda places: [f"text {place}" for place in places],
        lengths,
        batch_size=4,
        threads=threads,
    )
    assert results == [f"text {place}" for place in range(count)]


def test_batch_holds_texts_of_neighbouring_lengths():
    lengths = np.random.default_rng(0).integers(1, 50, 100)
    seen = []

    def work(places):
        seen.append(lengths[places])
        return places.tolist()

    in_batches(work, lengths, batch_size=7, threads=1)
    assert [len(batch) for batch in seen] == [7] * 14 + [2]
    for before, after in itertools.pairwise(seen):
        assert before.max() <= after.min()
