"""`seq2seq evaluate`: scores, and what cannot be scored."""

import json
import re

import pytest

from fixtures.cli import exact_match, pairs
from fixtures.commands import fails, letter_strings, reverse, succeeds, write_tsv

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")


def test_evaluation_is_json_with_signatures_and_intervals(reverse_model, reverse_task, tmp_path):
    options = (
        "--model",
        reverse_model,
        "--json",
        "--output",
        tmp_path / "translations.txt",
        "--beam-size",
        2,
    )
    report = json.loads(succeeds("evaluate", reverse_task / "test.tsv", *options).stdout)
    assert report["model"] == str(reverse_model)
    scores = report["results"]["corpus"]
    assert (
        scores["sentences"] == 300
        and scores["sentences_per_second"] > 0
        and scores["tokens_per_second"] > 0
    )
    for name in ("bleu", "chrf2", "ter"):
        low, high = scores[name]["confidence_interval"]
        assert low <= high and "version:" in scores[name]["signature"]
    assert scores["bleu"]["value"] > 90
    references = [reference for _, reference in pairs(reverse_task / "test.tsv")]
    assert exact_match((tmp_path / "translations.txt").read_text().splitlines(), references) >= 0.9


def test_evaluation_of_parallel_files_with_another_tokenizer_and_a_baseline(
    reverse_model, tmp_path
):
    strings = letter_strings(20, seed=31)
    (tmp_path / "a.src").write_text("".join(text + "\n" for text in strings))
    (tmp_path / "a.tgt").write_text("".join(reverse(text) + "\n" for text in strings))
    files = (
        "--source",
        tmp_path / "a.src",
        "--target",
        tmp_path / "a.tgt",
        "--model",
        reverse_model,
    )
    output = succeeds("evaluate", *files, "--tokenize", "char", "--baseline", reverse_model).stdout
    assert "tok:char" in output and "no difference shown" in output and "paired bootstrap" in output
    report = json.loads(succeeds("evaluate", *files, "--baseline", reverse_model, "--json").stdout)
    assert report["results"]["corpus"]["baseline"]["bleu"]["p_value"] == 1.0


def test_output_has_a_line_for_every_line_of_the_input(untrained, tmp_path):
    """Also where a line was no pair, and across files."""
    model = untrained(1)
    one = tmp_path / "one.tsv"
    one.write_text("English\tKorean\nb c\tc b\nno tab\n\nd e\te d\nf\t\n")
    two = tmp_path / "two.csv"
    two.write_text("source,target\n,\na b,b a\n")
    output = tmp_path / "out.txt"
    succeeds("evaluate", one, two, "--model", model, "--output", output, "--beam-size", 1)

    alone = tmp_path / "alone.txt"
    alone.write_text("b c\nd e\na b\n")
    translated = succeeds("translate", "--input", alone, "--model", model, "--beam-size", 1).stdout
    first, second, third = translated.split("\n")[:3]
    wanted = ["", first, "", "", second, "", "", "", third]
    assert output.read_text().split("\n") == [*wanted, ""]


def test_each_file_is_scored_apart_and_all_are_in_a_table(untrained, tmp_path):
    old = write_tsv(tmp_path / "old.tsv", letter_strings(9, seed=1))
    new = write_tsv(tmp_path / "new.tsv", letter_strings(7, seed=2))
    models = ("--model", untrained(1), "--baseline", untrained(2), "--beam-size", 1)
    apart = json.loads(succeeds("evaluate", old, new, "--each", *models, "--json").stdout)
    assert list(apart["results"]) == [str(old), str(new)]
    for file in (old, new):
        alone = json.loads(succeeds("evaluate", file, *models, "--json").stdout)["results"]
        for metric in ("bleu", "chrf2", "ter", "baseline"):
            assert apart["results"][str(file)][metric] == alone["corpus"][metric]

    heading, *lines, explained = succeeds(
        "evaluate", old, new, "--each", *models
    ).stdout.splitlines()[-4:]
    assert heading.split() == ["sentences", "BLEU", "chrF2", "TER"] and "brackets" in explained
    for line, file in zip(lines, (old, new), strict=True):
        found = apart["results"][str(file)]
        shown = re.findall(r"[\d.]+(?= \()|(?<=\()[\d.]+", line.removeprefix(str(file)))
        both = [(found[name], found["baseline"][name]["baseline"]) for name in ("chrf2", "ter")]
        assert shown[2:] == [f"{score['value']:.2f}" for pair in both for score in pair]


def test_file_that_is_to_be_scored_apart_twice_is_refused(untrained, tmp_path):
    corpus = write_tsv(tmp_path / "pairs.tsv", ["b c"])
    each = ("evaluate", corpus, corpus, "--each", "--model", untrained(1))
    assert "Expected each file once" in fails(*each, code=2)


def test_evaluation_without_a_corpus_needs_a_model_of_the_bundled_one(reverse_model):
    assert "Expected a corpus to score" in fails("evaluate", "--model", reverse_model)


def test_wrong_baseline_is_an_error_before_anything_is_translated(untrained, tmp_path):
    corpus = write_tsv(tmp_path / "pairs.tsv", ["b c"])
    assert "nowhere" in fails("evaluate", corpus, "--model", untrained(1), "--baseline", "nowhere")


def test_options_of_evaluate_that_contradict_each_other_are_one_line():
    options = ["--min-length", 5, "--max-length", 5]
    assert "Expected min-length to be below max-length" in fails(
        "evaluate", *options, "--model", "nowhere"
    )


def test_unknown_tokenizer_is_refused(reverse_model, reverse_task):
    corpus = reverse_task / "dev.tsv"
    message = fails("evaluate", corpus, "--model", reverse_model, "--tokenize", "words")
    assert "Expected a sacreBLEU tokenizer" in message and "'words'" in message


def test_missing_korean_tokenizer_is_one_line_and_comes_before_the_translation(
    reverse_model, reverse_task, monkeypatch
):
    from sacrebleu.tokenizers import tokenizer_ko_mecab

    from seq2seq.evaluation import metrics
    from seq2seq.translation.translator import Translator

    metrics._unused_bleu.cache_clear()
    monkeypatch.setattr(tokenizer_ko_mecab, "MeCab", None)
    monkeypatch.setattr(Translator, "stream", None)
    message = fails(
        "evaluate", reverse_task / "dev.tsv", "--model", reverse_model, "--tokenize", "ko-mecab"
    )
    assert message.endswith('Install it with: pip install "sacrebleu[ko]"')


@pytest.mark.parametrize("tokenize", ["13a", "char", "none", "intl"])
def test_chrf_is_printed_whatever_the_tokenizer(reverse_model, folder, tokenize):
    output = succeeds(
        "evaluate", "dev.tsv", "--model", reverse_model, "--tokenize", tokenize
    ).stdout
    assert re.search(r"^  chrF2 +\d+\.\d\d ", output, re.M) and f"|tok:{tokenize}|" in output


def test_evaluating_what_cannot_be_used_is_one_line(folder, reverse_model):
    for arguments, message in [
        (["missing.tsv"], "No such file"),
        (["empty.tsv"], "an empty file"),
        (["good.tsv", "--baseline", "missing"], "Expected a model directory"),
        (["good.tsv", "--output", "good.tsv/out.txt"], "good.tsv is a file"),
    ]:
        assert message in fails("evaluate", *arguments, "--model", reverse_model)
