"""Standard input is read in groups of the lines that are there, whole and in order."""

import os
import random
import subprocess
import sys
import threading

import pytest

from seq2seq.data.standard_input import waiting_lines
from seq2seq.errors import InputError

ECHO = """
import sys
from seq2seq.data.standard_input import waiting_lines
for group in waiting_lines():
    group = list(group)
    print(len(group), "|".join(group), flush=True)
"""


class Standard:
    """Stands for `sys.stdin` with a pipe behind it."""

    def __init__(self, file):
        self.fileno = lambda: file


@pytest.fixture
def pipe(monkeypatch):
    """The end of a pipe that is written to; standard input is the other."""
    reading, writing = os.pipe()
    monkeypatch.setattr(sys, "stdin", Standard(reading))
    with open(writing, "wb", buffering=0) as end:
        yield end
    os.close(reading)


def test_line_is_answered_while_the_pipe_stays_open():
    with subprocess.Popen(
        [sys.executable, "-c", ECHO], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for line in ("one", "", "two words", "가나다"):
            process.stdin.write(line.encode() + b"\n")
            process.stdin.flush()
            assert process.stdout.readline().decode() == f"1 {line}\n"
        process.stdin.write(b"a\nb\nc")
        process.stdin.close()
        assert process.stdout.read().decode().replace("\n", "|") in ("3 a|b|c|", "2 a|b|1 c|")
    assert process.returncode == 0


def test_lines_that_are_there_together_are_a_group(pipe):
    groups = waiting_lines()
    pipe.write(b"\xef\xbb\xbfa\nb\r\n\nhalf")
    assert list(next(groups)) == ["a", "b", ""]
    pipe.write(b" a line\n")
    assert list(next(groups)) == ["half a line"]


def test_no_line_is_lost_however_it_comes(pipe):
    generator = random.Random(2)
    lines = ["x" * generator.choice([0, 1, 30, 5000]) + str(i) for i in range(3000)]
    content = "\n".join(lines).encode()

    def write():
        start = 0
        while start < len(content):
            size = generator.choice([1, 100, 70_000])
            pipe.write(content[start : start + size])
            start += size
        pipe.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert [line for group in waiting_lines() for line in group] == lines
    thread.join()


def test_line_that_is_not_utf8_is_named(pipe):
    pipe.write(b"good\nba\xffd\n")
    with pytest.raises(InputError, match="standard input, line 2, where byte 3"):
        next(waiting_lines())


def test_empty_input_has_no_lines(pipe):
    pipe.close()
    assert list(waiting_lines()) == []
