"""Data diversification: which models learn what, and what the student learns."""

from pathlib import Path

import pytest

import diversify
from seq2seq.data.corpus import read_tsv
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory


class Runner:
    """A stand-in for `run_command`: a model writes its name behind each sentence, or nothing."""

    def __init__(self, fails=""):
        self.commands = []
        self.fails = fails

    def __call__(self, words, log, output):
        self.commands.append(words)
        place = ModelDirectory(words[-1])
        name = place.path.name
        if name == self.fails:
            return 1
        if words[0] == "train":
            Configuration().save(place.configuration_file)
            place.weights_file.touch()
        else:
            given, found = (Path(words[words.index(way) + 1]) for way in ("--input", "--output"))
            lines = given.read_text(encoding="utf-8").splitlines()
            found.write_text("".join(f"{self.answer(line, name)}\n" for line in lines))
        return 0

    def answer(self, line, name):
        if name == "forward-2":
            return "" if line == "b" else "A"  # as the reference
        return f"{line} {name}"


@pytest.fixture
def files(tmp_path):
    for name in ("pairs", "dev"):
        (tmp_path / f"{name}.tsv").write_text("a\tA\nb\tB\n", encoding="utf-8")
    return tmp_path


def run(files, runner, *more):
    given = (files / "pairs.tsv", "--dev", files / "dev.tsv", "--output", files / "out", *more)
    return diversify.main([*map(str, given)], runner)


def test_student_learns_the_pairs_and_what_models_of_both_directions_make_of_them(files):
    assert run(files, Runner()) == 0
    learnt = read_tsv(files / "out" / "pairs-student.tsv")
    assert list(zip(learnt.source, learnt.target, strict=True)) == [
        ("a", "A"),
        ("b", "B"),
        ("a", "a forward-1"),
        ("b", "b forward-1"),
        ("A backward-1", "A"),
        ("B backward-1", "B"),
        ("A backward-2", "A"),
        ("B backward-2", "B"),
    ]


def test_each_model_learns_its_direction_with_its_own_seed(files):
    runner = Runner()
    run(files, runner)
    seeds = {}
    for words in runner.commands:
        if words[0] == "train":
            corpora = [read_tsv(words[place]).source[0] for place in (1, 3)]
            seeds[Path(words[-1]).name] = (*corpora, words[words.index("--seed") + 1])
    assert seeds == {
        "forward-1": ("a", "a", "1"),
        "forward-2": ("a", "a", "2"),
        "backward-1": ("A", "A", "1"),
        "backward-2": ("A", "A", "2"),
        "student": ("a", "a", "1"),
    }


def test_what_is_done_is_not_done_again_and_an_error_ends_it(files, capsys):
    failing = Runner(fails="backward-1")
    assert run(files, failing) == 1
    assert "backward-1.log" in capsys.readouterr().err
    done = [words for words in failing.commands if words[-1].endswith(("forward-1", "forward-2"))]
    assert len(done) == 4

    runner = Runner()
    assert run(files, runner) == 0
    assert not [words for words in runner.commands if words in done]
    assert len(runner.commands) == 5
    assert run(files, again := Runner()) == 0 and not again.commands


def test_other_pairs_or_models_need_another_place(files, capsys):
    assert run(files, Runner()) == 0
    assert run(files, Runner(), "--models", 1) == 1
    (files / "pairs.tsv").write_text("a\tA\nc\tC\n", encoding="utf-8")
    assert run(files, Runner()) == 1
    assert capsys.readouterr().err.count("begun with these pairs and as many models") == 2
