"""`seq2seq score`: the log-probabilities of given translations."""

import json

import pytest

from fixtures.commands import fails, letter_strings, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_score_of_a_translation_is_what_the_search_gave_it(reverse_model, translate, tmp_path):
    texts = letter_strings(9, seed=23)
    fields = [
        json.loads(line)
        for line in translate("--format", "jsonl", "--length-penalty", 0, *texts).splitlines()
    ]
    corpus = tmp_path / "pairs.tsv"
    corpus.write_text(
        "".join(f"{field['source']}\t{field['translations'][0]}\n" for field in fields)
    )
    result = succeeds("score", corpus, "--model", reverse_model, "--batch-size", 4)
    expected = [field["scores"][0] for field in fields]
    assert [float(line) for line in result.stdout.splitlines()] == pytest.approx(expected, abs=1e-3)
    tokens = sum(len(field["tokens"][0]) for field in fields)
    assert f"9 pairs, {tokens} tokens: " in result.stderr and ", perplexity " in result.stderr
    succeeds(
        "score",
        corpus,
        "--model",
        reverse_model,
        "--format",
        "jsonl",
        "--output",
        tmp_path / "scores",
    )
    scores = [json.loads(line) for line in (tmp_path / "scores").read_text().splitlines()]
    assert [score["tokens"] for score in scores] == [field["tokens"][0] for field in fields]
    assert [sum(score["log_probabilities"]) for score in scores] == [
        score["log_probability"] for score in scores
    ]


def test_pairs_that_cannot_be_scored_are_one_line(reverse_model, tmp_path):
    (tmp_path / "pairs.tsv").write_text("b c\tc b\nno pair\n")
    assert "line 2 (without a TAB)" in fails(
        "score", tmp_path / "pairs.tsv", "--model", reverse_model
    )
    assert "Expected pairs to score. Received none" in fails(
        "score", "--model", reverse_model, code=2
    )
