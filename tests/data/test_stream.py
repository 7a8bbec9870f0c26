"""Corpora larger than a window stay in their files, and mean what they would in memory."""

import gzip
import io
import os
import sys
import threading
import weakref
from collections import Counter

import pytest

from seq2seq.data import corpus as corpus_module
from seq2seq.data import stream
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus, sentence_key
from seq2seq.data.holdout import holdout_split
from seq2seq.data.stream import CorpusStream, open_corpus
from seq2seq.errors import InputError

LINES = [f"source {number}\ttarget {number}" for number in range(23)]


@pytest.fixture(autouse=True)
def small_windows(monkeypatch):
    monkeypatch.setattr(corpus_module, "WINDOW", 5)


def tsv(directory, lines=LINES, name="data.tsv"):
    path = directory / name
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return PairFiles(path)


def pairs(corpus):
    return list(zip(corpus.source, corpus.target, strict=True))


def all_pairs(corpus):
    return [pair for window in corpus.windows() for pair in pairs(window)]


@pytest.fixture
def every_kind(tmp_path):
    """A TSV file with faults, a compressed one and two parallel files, and what all hold."""
    with_faults = tsv(tmp_path, ["\ufeffa\tb", "no tab", *LINES[:9], "", "c\t"])
    (tmp_path / "more.tsv.gz").write_bytes(
        gzip.compress("".join(f"{line}\r\n" for line in LINES[9:16]).encode())
    )
    source = tmp_path / "text.en"
    target = tmp_path / "text.ko"
    source.write_text("".join(line.split("\t")[0] + "\n" for line in LINES[16:]) + "\n")
    target.write_text("".join(line.split("\t")[1] + "\n" for line in LINES[16:]) + "lonely\n")
    return [with_faults, PairFiles(tmp_path / "more.tsv.gz"), PairFiles(source, target)]


def test_stream_holds_what_memory_would_hold_in_order_in_windows(every_kind):
    streamed = open_corpus(every_kind)
    whole = read_corpus(every_kind)
    assert isinstance(streamed, CorpusStream)
    assert len(streamed) == len(whole) == 24
    for _ in range(2):  # the files are read anew
        assert all_pairs(streamed) == pairs(whole)
    assert [len(window) for window in streamed.windows()] == [5, 5, 5, 5, 4]
    assert streamed.skipped_report() == whole.skipped_report() != ""
    assert streamed.digest == whole.digest


def test_windows_of_stream_and_memory_are_the_same_from_any_window_on(every_kind):
    streamed = open_corpus(every_kind)
    whole = read_corpus(every_kind)
    windows = [pairs(window) for window in whole.windows()]
    for first in range(len(windows) + 2):
        assert [pairs(window) for window in whole.windows(first)] == windows[first:]
        assert [pairs(window) for window in streamed.windows(first)] == windows[first:]


@pytest.mark.parametrize(
    ("count", "kind"), [(1, Corpus), (5, Corpus), (6, CorpusStream), (10, CorpusStream)]
)
def test_corpus_is_streamed_once_it_is_more_than_a_window(tmp_path, count, kind):
    corpus = open_corpus([tsv(tmp_path, LINES[:count])])
    assert type(corpus) is kind
    assert len(corpus) == count
    assert all_pairs(corpus) == [tuple(line.split("\t")) for line in LINES[:count]]


def test_faulty_lines_are_reported_of_small_corpora_too(tmp_path):
    corpus = open_corpus([tsv(tmp_path, ["a\tb", "no tab"])])
    assert "1 without a TAB" in corpus.skipped_report()


def test_digest_tells_texts_apart(tmp_path):
    digests = {
        open_corpus([tsv(tmp_path, lines)]).digest
        for lines in (
            LINES,
            LINES[:-1],
            LINES[1:] + LINES[:1],
            [*LINES[:-1], "source 22\ttarget 23"],
        )
    }
    assert len(digests) == 4


def test_standard_input_stays_in_memory_whatever_its_size(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-").write_text("a file of its name")
    text = "".join(line + "\n" for line in LINES).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    corpus = open_corpus([PairFiles("-")])
    assert type(corpus) is Corpus
    assert len(all_pairs(corpus)) == 23


def test_pipe_stays_in_memory_whatever_its_size(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    text = "".join(line + "\n" for line in LINES)
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_text(text))
    writer.start()
    corpus = open_corpus([PairFiles(tmp_path / "pipe")])
    writer.join()
    assert type(corpus) is Corpus
    assert len(corpus) == 23


def test_strict_stream_refuses_a_faulty_line_behind_the_first_windows(tmp_path):
    files = PairFiles(tsv(tmp_path, [*LINES, "no tab"]).source, strict=True)
    with pytest.raises(
        InputError, match=r"Received: 1 of 24 lines of .*line 24 \(without a TAB\): 'no tab'"
    ):
        open_corpus([files])


def test_parallel_files_of_unequal_length_are_refused_behind_the_first_windows(tmp_path):
    (tmp_path / "a").write_text("a\n" * 20)
    (tmp_path / "b").write_text("b\n" * 21)
    with pytest.raises(InputError, match="Received: 20 lines in .*a, 21 lines in .*b"):
        open_corpus([PairFiles(tmp_path / "a", tmp_path / "b")])


def test_text_that_is_not_utf8_is_refused_with_its_line_behind_the_first_windows(tmp_path):
    path = tsv(tmp_path).source
    path.write_bytes(path.read_bytes() + b"a\t\xff\n")
    with pytest.raises(InputError, match="line 24, where byte 3 of the line is 0xff"):
        open_corpus([PairFiles(path)])


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        open_corpus([tsv(tmp_path), PairFiles(tmp_path / "none.tsv")])


def test_sample_is_a_window_drawn_from_all_pairs_alike():
    seen = Counter()
    corpus = Corpus([str(k) for k in range(23)], [str(-k) for k in range(23)])
    for seed in range(600):
        count, sample, _ = stream._survey(corpus.windows(), seed=seed)
        assert (count, len(sample), len(set(sample.source))) == (23, 5, 5)
        assert all(int(source) == -int(target) for source, target in pairs(sample))
        seen.update(sample.source)
    expected = seen.total() / 23
    assert len(seen) == 23
    assert all(0.7 * expected < count < 1.3 * expected for count in seen.values())


def test_no_spelling_of_a_held_out_source_is_left_in_the_stream(tmp_path):
    variants = [
        f"{spelling}\tt{number}"
        for number in range(9)
        for spelling in (f"A  b {number}", f"a B {number} ")
    ]
    corpus = open_corpus([tsv(tmp_path, variants * 3)])
    train, dev = holdout_split(corpus, size=2, seed=1)
    held_out = {sentence_key(sentence) for sentence in dev.source}
    assert 1 <= len(dev) <= 2 and held_out
    assert not held_out & {sentence_key(source) for source, _ in all_pairs(train)}
    assert not held_out & {sentence_key(source) for source in train.sample.source}
    left = [pair for pair in all_pairs(corpus) if sentence_key(pair[0]) not in held_out]
    assert all_pairs(train) == left
    assert len(left) == 54 - 6 * len(held_out)


def test_window_that_is_held_out_as_a_whole_ends_no_stream(tmp_path):
    lines = [*LINES[:5], *["same\tx"] * 5, *LINES[5:]]
    corpus = open_corpus([tsv(tmp_path, lines)]).without({"same"})
    assert [len(window) for window in corpus.windows()] == [5, 0, 5, 5, 5, 3]


def test_split_of_a_stream_is_deterministic(tmp_path):
    first, second = (holdout_split(open_corpus([tsv(tmp_path)]), size=2, seed=1) for _ in range(2))
    assert first == second


def test_no_more_than_two_windows_are_in_memory_at_once(tmp_path, monkeypatch):
    """Behind them, the sample: the first window's pairs at first."""
    alive = set()
    most = []
    collect = Corpus.collect.__func__

    def counted(cls, some):
        corpus = collect(cls, some)
        if len(corpus):
            alive.add(id(corpus))
            weakref.finalize(corpus, alive.discard, id(corpus))
        most.append(len(alive))
        return corpus

    monkeypatch.setattr(Corpus, "collect", classmethod(counted))
    corpus = open_corpus([tsv(tmp_path, LINES * 10)])
    assert max(most) <= 3
    most.clear()
    for window in corpus.windows():
        del window
    assert max(most) == 1
    assert len(most) == 47
