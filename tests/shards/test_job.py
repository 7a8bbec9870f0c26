"""Shards: each is done once, whoever is killed, and what does not fit is never joined."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures import shard_worker
from fixtures.shard_worker import make_job, reversed_lines
from seq2seq.errors import InputError
from seq2seq.shards.job import Shards
from seq2seq.shards.merge import merge
from seq2seq.storage.lock import Taken, locked

LINES = [f"line {number} 가" for number in range(100)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "input.txt").write_text("".join(f"{line}\n" for line in LINES))
    return tmp_path


def instantly(lines, *, first):
    return reversed_lines(lines, first=first, seconds=0)


def never(lines, *, first):
    raise AssertionError("a shard that is there was translated again")


def plain(lines=LINES):
    return "".join(f"{number}: {line[::-1]}\n" for number, line in enumerate(lines))


def all_shards(folder, translate=instantly, say=lambda line: None, **changes):
    shards = Shards(make_job(folder, **changes))
    done = [shards.do(number, translate, say=say) for number in range(shards.job.shards)]
    return shards, done


def joined(shards, folder):
    merge(shards, str(folder / "joined.txt"))
    return (folder / "joined.txt").read_text()


def worker(folder):
    command = [sys.executable, shard_worker.__file__, str(folder)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def test_one_of_three_processes_is_killed_and_nothing_is_lost_or_done_twice(folder):
    lines = [f"line {number}" for number in range(1000)]
    (folder / "input.txt").write_text("".join(f"{line}\n" for line in lines))
    processes = [worker(folder) for _ in range(3)]
    first = processes[0].stdout.readline()  # it has done a shard, and is at the next
    time.sleep(20 * shard_worker.SECONDS)
    processes[0].kill()

    printed = [first] + [line for each in processes for line in each.communicate()[0].splitlines()]
    before = sorted(map(int, printed))
    assert processes[0].returncode < 0
    assert len(before) == len(set(before))

    shards, done = all_shards(folder)
    assert sorted([*before, *(number for number, new in enumerate(done) if new)]) == [*range(12)]
    assert joined(shards, folder) == plain(lines)
    assert len([*(folder / "parts").iterdir()]) == 2 * 12  # a file and its manifest each


def test_a_shard_that_is_there_is_not_done_again(folder):
    _, done = all_shards(folder)
    assert all(done)
    shards, again = all_shards(folder, never)
    assert not any(again)
    assert joined(shards, folder) == plain()


def test_a_shard_has_the_lines_and_digests_of_its_range(folder):
    import hashlib

    shards, _ = all_shards(folder)
    for number, lines in enumerate(shards.ranges):
        manifest = json.loads(shards.job.manifest(number).read_text())
        output = shards.job.output(number).read_bytes()
        source = "".join(f"{LINES[line]}\n" for line in lines)
        assert (manifest["first"], manifest["lines"]) == (lines.start, len(lines))
        assert manifest["output_sha256"] == hashlib.sha256(output).hexdigest()
        assert manifest["input_sha256"] == hashlib.sha256(source.encode()).hexdigest()


def test_a_process_leaves_a_shard_to_the_one_that_is_at_it(folder):
    shards = Shards(make_job(folder))
    with locked(shards.job.output(3), "seq2seq translate"), pytest.raises(Taken, match="at work"):
        shards.do(3, never)


def test_a_translation_that_fails_leaves_nothing(folder):
    def fails(lines, *, first):
        yield next(iter(lines))
        raise InputError("Expected less. Received: too much.")

    with pytest.raises(InputError, match="too much"):
        all_shards(folder, fails)
    assert [*(folder / "parts").iterdir()] == []


DAMAGES = {
    "half-written manifest": lambda output, manifest: manifest.write_text(
        manifest.read_text()[:90]
    ),
    "empty manifest": lambda output, manifest: manifest.write_text(""),
    "other JSON": lambda output, manifest: manifest.write_text("[]"),
    "wrong type": lambda output, manifest: manifest.write_text(
        manifest.read_text().replace('"first": 16', '"first": "16"')
    ),
    "changed output": lambda output, manifest: output.write_text(
        output.read_text().replace("7", "8")
    ),
    "shortened output": lambda output, manifest: output.write_text(output.read_text()[:-1]),
    "missing output": lambda output, manifest: output.unlink(),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_shard_is_not_joined_and_is_done_again_alone(folder, damage):
    shards, _ = all_shards(folder)
    damage(shards.job.output(2), shards.job.manifest(2))
    with pytest.raises(InputError, match="Expected whole shards. Received: .*shard-00002-of-00012"):
        joined(shards, folder)
    assert not (folder / "joined.txt").exists()

    said = []
    shards, done = all_shards(folder, say=said.append)
    assert [number for number, new in enumerate(done) if new] == [2]
    assert len(said) == 1 and said[0].endswith(": shard 2 is translated again.")
    assert joined(shards, folder) == plain()


MISFITS = {
    "another model": ({"model_sha256": ["b"]}, "which another model made"),
    "another ensemble": ({"model_sha256": ["a", "a"]}, "which another model made"),
    "other options": (
        {"options": {"beam_size": 4}},
        "which was made with other options: beam_size 5",
    ),
    "other cuts": ({"together": 10}, "which was made of other lines of input"),
}


@pytest.mark.parametrize("changes, message", MISFITS.values(), ids=MISFITS)
def test_shards_of_another_job_are_neither_joined_nor_replaced(folder, changes, message):
    all_shards(folder)
    before = sorted(path.read_bytes() for path in (folder / "parts").iterdir())
    with pytest.raises(InputError, match=message):
        joined(Shards(make_job(folder, **changes)), folder)
    with pytest.raises(InputError, match=message):
        all_shards(folder, never, **changes)
    assert sorted(path.read_bytes() for path in (folder / "parts").iterdir()) == before


@pytest.mark.parametrize("change", ["a letter", "a line more", "a line less"])
def test_shards_of_another_input_are_neither_joined_nor_replaced(folder, change):
    all_shards(folder)
    lines = {
        "a letter": [*LINES[:50], "another", *LINES[51:]],
        "a line more": ["another", *LINES],
        "a line less": LINES[:-1],
    }[change]
    (folder / "input.txt").write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(InputError, match="which was made of other lines of input"):
        joined(Shards(make_job(folder)), folder)
    with pytest.raises(InputError, match="which was made of other lines of input"):
        all_shards(folder, never)


def test_shards_of_another_version_are_refused(folder, monkeypatch):
    all_shards(folder)
    monkeypatch.setattr("seq2seq.shards.job.package_version", lambda: "9.9.9")
    with pytest.raises(InputError, match=r"which seq2seq \d\S+ made, not 9\.9\.9"):
        joined(Shards(make_job(folder)), folder)


def test_missing_shards_are_named(folder):
    shards, _ = all_shards(folder)
    for number in (1, 7):
        shards.job.manifest(number).unlink()
    with pytest.raises(InputError, match=r"Expected 12 shards.*Received: 10, without 1, 7\."):
        joined(shards, folder)


def test_a_job_of_no_lines_has_empty_shards(folder):
    (folder / "input.txt").write_text("")
    shards, _ = all_shards(folder)
    assert joined(shards, folder) == ""


def test_joined_file_is_compressed_by_its_name(folder):
    import gzip

    shards, _ = all_shards(folder)
    merge(shards, str(folder / "joined.gz"))
    assert gzip.decompress(Path(folder, "joined.gz").read_bytes()).decode() == plain()
