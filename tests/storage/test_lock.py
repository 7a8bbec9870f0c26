"""One process at a time writes to a place; a killed one leaves no lock behind."""

import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.commands import fails
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.lock import locked

pytest_plugins = ["fixtures.commands"]

HOLD = (
    "import sys, time; from seq2seq.storage.lock import locked\n"
    "with locked(sys.argv[1], 'seq2seq train'): print('locked', flush=True); time.sleep(60)"
)


@contextlib.contextmanager
def holder(place):
    """A process that holds the lock of a place."""
    command = [sys.executable, "-c", HOLD, str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout.readline() == "locked\n"
            yield child
        finally:
            child.kill()


def lock_file(place: Path) -> Path:
    return place.with_name(f".{place.name}.lock")


def refusal(place) -> str:
    with pytest.raises(InputError) as raised, locked(place, "test"):
        pass
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_second_process_is_refused_with_pid_host_and_what_to_do(tmp_path):
    with holder(tmp_path / "model") as child:
        message = refusal(tmp_path / "model")
    assert f"process {child.pid} on {socket.gethostname()} is at work there" in message
    assert "(seq2seq train, since 20" in message
    assert f"end it with kill {child.pid}, or choose another place." in message


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_killed_process_frees_the_place_at_once(tmp_path, number):
    with holder(tmp_path / "model") as child:
        child.send_signal(number)
        child.wait()
        assert lock_file(tmp_path / "model").exists()
        with locked(tmp_path / "model", "test"):
            assert json.loads(lock_file(tmp_path / "model").read_text())["pid"] == os.getpid()
    assert not list(tmp_path.iterdir())


def test_place_is_locked_by_any_of_its_paths_and_when_it_is_moved(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "link").symlink_to("model")
    with locked(tmp_path / "link", "test"):
        assert "at work" in refusal(tmp_path / "model")
        (tmp_path / "model").rename(tmp_path / "aside")
        assert "at work" in refusal(tmp_path / "model")
        with locked(tmp_path / "aside", "another place"):
            pass
    with locked(tmp_path / "model", "test"):
        pass


def test_error_inside_frees_the_place(tmp_path):
    with pytest.raises(KeyError), locked(tmp_path / "new" / "model", "test"):
        raise KeyError
    assert not list((tmp_path / "new").iterdir())


def test_lock_that_was_removed_by_its_holder_meanwhile_is_made_anew(tmp_path, monkeypatch):
    """Between opening and locking, the process before ends and takes the file with it."""
    flock = fcntl.flock
    removed = []

    def end_of_the_other(descriptor, operation):
        if not removed:
            removed.append(lock_file(tmp_path / "model"))
            removed[0].unlink()
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", end_of_the_other)
    with locked(tmp_path / "model", "test"):
        assert lock_file(tmp_path / "model").exists()
        assert "at work" in refusal(tmp_path / "model")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": "x"}', "\0" * 99])
def test_lock_without_a_readable_record_is_refused_too(tmp_path, content):
    with locked(tmp_path / "model", "test"):
        lock_file(tmp_path / "model").write_text(content)
        assert "another process is at work there. Wait" in refusal(tmp_path / "model")


@pytest.fixture
def no_locks(monkeypatch):
    """A file system without locks, such as some of networks."""

    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)


def record(place, **changes):
    about = {"pid": os.getpid(), "host": socket.gethostname(), "since": "today", "work": "work"}
    lock_file(place).write_text(json.dumps(about | changes))


def test_where_there_are_no_locks_the_record_decides(tmp_path, no_locks):
    place = tmp_path / "model"
    with locked(place, "test"):
        assert "at work" in refusal(place)
    with holder(tmp_path / "other") as child:
        pass
    record(place, pid=child.pid)
    with locked(place, "test"):
        pass

    record(place, host="elsewhere")
    message = refusal(place)
    assert "on elsewhere is at work" in message
    assert f"(if it no longer runs, remove {lock_file(place)})" in message
    assert lock_file(place).exists()


def test_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="Expected to write .*[.]model[.]lock. Received"):
        with locked(tmp_path / "file" / "model", "test"):
            pass


def test_commands_refuse_a_place_where_another_process_is_at_work(untrained, tmp_path, monkeypatch):
    place = tmp_path / "model"
    models = (untrained(1), untrained(2))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pairs.tsv").write_text("".join(f"{n}\t{n}\n" for n in range(50)))
    with holder(place) as child:
        for arguments in (
            ("train", "pairs.tsv", "--output", place),
            ("average", *models, "--output", place),
            ("export", place, "--model", models[0]),
            ("export", place, "--format", "tflite", "--model", models[0]),
        ):
            assert f"process {child.pid} on " in fails(*arguments)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".model.lock", "pairs.tsv"]


def test_run_that_is_alive_is_not_resumed(tmp_path, untrained):
    place = ModelDirectory(tmp_path / "model")
    with holder(place) as child:
        place.path.mkdir()
        place.configuration_file.write_text((untrained(1) / "config.toml").read_text())
        place.run_state_file.touch()
        message = fails("train", "--resume", "--output", place)
    assert f"process {child.pid} on " in message
