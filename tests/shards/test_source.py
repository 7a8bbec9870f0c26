"""Ranges of lines over several files: the lines that the reader of one file gives, in one pass."""

import gzip
import os

import pytest

from seq2seq.data.lines import count_lines, read_lines
from seq2seq.errors import InputError
from seq2seq.shards.ranges import cut_lines
from seq2seq.shards.source import SourceLines

CONTENTS = {
    "marked.txt": "\ufeffone\r\n\r\n two \u2028\x0c\n".encode(),
    "open.txt": b"three\nfour",  # without a line feed at its end
    "empty.txt": b"",
    "packed.gz": gzip.compress("다섯\n여섯\n".encode()),
}


@pytest.fixture
def files(tmp_path):
    for name, content in CONTENTS.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in CONTENTS]


def test_lines_are_counted_as_they_are_read(files):
    assert [count_lines(file) for file in files] == [len(list(read_lines(file))) for file in files]


@pytest.mark.parametrize("shards", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("together", [1, 2, 5, 100])
def test_ranges_in_any_order_make_up_all_lines(files, shards, together):
    lines = [line for file in files for line in read_lines(file)]
    source = SourceLines(files)
    ranges = cut_lines(len(source), shards, together=together)

    assert len(ranges) == shards
    assert [number for some in ranges for number in some] == list(range(len(lines)))
    assert all(some.start % together == 0 for some in ranges if some)
    for some in [*ranges, *reversed(ranges)]:
        assert list(source.between(some)) == lines[some.start : some.stop]


def test_shards_of_many_windows_are_alike():
    lengths = [len(some) for some in cut_lines(100_000, 7, together=100)]
    assert max(lengths) - min(lengths) <= 100


def test_ranges_in_order_read_a_file_once(files, monkeypatch):
    from seq2seq.shards import source

    opened = []
    read = source.raw_lines
    monkeypatch.setattr(source, "raw_lines", lambda path: opened.append(path) or read(path))
    lines = SourceLines(files)
    for some in cut_lines(len(lines), 3, together=1):
        list(lines.between(some))
    assert opened == files


def test_an_error_names_the_file_and_its_line(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"one\ntwo\n")
    (tmp_path / "b.txt").write_bytes(b"three\ncaf\xe9\n")
    source = SourceLines([tmp_path / "a.txt", tmp_path / "b.txt"])
    with pytest.raises(InputError, match=r"Received: \S+/b\.txt, line 2, "):
        list(source.between(range(3, 4)))


def test_an_input_that_becomes_shorter_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\nthree\n")
    source = SourceLines([tmp_path / "a.txt"])
    (tmp_path / "a.txt").write_text("one\n")
    with pytest.raises(InputError, match="Expected 3 lines of input.*Received: 1"):
        list(source.between(range(0, 2)))


def test_what_cannot_be_read_twice_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in ("-", tmp_path / "pipe"):
        with pytest.raises(InputError, match="Expected files of lines, which shards are cut from"):
            SourceLines([path])
    with pytest.raises(InputError, match="No such file"):
        SourceLines([tmp_path / "missing"])
