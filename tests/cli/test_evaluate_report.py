"""`seq2seq evaluate --report`: what it writes, and what it refuses before it translates."""

import json
import shutil

import pytest

from fixtures.commands import fails, letter_strings, reverse, succeeds, write_tsv

pytest_plugins = ["fixtures.commands"]
pytestmark = pytest.mark.usefixtures("loaded_once")

FAST = ("--beam-size", 1, "--max-length", 6)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Pairs, the second of which is no pair."""
    path = tmp_path_factory.mktemp("corpus") / "pairs.tsv"
    lines = [f"{text}\t{reverse(text)}\n" for text in letter_strings(8, seed=7)]
    path.write_text("".join([lines[0], "no tab\n", *lines[1:]]))
    return path


@pytest.fixture
def nothing_is_loaded(monkeypatch):
    """A model that is loaded is an error."""
    from seq2seq.translation.translator import Translator

    monkeypatch.setattr(Translator, "load", None)


def korean(model, place):
    """A copy of a model that writes Korean, as far as its tokenizer tells."""
    from seq2seq.data.tokenizer import Tokenizer

    shutil.copytree(model, place)
    tokenizer = Tokenizer.train(
        ["나는 학교에 간다", "너는 집에 있다", "우리는 먹고 마신다"] * 5, 60
    )
    (place / "target.model").write_bytes(tokenizer.model)
    return place


@pytest.mark.parametrize("baseline", [False, True])
def test_report_in_each_form_is_of_every_pair_with_its_line(corpus, untrained, tmp_path, baseline):
    options = ["--model", untrained(1), "--training", corpus, *FAST]
    if baseline:
        options += ["--baseline", untrained(2)]
    for suffix in ("html", "tsv", "json"):
        path = tmp_path / f"report.{suffix}"
        result = succeeds("evaluate", corpus, *options, "--report", path)
        assert f"Wrote {path}." in result.stderr and "chrF2" in result.stdout

    found = json.loads((tmp_path / "report.json").read_text())
    lines = {row["line"]: row for row in found["sentences"]}
    read = corpus.read_text().splitlines()
    assert sorted(lines) == [1, *range(3, 10)]
    for number, row in lines.items():
        assert [row["source"], row["reference"]] == read[number - 1].split("\t")
        assert ("baseline" in row) == baseline
    assert found["training_pairs"] == 8
    head, *rows = (tmp_path / "report.tsv").read_text().splitlines()
    assert len(rows) == 8 and ("baseline_chrf2" in head) == baseline
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>") and '"attention":' in page


def test_training_pairs_that_are_gone_leave_out_what_needs_them(corpus, untrained, tmp_path):
    place = tmp_path / "model"
    shutil.copytree(untrained(1), place)
    (place / "manifest.json").unlink()
    with (place / "config.toml").open("a") as file:
        file.write(f'corpus = ["{tmp_path / "gone.tsv"}"]\n')
    report = tmp_path / "report.json"
    result = succeeds("evaluate", corpus, "--model", place, "--report", report, *FAST)
    assert "Give them with --training" in result.stderr
    assert json.loads(report.read_text())["training_pairs"] is None


@pytest.mark.usefixtures("nothing_is_loaded")
def test_report_that_cannot_be_written_is_refused_before_the_translation(
    corpus, untrained, tmp_path
):
    file = tmp_path / "file"
    file.write_text("")
    (tmp_path / "directory.html").mkdir()
    for name, message in [
        ("report.pdf", "Expected --report to end in .html, .tsv or .json"),
        ("report", "Received: report. The end of the name"),
        (file / "report.html", "file is a file"),
        (tmp_path / "directory.html", "Received: a directory"),
    ]:
        options = ("--model", untrained(1), "--report", name)
        assert message in fails("evaluate", corpus, *options)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["directory.html", "file"]


@pytest.mark.usefixtures("nothing_is_loaded")
def test_models_of_different_languages_are_not_compared(corpus, untrained, tmp_path):
    other = korean(untrained(1), tmp_path / "korean")
    message = fails("evaluate", corpus, "--model", untrained(1), "--baseline", other)
    assert f"Received: {other}, which writes Hangul, and" in message and "writes Latin" in message
    (other / "target.model").write_bytes(b"no model")
    message = fails("evaluate", corpus, "--model", untrained(1), "--baseline", other)
    assert "missing or damaged file" in message


@pytest.mark.usefixtures("nothing_is_loaded")
def test_report_needs_references_and_pairs_of_training_that_can_be_read(untrained, tmp_path):
    sources = tmp_path / "source.txt"
    sources.write_text("b c\nd\n")
    options = ("--model", untrained(1), "--report", tmp_path / "report.html")
    message = fails("evaluate", "--source", sources, *options, code=2)
    assert "Expected as many --source as --target files" in message
    assert "none with a TAB" in fails("evaluate", sources, *options)
    pairs = write_tsv(tmp_path / "pairs.tsv", ["b c"])
    assert "No such file" in fails("evaluate", pairs, *options, "--training", "missing.tsv")
    assert "with --report" in fails("evaluate", pairs, *options[:2], "--training", pairs, code=2)
