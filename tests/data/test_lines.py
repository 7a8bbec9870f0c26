"""Text files to lines, one by one. What becomes of them as pairs is in test_corpus.py."""

import io
import os
import sys

import pytest

from seq2seq.data import lines
from seq2seq.data.lines import expect_readable, read_lines
from seq2seq.errors import InputError


def test_lines_are_streamed(tmp_path):
    (tmp_path / "data.txt").write_bytes(b"good\nnext\n" + b"x" * 2**20 + b"\n\xff\n")
    stream = read_lines(tmp_path / "data.txt")
    assert next(stream) == "good"
    assert next(stream) == "next"


def test_standard_input_stays_open(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\n")))
    assert list(read_lines("-")) == ["a"]
    assert not sys.stdin.buffer.closed


def test_looking_at_a_pipe_takes_nothing_from_it(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"a\nb\n")
    expect_readable(f"/dev/fd/{reading}")
    os.close(writing)
    assert list(read_lines(f"/dev/fd/{reading}")) == ["a", "b"]
    os.close(reading)
    os.mkfifo(tmp_path / "fifo")
    expect_readable(tmp_path / "fifo")  # which nobody writes to yet
    expect_readable("-")


def test_unreadable_file_is_refused(monkeypatch):
    def refuse(path, mode):  # a real file without permissions would still open for root
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(lines, "open", refuse, raising=False)
    with pytest.raises(InputError, match="Received: secret.txt: Permission denied. Check the path"):
        next(read_lines("secret.txt"))


@pytest.mark.parametrize(
    ("text", "encoding", "advised"),
    [
        ("오늘은 날씨가 좋다", "cp949", "cp949"),
        ("a sentence of café", "cp1252", "cp1252"),
        ("naïve “quotes” für größe", "cp1252", "cp1252"),
        ("don’t", "cp1252", "cp1252"),
    ],
)
def test_advice_names_the_encoding_that_the_text_is_likely_in(tmp_path, text, encoding, advised):
    path = tmp_path / "text.txt"
    path.write_bytes(f"{text}\n".encode(encoding))
    with pytest.raises(InputError, match=f"iconv -f {advised} -t utf-8"):
        list(read_lines(path))


@pytest.mark.parametrize("content", [b"a\rb\rc\r", b"a\rb", b"a\tb\rc\td\r"])
def test_lines_that_end_in_a_carriage_return_alone_are_refused(tmp_path, content):
    (tmp_path / "text.txt").write_bytes(content)
    with pytest.raises(InputError, match="end in CR alone. Convert it, for example with tr"):
        list(read_lines(tmp_path / "text.txt"))


@pytest.mark.parametrize("content", [b"a\r", b"\r", b"a\rb\n", b"a\r\nb\rc", b""])
def test_carriage_returns_in_and_after_lines_are_no_mistake(tmp_path, content):
    (tmp_path / "text.txt").write_bytes(content)
    assert len(list(read_lines(tmp_path / "text.txt"))) == len(content.splitlines(True)) - (
        content.count(b"\rb") + content.count(b"\rc")
    )
