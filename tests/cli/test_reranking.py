"""`--mbr` and `--rerank-with`: as the library ranks, and what contradicts them is one line."""

import json

import pytest

from fixtures.commands import fails, letter_strings, succeeds
from seq2seq.cli.streams import translator_stream
from seq2seq.exports.tflite_translator import MODEL

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

TEXTS = [*letter_strings(12, seed=41), "", "X b c! Y d e!", "b 12 c"]


@pytest.fixture
def options(reverse_model):
    return ("--mbr", 6, "--rerank-with", reverse_model, "--rerank-weight", 0.5)


@pytest.fixture
def of_library(reverse_translator):
    return {"mbr": 6, "rerank_with": reverse_translator, "rerank_weight": 0.5}


def test_command_writes_what_the_library_finds(translate, reverse_translator, options, of_library):
    lines = translate("--n-best", 2, *options, "-", stdin="\n".join(TEXTS) + "\n").splitlines()
    found = list(reverse_translator.stream(TEXTS, n_best=2, **of_library))
    assert len(lines) == 2 * len(TEXTS)
    for k, one in enumerate(found):
        texts = [hypothesis.text for hypothesis in one.hypotheses]
        assert lines[2 * k : 2 * k + 2] == [*texts, ""][:2]


def test_jsonl_tells_what_hypotheses_are_ranked_by(translate, options):
    search = ("--format", "jsonl", "--n-best", 3, "b c d")
    plain = json.loads(translate(*search))
    found = json.loads(translate(*search, *options))
    assert "reranking_scores" not in plain and "confidence" not in found
    assert found["reranking_scores"] == sorted(found["reranking_scores"], reverse=True)
    assert len(found["reranking_scores"]) == len(found["scores"]) == len(found["translations"])


def test_evaluation_scores_what_the_library_finds(
    reverse_model, reverse_task, reverse_translator, options, of_library, tmp_path
):
    corpus = tmp_path / "pairs.tsv"
    corpus.write_text("".join((reverse_task / "test.tsv").read_text().splitlines(True)[:20]))
    output = tmp_path / "out.txt"
    result = succeeds(
        "evaluate", corpus, "--model", reverse_model, *options, "--output", output
    ).stdout
    assert "20 sentences, beam 6, minimum Bayes risk of 6, reranked\n" in result
    evaluation = reverse_translator.evaluate(corpus, **of_library)
    assert output.read_text().splitlines() == evaluation.hypotheses
    assert f"chrF2 {evaluation.chrf2.value:.2f}".split()[1] in result


def test_shards_of_another_model_to_rerank_with_are_refused(
    reverse_model, untrained, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lines.txt").write_text("b c\nd e\nf g\n")
    shards = ("--output", "parts", "--shards", 2, "--model", reverse_model, "--beam-size", 2)
    command = ("translate", "--input", "lines.txt", *shards, "--rerank-with")
    succeeds(*command, reverse_model)
    assert "there already" in succeeds(*command, reverse_model).stderr
    assert "rerank" in fails(*command, untrained(1))


@pytest.mark.parametrize("command", [("translate", "b"), ("evaluate",)], ids=str)
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mbr", 4, "--beam-size", 1], "Expected mbr with beam search"),
        (["--mbr", 4, "--coverage-penalty", 1], "Expected a coverage penalty or mbr"),
        (["--mbr", 1], "Expected mbr to be 0 or a whole number of 2 to 1,000. Received: 1"),
        (["--rerank-with", "nowhere", "--beam-size", 1], "Expected rerank-with with beam search"),
        (["--rerank-with", "nowhere"], "nowhere"),
        (["--rerank-weight", 2], "Expected rerank-weight with rerank-with. Received: it alone"),
    ],
)
def test_options_that_contradict_each_other_are_one_line(command, options, message, reverse_model):
    assert message in fails(*command, *options, "--model", reverse_model)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--mbr", 4, "--n-best", 5], "Received: 5 best of 4 candidates"),
        (["--mbr", 4, "--top-k", 5], "Expected mbr with beam search"),
        (["--rerank-with", "nowhere", "--top-k", 5], "Expected rerank-with with beam search"),
    ],
)
def test_more_best_than_candidates_and_draws_are_one_line(options, message):
    assert message in fails("translate", "b", *options, "--model", "nowhere")


@pytest.mark.parametrize("option", ["--mbr", "--rerank-with", "--rerank-weight"])
def test_tflite_model_has_its_own_search(tmp_path, option):
    (tmp_path / MODEL).touch()
    message = fails("translate", "b", "--model", tmp_path, option, 4)
    assert f"Received: {option}. Leave it out" in message


def test_other_model_is_loaded_once_for_all_calls(reverse_model, monkeypatch):
    from seq2seq.translation.translator import Translator

    loaded = []
    load = Translator.load

    def counted(*directories, **options):
        loaded.append(directories)
        return load(*directories, **options)

    monkeypatch.setattr(Translator, "load", counted)
    of_reranking = {"rerank_with": reverse_model, "rerank_weight": None}
    stream = translator_stream([reverse_model], {"mbr": 4}, of_reranking, None)
    for text in ("b c", "d"):
        assert len(list(stream([text], first=0))) == 1
    assert loaded == [(reverse_model,), (reverse_model,)]
