"""The batcher: each request its own answer, a failure alone, no waiting for nobody."""

import asyncio
import threading
import time

import numpy as np
import pytest

from seq2seq.serving.batching import MOST_WAITING, Batcher
from seq2seq.serving.metrics import Metrics
from seq2seq.serving.refusal import Refusal


class Shouting:
    """A signature that answers in capitals, remembers its batches and can be held up."""

    model = "fake"
    name = "shout"
    batches = True
    most_rows = None

    def __init__(self):
        self.begun = []  # a None for each call
        self.calls = []
        self.free = threading.Event()
        self.free.set()

    def __call__(self, inputs):
        self.begun.append(None)
        self.free.wait()
        self.calls.append([text.decode() for text in inputs["text"]])
        if b"bad" in inputs["text"]:
            raise ValueError("bad")
        return {"loud": np.array([text.upper() for text in inputs["text"]], object)}


@pytest.fixture
def batcher():
    batcher = Batcher(max_batch_size=4, delay=0.3, metrics=Metrics())
    yield batcher
    batcher.close()


def ask(batcher, signature, *texts):
    return batcher.run(signature, {"text": np.array([text.encode() for text in texts], object)})


def answers(rows):
    return [row["loud"].decode() for row in rows]


async def held(batcher, signature, *requests, threads=1):
    """Results of requests that all come while each thread is busy with a first one."""
    signature.free.clear()
    firsts = []
    for busy in range(threads):
        firsts.append(asyncio.ensure_future(ask(batcher, signature, "first")))
        while len(signature.begun) <= busy:
            await asyncio.sleep(0.01)

    others = [asyncio.ensure_future(request) for request in requests]
    await asyncio.sleep(0.05)
    signature.free.set()
    return await asyncio.gather(*firsts, *others, return_exceptions=True)


def test_requests_that_wait_share_a_call_and_get_their_own_answers(batcher):
    signature = Shouting()
    results = asyncio.run(
        held(batcher, signature, ask(batcher, signature, "a"), ask(batcher, signature, "b", "c"))
    )
    assert [answers(rows) for rows in results] == [["FIRST"], ["A"], ["B", "C"]]
    assert signature.calls == [["first"], ["a", "b", "c"]]


def test_batch_holds_no_more_than_its_size_and_one_signature(batcher):
    signature = Shouting()
    other = Shouting()
    requests = [
        ask(batcher, signature, "a", "b", "c"),
        ask(batcher, other, "x"),
        ask(batcher, signature, "d", "e"),
    ]
    results = asyncio.run(held(batcher, signature, *requests))
    assert [answers(rows) for rows in results[1:]] == [["A", "B", "C"], ["X"], ["D", "E"]]
    assert signature.calls == [["first"], ["a", "b", "c"], ["d", "e"]] and other.calls == [["x"]]


def test_failing_request_fails_alone(batcher):
    signature = Shouting()
    requests = [ask(batcher, signature, text) for text in ("a", "bad", "c")]
    first, *results = asyncio.run(held(batcher, signature, *requests))
    assert isinstance(results[1], ValueError)
    assert [answers(results[0]), answers(results[2])] == [["A"], ["C"]]


def test_cancelled_request_is_not_computed(batcher):
    signature = Shouting()

    async def cancelled():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(batcher, signature, "late"), 0.01)

    asyncio.run(held(batcher, signature, cancelled()))
    assert answers(asyncio.run(ask(batcher, signature, "after"))) == ["AFTER"]
    assert signature.calls == [["first"], ["after"]]


def test_lone_requests_do_not_wait_for_the_delay(batcher):
    signature = Shouting()
    started = time.monotonic()
    for _ in range(5):
        asyncio.run(ask(batcher, signature, "a"))
    assert time.monotonic() - started < 0.3


def test_shared_call_is_followed_by_a_wait_for_others(batcher):
    signature = Shouting()

    async def two_rounds():
        await held(batcher, signature, ask(batcher, signature, "a"), ask(batcher, signature, "b"))

        async def later(text, seconds):
            await asyncio.sleep(seconds)
            await ask(batcher, signature, text)

        await asyncio.gather(later("c", 0), later("d", 0.1))

    asyncio.run(two_rounds())
    assert signature.calls[-1] == ["c", "d"]


def test_more_rows_than_a_batch_are_sorted_by_length_and_answered_in_order(batcher):
    signature = Shouting()
    texts = ["aaaa", "b", "ccccc", "dd", "e", "fff"]
    assert answers(asyncio.run(ask(batcher, signature, *texts))) == [text.upper() for text in texts]
    assert signature.calls == [["b", "e", "dd", "fff"], ["aaaa", "ccccc"]]


@pytest.fixture
def two_threads():
    batcher = Batcher(max_batch_size=64, delay=0.0, metrics=Metrics(), threads=2)
    yield batcher
    batcher.close()


class Meeting(Shouting):
    """Calls that end together; where they come one after the other, they fail."""

    def __init__(self, calls):
        super().__init__()
        self._all_here = threading.Barrier(calls, timeout=30)

    def __call__(self, inputs):
        self._all_here.wait()
        return super().__call__(inputs)


@pytest.mark.parametrize(("count", "calls"), [(40, [20, 20]), (6, [6])])
def test_idle_threads_compute_at_the_same_time_unless_few_rows_wait(two_threads, count, calls):
    signature = Meeting(len(calls))
    texts = [str(number) for number in range(count)]
    loop = asyncio.new_event_loop()
    with two_threads._changed:  # no thread can begin before all of them wait
        requests = [loop.create_task(ask(two_threads, signature, text)) for text in texts]
        while two_threads._waiting < count:
            loop.run_until_complete(asyncio.sleep(0))
    results = loop.run_until_complete(asyncio.gather(*requests))
    loop.close()
    assert [answers(rows) for rows in results] == [[text] for text in texts]
    assert list(map(len, signature.calls)) == calls


def test_request_of_many_rows_is_shared_out_among_the_threads(two_threads):
    signature = Meeting(2)
    texts = [str(number) for number in range(40)]
    assert answers(asyncio.run(ask(two_threads, signature, *texts))) == texts
    assert list(map(len, signature.calls)) == [20, 20]


def test_rest_of_a_full_batch_does_not_wait_for_the_delay():
    batcher = Batcher(max_batch_size=8, delay=60.0, metrics=Metrics(), threads=2)
    first = Shouting()
    signature = Meeting(2)
    texts = "abcdefghijkl"

    async def after_a_shared_call():
        requests = [ask(batcher, first, text) for text in "ab"]
        await held(batcher, first, *requests, threads=2)
        assert ["a", "b"] in first.calls

        requests = [ask(batcher, signature, text) for text in texts]
        return await asyncio.wait_for(asyncio.gather(*requests), 30)

    results = asyncio.run(after_a_shared_call())
    batcher.close()
    assert [answers(rows) for rows in results] == [[text.upper()] for text in texts]
    assert sorted(map(len, signature.calls)) == [4, 8]


def test_more_than_can_wait_is_refused(batcher):
    with pytest.raises(Refusal, match="fewer sentences at once") as raised:
        asyncio.run(batcher.call(Shouting(), {"text": np.zeros(MOST_WAITING + 1, object)}))
    assert raised.value.status == 503


def test_close_finishes_what_waits():
    batcher = Batcher(max_batch_size=4, delay=0.0, metrics=Metrics())
    signature = Shouting()

    async def close_in_between():
        requests = [asyncio.ensure_future(ask(batcher, signature, text)) for text in "abc"]
        for _ in range(2):  # a request is a task, and each of its parts another
            await asyncio.sleep(0)
        await asyncio.to_thread(batcher.close)
        return await asyncio.gather(*requests)

    assert [answers(rows) for rows in asyncio.run(close_in_between())] == [["A"], ["B"], ["C"]]
    with pytest.raises(Refusal):
        asyncio.run(ask(batcher, signature, "late"))


def test_rows_that_gain_nothing_from_each_other_are_called_one_by_one(batcher):
    signature = Shouting()
    signature.most_rows = 1

    async def requests():
        return await held(
            batcher, signature, ask(batcher, signature, "a", "b", "c"), ask(batcher, signature, "d")
        )

    _, several, one = asyncio.run(requests())
    assert (answers(several), answers(one)) == (["A", "B", "C"], ["D"])
    assert sorted(signature.calls) == [["a"], ["b"], ["c"], ["d"], ["first"]]
