"""`seq2seq data` end to end: a report, a page, what is kept and removed, three parts."""

import gzip

import pytest
from click.testing import CliRunner

from seq2seq.cli import main
from seq2seq.data.corpus import read_tsv

PAIRS = [
    (f"The word {chr(97 + k % 26)}{k} is here.", f"Das Wort {k}{chr(97 + k % 26)} da.")
    for k in range(60)
]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command in a folder with pairs.csv, dev.tsv and pairs.tsv."""
    monkeypatch.chdir(tmp_path)
    rows = [("No", "English", "German"), *((str(k), *pair) for k, pair in enumerate(PAIRS))]
    rows += [("60", *PAIRS[0]), ("61", "All the same here.", "All the same here."), ("62", "x", "")]
    (tmp_path / "pairs.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    (tmp_path / "pairs.tsv").write_text("".join("\t".join(pair) + "\n" for pair in PAIRS))
    (tmp_path / "dev.tsv").write_text("\t".join(PAIRS[3]) + "\n")

    def run_command(line, code=0):
        result = CliRunner().invoke(main, ["data", *line.split()])
        assert result.exit_code == code, result.output
        return result.output

    return run_command


def test_check_reports_and_writes_a_page(run, tmp_path):
    report = run("check pairs.csv --columns English,German --dev dev.tsv --output report.html")
    assert "pairs.csv: 62 pairs" in report
    for found in ("duplicates: 1 ", "copies: 1 ", "overlap: 1 ", "empty: 1 ", "row 62: "):
        assert found in report
    page = (tmp_path / "report.html").read_text()
    assert page.startswith("<!doctype html>") and "All the same here." in page


def test_clean_writes_what_is_kept_and_why_the_rest_is_not(run, tmp_path):
    line = "clean pairs.csv --columns en,de --output kept.tsv --removed removed.tsv.gz"
    for keep in ("language", "cut", "mismatch", "length"):
        line += f" --keep {keep}"
    output = run(line)
    assert "Kept 60 of 62 pairs, taken out 2." in output
    assert "1 with an empty side" in output
    kept = read_tsv("kept.tsv", strict=True)
    assert list(zip(kept.source, kept.target, strict=True)) == PAIRS
    removed = gzip.decompress((tmp_path / "removed.tsv.gz").read_bytes()).decode().splitlines()
    reasons, place, source, target = removed[0].split("\t")
    assert (reasons, place, (source, target)) == ("duplicates", "pairs.csv, row 62", PAIRS[0])

    assert "taken out 1." in run(line + " --keep duplicates")


def test_compressed_files_are_the_same_when_they_are_written_again(run, tmp_path):
    line = "clean pairs.csv --columns en,de --output kept.tsv.gz"
    run(line)
    first = (tmp_path / "kept.tsv.gz").read_bytes()
    run(line)
    assert (tmp_path / "kept.tsv.gz").read_bytes() == first


def test_what_fails_leaves_nothing(run, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir())
    assert "which are read twice" in run("clean - --output kept.tsv --removed r.tsv", code=1)
    assert "Expected a column 'French'" in run(
        "clean pairs.csv --columns English,French --output kept.tsv --removed r.tsv", code=1
    )
    assert "other files than those" in run("clean pairs.tsv --output pairs.tsv", code=2)
    assert "Expected files of sentence pairs. Received none." in run("check", code=2)
    assert "Expected enough pairs" in run("split dev.tsv --output p --dev 1 --test 1", code=1)
    assert "is known here. Received: 'nothing'" in run("download nothing", code=1)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_split_writes_three_parts_once(run, tmp_path):
    output = run("split pairs.tsv --output parts --dev 10 --test 5")
    sizes = {
        name: len(read_tsv(tmp_path / "parts" / f"{name}.tsv")) for name in ("train", "dev", "test")
    }
    assert sizes == {"train": 45, "dev": 10, "test": 5}
    assert "parts/dev.tsv: 10 pairs" in output
    assert "without train.tsv" in run("split pairs.tsv --output parts --dev 9 --test 5", code=1)


@pytest.mark.parametrize("name", sorted(main.commands["data"].commands))
def test_help_explains_every_option(name):
    command = main.commands["data"].commands[name]
    assert all(option.help for option in command.params if option.param_type_name == "option")
    result = CliRunner().invoke(main, ["data", name, "--help"])
    assert result.exit_code == 0 and "Usage: " in result.output
