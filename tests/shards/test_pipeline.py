"""Shards on Apache Beam: what the runner does is what one process does."""

import functools

import pytest

pytest.importorskip("apache_beam", reason="the extra beam is not installed")

from fixtures.shard_worker import make_job, reversed_lines
from seq2seq.errors import InputError
from seq2seq.shards.job import Shards
from seq2seq.shards.merge import merge
from seq2seq.shards.pipeline import run_pipeline


@pytest.fixture
def job(tmp_path):
    lines = [f"line {number} 가" for number in range(100)]
    (tmp_path / "input.txt").write_text("".join(f"{line}\n" for line in lines))
    return make_job(tmp_path)


def load():
    return functools.partial(reversed_lines, seconds=0)


def joined(job, tmp_path):
    merge(Shards(job), str(tmp_path / "joined.txt"))
    return (tmp_path / "joined.txt").read_text()


def test_runner_does_what_one_process_does_and_nothing_twice(job, tmp_path):
    Shards(job).do(4, load())
    counts = run_pipeline(job, range(job.shards), load, runner="direct")
    assert (counts["shards"], counts["there"], counts["refused"]) == (11, 1, 0)
    assert counts["lines"] + len(Shards(job).ranges[4]) == 100

    lines = (tmp_path / "input.txt").read_text().splitlines()
    plain = "".join(f"{number}: {line[::-1]}\n" for number, line in enumerate(lines))
    assert joined(job, tmp_path) == plain


def test_refused_input_is_counted_and_the_other_shards_are_done(job, tmp_path):
    content = (tmp_path / "input.txt").read_bytes().replace(b"line 50", b"caf\xe9")
    (tmp_path / "input.txt").write_bytes(content)
    counts = run_pipeline(job, range(job.shards), load, runner="direct")
    assert (counts["shards"], counts["refused"]) == (11, 1)
    with pytest.raises(InputError, match="without 6. see 6"):
        job.expect_all("see {first}")


def test_wrong_runner_and_wrong_option_are_a_line_each(job):
    with pytest.raises(InputError, match="Expected a runner of Apache Beam.* Received: nope: "):
        run_pipeline(job, [0], load, runner="nope")
    with pytest.raises(InputError, match="argument --direct_num_workers: invalid int value: 'x'"):
        run_pipeline(job, [0], load, runner="direct", options=["direct_num_workers=x"])


def fails(lines, *, first):
    raise RuntimeError("no memory")


def test_pipeline_that_fails_is_a_line(job):
    with pytest.raises(InputError, match="Expected the runner direct to end well.*no memory"):
        run_pipeline(job, [0], lambda: fails, runner="direct")
