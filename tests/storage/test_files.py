"""A file is written whole or not at all, whatever stands in the way."""

import errno
import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from seq2seq.errors import InputError
from seq2seq.storage.files import sweep, write_atomically, write_directory, write_lines, write_text


def test_text_comes_back_as_written(tmp_path):
    write_text(tmp_path / "new" / "file.txt", "안녕\nworld\n")
    assert (tmp_path / "new" / "file.txt").read_bytes() == "안녕\nworld\n".encode()
    assert os.listdir(tmp_path / "new") == ["file.txt"]


def test_existing_file_is_replaced_and_readable_by_others(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    write_text(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "failure", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), KeyError()]
)
def test_failing_write_leaves_the_old_file_and_nothing_else(tmp_path, failure):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write(temporary):
        temporary.write_text("ha")
        raise failure

    with pytest.raises(InputError if isinstance(failure, OSError) else type(failure)):
        write_atomically(path, write)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_temporary_keeps_the_suffix(tmp_path):
    names = []
    write_atomically(tmp_path / "a.txt.gz", lambda temporary: names.append(temporary.name))
    assert names[0].endswith(".txt.gz")


def test_failing_sync_is_a_full_disk_on_one_line(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        InputError, match=r"^Expected to write .*No space left on device\. Free some space"
    ) as raised:
        write_text(tmp_path / "file.txt", "text")
    assert "\n" not in str(raised.value)
    assert os.listdir(tmp_path) == []


@pytest.fixture
def tiny_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk]).returncode
    ):
        pytest.skip("needs the right to mount a file system")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_full_disk_leaves_the_old_file_and_says_so(tiny_disk):
    write_text(tiny_disk / "file.txt", "old")
    with pytest.raises(InputError, match="No space left on device. Free some space"):
        write_text(tiny_disk / "file.txt", "x" * 100_000)
    assert os.listdir(tiny_disk) == ["file.txt"]
    assert (tiny_disk / "file.txt").read_text() == "old"


def test_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="Choose another place"):
        write_text(tmp_path / "file" / "below.txt", "text")


def test_directory_in_the_place_of_the_file_is_refused_and_kept(tmp_path):
    (tmp_path / "place").mkdir()
    written = []
    with pytest.raises(InputError, match="Expected to write .*place. Received: Is a directory"):
        write_lines(
            tmp_path / "place", (written.append(line) or line for line in ["a long", "work"])
        )
    assert os.listdir(tmp_path) == ["place"] and not written  # before the work, not after it


def test_gz_is_compressed_and_the_same_at_any_time(tmp_path, monkeypatch):
    for name in ("one.gz", "two.txt.gz"):
        write_lines(tmp_path / name, ["안녕\n", "world\n"])
        monkeypatch.setattr("time.time", lambda: 1e9)
    assert gzip.decompress((tmp_path / "one.gz").read_bytes()).decode() == "안녕\nworld\n"
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.txt.gz").read_bytes()


def test_pipe_is_written_to_not_replaced(tmp_path):
    """So is /dev/null, which a rename by the superuser would destroy."""
    pipe = tmp_path / "pipe"
    received = []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "text")
    assert pipe.is_fifo(), "the pipe was replaced"
    reader.join(10)
    assert received == ["text"]


def test_symbolic_link_still_points_to_the_written_file(tmp_path):
    (tmp_path / "file.txt").write_text("old")
    (tmp_path / "link").symlink_to("file.txt")
    write_text(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file.txt").read_text() == "new"


def test_directory_is_replaced_whole(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "stale").write_text("old")
    write_directory(tmp_path / "model", lambda place: (place / "file").write_text("new"))
    assert [path.name for path in tmp_path.rglob("*")] == ["model", "file"]
    assert (tmp_path / "model").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "No space\nleft"), KeyboardInterrupt()])
def test_failing_write_leaves_the_old_directory_and_nothing_else(tmp_path, failure):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "file").write_text("old")

    def write(place):
        (place / "file").write_text("ha")
        raise failure

    with pytest.raises(InputError if isinstance(failure, OSError) else type(failure)) as raised:
        write_directory(tmp_path / "model", write)
    assert "\n" not in str(raised.value)
    assert {path.name for path in tmp_path.rglob("*")} == {"model", "file"}
    assert (tmp_path / "model" / "file").read_text() == "old"


def left_behind(tmp_path, name) -> str:
    """The name of what a killed process was writing."""
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from seq2seq.storage.files import write_atomically, write_directory\n"
        "write = write_directory if sys.argv[2] == 'directory' else write_atomically\n"
        "write(sys.argv[1], lambda path: os.kill(os.getpid(), signal.SIGKILL))"
    )
    before = set(os.listdir(tmp_path))
    kind = "file" if Path(name).suffix else "directory"
    subprocess.run([sys.executable, "-c", program, str(tmp_path / name), kind])
    (left,) = set(os.listdir(tmp_path)) - before
    assert left.startswith(f".{name}.seq2seq-")
    return left


OF_USERS = [".file.txt.backup1.txt", ".file.txt.swp", "file.txt.seq2seq-abcdefgh.txt", ".hidden"]


def test_next_save_sweeps_what_a_killed_one_left_and_nothing_else(tmp_path):
    for name in OF_USERS:
        (tmp_path / name).touch()
    left_behind(tmp_path, "file.txt")
    other = left_behind(tmp_path, "other.txt")
    write_text(tmp_path / "file.txt", "text")
    assert sorted(os.listdir(tmp_path)) == sorted([*OF_USERS, other, "file.txt"])
    left_behind(tmp_path, "model")
    write_directory(tmp_path / "model", lambda place: None)
    assert sorted(os.listdir(tmp_path)) == sorted([*OF_USERS, other, "file.txt", "model"])


def test_sweeping_a_folder_removes_what_killed_saves_left_for_any_name(tmp_path):
    for name in ("file.txt", "model"):
        left_behind(tmp_path, name)
    (tmp_path / OF_USERS[0]).touch()
    sweep(tmp_path)
    assert os.listdir(tmp_path) == [OF_USERS[0]]
    sweep(tmp_path / "missing")


@pytest.mark.parametrize("write", [write_atomically, write_directory])
def test_what_a_process_is_writing_is_not_swept(tmp_path, write):
    kept = []

    def sweep_meanwhile(temporary):
        sweep(tmp_path)
        program = "import pathlib, sys; from seq2seq.storage.files import sweep\n"
        program += "sweep(pathlib.Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
        kept.append(temporary.exists())

    write(tmp_path / "name", sweep_meanwhile)
    assert kept == [True] and os.listdir(tmp_path) == ["name"]


def test_directory_that_was_being_replaced_is_put_back(tmp_path):
    """The process was killed between taking the old one away and putting the new one there."""
    left = tmp_path / left_behind(tmp_path, "model")
    (left / "replaced").mkdir()
    (left / "replaced" / "file").write_text("old")
    sweep(tmp_path, "model")
    assert os.listdir(tmp_path) == ["model"]
    assert (tmp_path / "model" / "file").read_text() == "old"


def test_nothing_is_swept_where_there_are_no_locks(tmp_path, monkeypatch):
    left = left_behind(tmp_path, "file.txt")

    def refuse(descriptor, operation):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)
    write_text(tmp_path / "file.txt", "text")
    assert sorted(os.listdir(tmp_path)) == [left, "file.txt"]
