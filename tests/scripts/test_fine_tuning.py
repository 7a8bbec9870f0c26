"""The measurement of going on from a model: what it runs, what it keeps, and what the page says."""

import json

import pytest

import fine_tuning
from fixtures.shell import ROOT
from seq2seq.data.corpus import read_tsv
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory

KEPT = ROOT / "docs" / "results" / "fine-tuning.json"
PAGES = [ROOT / "docs" / "fine-tuning.md", ROOT / "docs" / "fine-tuning.ko.md"]


@pytest.fixture
def data(tmp_path):
    """Multi30k in the small: each caption is its number."""
    place = tmp_path / "data" / "multi30k"
    place.mkdir(parents=True)
    for part, count in (("train", 7000), ("val", 300), ("test_2016_flickr", 600)):
        for ending in ("", "lc.norm.tok."):
            for language in ("en", "de"):
                lines = (f"{ending}{language} {place}\n" for place in range(count))
                (place / f"{part}.{ending}{language}").write_text("".join(lines))
    return tmp_path / "data"


class Runner:
    """A stand-in for `run_command` that trains and scores nothing."""

    def __init__(self, fails=()):
        self.commands = []
        self.fails = fails

    def __call__(self, words, log, output):
        self.commands.append(words)
        if words[0] in self.fails:
            return 1
        if words[0] == "train":
            place = ModelDirectory(words[-1])
            Configuration().save(place.configuration_file)
            place.weights_file.touch()
            place.history_file.write_text("epoch,seconds\n1.0,30\n2.0,90\n")
        else:
            value = len(self.commands)
            scores = {metric: {"value": value} for metric in ("bleu", "chrf2")}
            output.write_text(json.dumps({"results": {"corpus": scores}}))
        return 0


def run(data, *arguments, runner=None):
    runner = runner or Runner()
    runs = ("--runs", str(data.parent / "runs"))
    code = fine_tuning.main(["--data", str(data), *runs, "--task", "style", *arguments], runner)
    return code, runner.commands


def test_every_row_is_trained_and_scored_on_both_domains(data):
    code, commands = run(data)
    folder = data.parent / "runs" / "style"
    trained = {words[-1].split("/")[-1]: words for words in commands if words[0] == "train"}
    assert code == 0 and list(trained) == list(fine_tuning.ROWS)
    assert trained["mixed"][1:6] == [
        str(folder / "new-train.tsv"),
        "--from",
        str(folder / "parent"),
        "--mix",
        str(folder / "old-train.tsv"),
    ]
    scored = [words[1] for words in commands if words[0] == "evaluate"]
    tests = [str(folder / f"{domain}-test.tsv") for domain in ("old", "new")]
    assert scored == len(fine_tuning.ROWS) * tests


def test_old_and_new_pairs_are_no_part_of_each_other(data):
    run(data, "--row", "parent")
    folder = data.parent / "runs" / "style"
    old, new = (read_tsv(folder / f"{domain}-train.tsv") for domain in ("old", "new"))
    assert len(old) == 5000 and len(new) == fine_tuning.NEW_PAIRS
    numbers = [{text.split()[-1] for text in corpus.source} for corpus in (old, new)]
    assert not numbers[0] & numbers[1]
    assert [len(read_tsv(folder / f"old-{part}.tsv")) for part in ("dev", "test")] == [200, 500]


def test_what_is_done_is_not_done_again_and_an_error_ends_it(data, capsys):
    assert run(data, "--row", "parent", "--row", "new")[0] == 0
    assert run(data, "--row", "new") == (0, [])
    code, commands = run(data, "--row", "tuned", runner=Runner(fails=["train"]))
    assert code == 1 and len(commands) == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("Error: Expected seq2seq train ") and "\n" not in error


def test_rows_are_added_to_those_that_are_kept(data, tmp_path, capsys):
    run(data, "--row", "parent")
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps({"style": {"mixed": {"kept": True, **_result(data)}}}))
    assert run(data, "--write", str(kept))[0] == 0
    rows = json.loads(kept.read_text())["style"]
    assert list(rows) == ["mixed", "parent"] and rows["mixed"]["kept"]
    assert "| style | parent | 2.0 | 2.0 | 3.0 | 3.0 | 1.5 |" in capsys.readouterr().out


def _result(data):
    return json.loads((data.parent / "runs" / "style" / "parent.json").read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_has_the_figures_that_are_kept(page):
    rows = [
        line.split("|")[2:-1]
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    shown = [[cell.strip() for cell in row] for row in rows]
    for task in json.loads(KEPT.read_text(encoding="utf-8")).values():
        for result in task.values():
            assert [f"{value:.1f}" for value in fine_tuning.figures(result)] in shown
