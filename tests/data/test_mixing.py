"""Laws of mixing: new pairs once an epoch, old ones in their share, and any step is a beginning."""

import numpy as np
import pytest

from fixtures.batches import assert_same_batches, make_batches, make_corpus, take
from seq2seq.data.mixing import MixedBatches

EPOCHS = 3


def streams():
    """The batches of forty new pairs, and of seventy old ones."""
    return make_batches(make_corpus(40), seed=1), make_batches(make_corpus(70, seed=5), seed=2)


def mixed(share=0.5):
    return MixedBatches(*streams(), share=share)


def is_of(batch, batches):
    return any(
        all(np.array_equal(batch[key], other[key]) for key in other)
        for other in batches
        if batch["labels"].shape == other["labels"].shape
    )


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.8])
def test_batches_are_those_of_the_two_streams_in_their_order_and_in_the_share(share):
    new, old = streams()
    batches = MixedBatches(new, old, share=share)
    total = EPOCHS * batches.per_epoch
    found = take(batches, total)

    ours = take(new, EPOCHS * new.per_epoch)
    theirs = take(old, total - len(ours))
    assert abs(len(theirs) - share * total) <= EPOCHS
    rest = [[*ours], [*theirs]]
    for batch in found:
        place = next(i for i in (0, 1) if rest[i] and is_of(batch, rest[i][:1]))
        rest[place].pop(0)
    assert rest == [[], []]


def test_every_epoch_has_every_new_pair_and_old_ones_all_along():
    new, _ = streams()
    batches = mixed(0.5)
    found = take(batches, EPOCHS * batches.per_epoch)
    ours = take(new, EPOCHS * new.per_epoch)
    for epoch in range(EPOCHS):
        part = found[epoch * batches.per_epoch : (epoch + 1) * batches.per_epoch]
        new_here = [is_of(batch, ours) for batch in part]
        assert sum(new_here) == new.per_epoch
        assert all(new_here[i] != new_here[i + 1] for i in range(len(part) - 1))  # half and half


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_batches_from_any_step_are_those_of_the_whole_stream_from_there(share):
    batches = mixed(share)
    total = 2 * batches.per_epoch
    whole = take(batches, total)
    for first in (1, batches.per_epoch - 1, batches.per_epoch, batches.per_epoch + 3):
        assert_same_batches(take(mixed(share), total - first, first), whole[first:])
