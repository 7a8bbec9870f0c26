"""The table of the examples: every program is in it, and what a program prints stands in it."""

import pytest

import examples as benchmark

PROGRAM = """
import pathlib, sys
pathlib.Path(sys.argv[2]).write_text("a picture")
print("score 99 %")
"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder for programs in the place of `examples/`."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setattr(benchmark, "EXAMPLES", folder)
    return folder


def test_every_program_of_the_folder_is_run():
    assert set(benchmark.NAMES) == {path.stem for path in benchmark.EXAMPLES.glob("*.py")}


def test_scores_time_memory_and_picture_of_a_program_are_kept(programs, tmp_path, capsys):
    (programs / "tagging.py").write_text(PROGRAM, encoding="utf-8")

    benchmark.main(["tagging", "--pictures", str(tmp_path / "pictures")])
    printed = capsys.readouterr().out
    assert "| tagging | 0 | " in printed
    assert "```text\nscore 99 %\n```" in printed
    assert (tmp_path / "pictures" / "example-tagging.svg").read_text() == "a picture"


def test_program_that_fails_is_named_with_its_message(programs):
    (programs / "tagging.py").write_text("raise SystemExit('too dark')", encoding="utf-8")
    with pytest.raises(SystemExit, match="tagging failed:\ntoo dark"):
        benchmark.main(["tagging"])


def test_unknown_program_is_a_usage_error(capsys):
    with pytest.raises(SystemExit, match="2"):
        benchmark.main(["paring"])
    assert "Received: paring" in capsys.readouterr().err
