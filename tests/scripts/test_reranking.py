"""The measurement of ways to choose a translation: a row for each, and signatures."""

import reranking
from fixtures.commands import letter_strings, write_tsv

pytest_plugins = ["fixtures.commands"]


def test_every_way_has_a_row_of_what_evaluation_tells(untrained, tmp_path, capsys):
    pairs = write_tsv(tmp_path / "dev.tsv", letter_strings(9, seed=5))
    models = [str(untrained(1)), str(untrained(2))]
    options = ["--candidates", "3", "--limit", "4", "--weight", "0", "--weight", "2"]
    assert reranking.main([*models, str(pairs), *options]) == 0

    output = capsys.readouterr().out
    rows = [line.split(" | ") for line in output.splitlines() if line.startswith("| ")][1:]
    scores = {name.removeprefix("| "): (bleu, chrf) for name, bleu, chrf, _ in rows}
    assert "4 sentences" in output and "BLEU: nrefs:1" in output and "chrF2: nrefs:1" in output
    assert [*scores] == [
        "beam 5",
        "beam 3",
        "mbr 3",
        "rerank 3, weight 0",
        "rerank 3, weight 2",
        "both 3, weight 0",
        "both 3, weight 2",
    ]
    assert scores["rerank 3, weight 0"] == scores["beam 3"]
    assert scores["both 3, weight 0"] == scores["mbr 3"]


def test_what_is_no_model_is_one_line(tmp_path, capsys):
    pairs = write_tsv(tmp_path / "dev.tsv", ["b c"])
    assert reranking.main([str(tmp_path), str(tmp_path), str(pairs)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("Error: ")
