"""Scores equal sacreBLEU's own, and what cannot be scored is refused."""

import json
import os
import subprocess
import sys
import unicodedata

import pytest
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER

from fixtures.sentences import FAIR, POOR, REFERENCES, drop_words
from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import read_parallel, read_tsv
from seq2seq.errors import InputError
from seq2seq.evaluation.comparison import compare
from seq2seq.evaluation.scores import quick_score, score

METRICS = ["bleu", "chrf2", "ter"]


def test_scores_equal_sacrebleu_called_directly():
    scores = score(FAIR, REFERENCES)
    assert list(scores) == METRICS
    for metric, result in zip([BLEU(), CHRF(), TER()], scores.values(), strict=True):
        direct = metric.corpus_score(FAIR, [REFERENCES], n_bootstrap=1000)
        assert (result.name, result.value) == (direct.name, direct.score)
        assert result.signature == str(metric.get_signature())
        low, high = result.confidence_interval
        assert f"(μ = {(low + high) / 2:.3f} ± {(high - low) / 2:.3f})" in direct.format(width=3)


def test_interval_contains_the_value():
    for result in score(FAIR, REFERENCES).values():
        low, high = result.confidence_interval
        assert low < result.value < high


def test_signature_says_how_a_score_was_computed():
    scores = score(FAIR, REFERENCES, tokenize="char", bootstrap=50, seed=7)
    assert "|tok:char|" in scores["bleu"].signature
    for result in scores.values():
        assert result.signature.startswith("nrefs:1|bs:50|seed:7|")
        assert result.signature.endswith(f"|version:{sacrebleu.__version__}")


def test_no_bootstrap_gives_no_interval_and_leaves_it_out_of_the_signature():
    score(FAIR, REFERENCES, bootstrap=50)  # must leave nothing behind for the next one
    for result in score(FAIR, REFERENCES, bootstrap=0).values():
        assert result.confidence_interval is None
        assert "bs:" not in result.signature and "seed:" not in result.signature


def test_tokenizer_changes_bleu_alone():
    words, characters = (
        score(FAIR, REFERENCES, tokenize=name, bootstrap=0) for name in ("13a", "char")
    )
    assert words["bleu"].value != characters["bleu"].value
    assert (words["chrf2"], words["ter"]) == (characters["chrf2"], characters["ter"])


def test_seed_decides_the_resamples_and_the_environment_is_restored(monkeypatch):
    monkeypatch.delenv("SACREBLEU_SEED", raising=False)
    first, again, other = (score(FAIR, REFERENCES, bootstrap=50, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first["bleu"].confidence_interval != other["bleu"].confidence_interval
    assert "SACREBLEU_SEED" not in os.environ
    monkeypatch.setenv("SACREBLEU_SEED", "99")
    assert score(FAIR, REFERENCES, bootstrap=50, seed=1) == first
    assert os.environ["SACREBLEU_SEED"] == "99"


def test_quick_score_equals_score():
    scores = score(FAIR, REFERENCES, bootstrap=0)
    assert quick_score(FAIR, REFERENCES) == (scores["bleu"].value, scores["chrf2"].value)


def test_perfect_and_empty_translations_reach_the_ends_of_the_scale():
    perfect = score(REFERENCES, REFERENCES)
    empty = score([""] * len(REFERENCES), REFERENCES)
    assert [perfect[name].value for name in METRICS] == pytest.approx([100, 100, 0])
    assert [empty[name].value for name in METRICS] == pytest.approx([0, 0, 100])


def test_spelling_of_reference_files_changes_no_score(tmp_path):
    """Decomposed Hangul, and no-break, ideographic and doubled spaces, in files of either kind."""
    korean = read_tsv(bundled_file("dev"))
    hypotheses = drop_words(korean.target, 0.1, seed=3)
    expected = [
        score(hypotheses, korean.target, tokenize=name, bootstrap=0) for name in ("13a", "char")
    ]
    text = "\n".join(korean.target)
    for spelling in (
        unicodedata.normalize("NFD", text),
        text.replace(" ", " \u3000"),
        text.replace(" ", "\u00a0"),
    ):
        assert spelling != text
        lines = spelling.split("\n")
        (tmp_path / "ko").write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        (tmp_path / "en").write_text(
            "".join(line + "\n" for line in korean.source), encoding="utf-8"
        )
        pairs = zip(korean.source, lines, strict=True)
        (tmp_path / "tsv").write_text(
            "".join(f"{source}\t{line}\n" for source, line in pairs), encoding="utf-8"
        )
        for corpus in (read_tsv(tmp_path / "tsv"), read_parallel(tmp_path / "en", tmp_path / "ko")):
            scores = [
                score(hypotheses, corpus.target, tokenize=name, bootstrap=0)
                for name in ("13a", "char")
            ]
            assert scores == expected


def test_results_survive_json():
    results = score(FAIR, REFERENCES, bootstrap=50) | compare(FAIR, POOR, REFERENCES, bootstrap=50)
    results["plain"] = score(FAIR, REFERENCES, bootstrap=0)["bleu"]
    for result in results.values():
        assert json.loads(json.dumps(result.as_dict())) == result.as_dict()


@pytest.mark.parametrize("function", [score, quick_score])
def test_unequal_lengths_and_nothing_to_score_are_refused(function):
    with pytest.raises(InputError, match="Received: 2 hypotheses and 3 references"):
        function(["a", "b"], ["a", "b", "c"])
    with pytest.raises(InputError, match="Expected sentences to score. Received: none"):
        function([], [])


def test_evaluation_imports_no_tensorflow():
    code = "import seq2seq.evaluation.evaluation, sys; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
