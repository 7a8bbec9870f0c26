"""Scores equal sacreBLEU's own, significance tests behave, and what cannot be scored is refused."""

import json
import os
import random
import subprocess
import sys
import unicodedata

import pytest
import sacrebleu
from sacrebleu.metrics import BLEU, CHRF, TER
from sacrebleu.tokenizers import tokenizer_ko_mecab

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import read_parallel, read_tsv
from seq2seq.errors import InputError
from seq2seq.evaluation import scores as evaluation
from seq2seq.evaluation.scores import compare, quick_score, score

SUBJECTS = [
    "A man",
    "Two small children",
    "My older sister",
    "The old dog",
    "Nobody",
    "Everyone I know",
]
VERBS = ["is looking at", "likes", "has never seen", "runs towards", "doesn't want", "bought"]
OBJECTS = [
    "the red house.",
    "a very big tree!",
    "your $3.50 coffee.",
    "this book, too",
    "the end of the road?",
]
REFERENCES = [
    f"{subject} {verb} {thing}" for subject in SUBJECTS for verb in VERBS for thing in OBJECTS
]
METRICS = ["bleu", "chrf2", "ter"]


def drop_words(sentences, probability, seed):
    """Returns translations that lack some words."""
    chance = random.Random(seed)
    return [
        " ".join(word for word in text.split() if chance.random() > probability)
        for text in sentences
    ]


FAIR = drop_words(REFERENCES, 0.2, seed=1)
POOR = drop_words(REFERENCES, 0.5, seed=2)


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
    perfect, empty = score(REFERENCES, REFERENCES), score([""] * len(REFERENCES), REFERENCES)
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


def test_compare_finds_a_clear_winner():
    comparisons = compare(FAIR, POOR, REFERENCES)
    assert list(comparisons) == METRICS
    scores, baseline_scores = score(FAIR, REFERENCES), score(POOR, REFERENCES)
    for name, comparison in comparisons.items():
        assert comparison.p_value < 0.05
        assert comparison.system.value == scores[name].value
        assert comparison.baseline.value == baseline_scores[name].value
        assert (
            comparison.system.signature == comparison.baseline.signature == scores[name].signature
        )
    assert comparisons["bleu"].system.value > comparisons["bleu"].baseline.value
    assert comparisons["ter"].system.value < comparisons["ter"].baseline.value


def test_compare_finds_no_difference_between_identical_translations():
    for comparison in compare(FAIR, FAIR, REFERENCES).values():
        assert comparison.p_value == 1.0


def test_compare_finds_no_difference_between_equally_good_systems():
    half = len(REFERENCES) // 2
    mirrored = POOR[:half] + FAIR[half:], FAIR[:half] + POOR[half:]
    for comparison in compare(*mirrored, REFERENCES).values():
        assert comparison.p_value > 0.05


def test_compare_is_deterministic():
    assert compare(FAIR, POOR, REFERENCES, bootstrap=50) == compare(
        FAIR, POOR, REFERENCES, bootstrap=50
    )


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


def test_compare_refuses_unequal_lengths_on_either_side():
    with pytest.raises(InputError, match="Received: 1 hypotheses and 2 references"):
        compare(["a"], ["a", "b"], ["a", "b"])
    with pytest.raises(InputError, match="Received: 1 baseline hypotheses and 2 references"):
        compare(["a", "b"], ["a"], ["a", "b"])


@pytest.mark.parametrize("name", ["mecab", "", None])
def test_unknown_tokenizer_is_refused_with_the_choices(name):
    with pytest.raises(InputError, match=f"13a, char, .*ko-mecab, none, .*Received: {name!r}"):
        score(FAIR, REFERENCES, tokenize=name)


@pytest.mark.parametrize("bootstrap", [1, -1])
def test_senseless_numbers_of_resamples_are_refused(bootstrap):
    with pytest.raises(InputError, match=f"at least 2 bootstrap resamples. Received: {bootstrap}"):
        score(FAIR, REFERENCES, bootstrap=bootstrap)
    with pytest.raises(InputError, match="at least 2 bootstrap resamples. Received: 0"):
        compare(FAIR, POOR, REFERENCES, bootstrap=0)


def test_seed_that_sacrebleu_would_ignore_is_refused():
    with pytest.raises(InputError, match="seed of at least 1. Received: 0"):
        compare(FAIR, POOR, REFERENCES, seed=0)


@pytest.fixture
def no_tokenizer_yet():
    """Forgets the tokenizers made so far, and those that the test makes."""
    evaluation._unused_bleu.cache_clear()
    yield
    evaluation._unused_bleu.cache_clear()


def test_missing_korean_tokenizer_is_refused_with_the_command_that_installs_it(
    monkeypatch, no_tokenizer_yet
):
    monkeypatch.setattr(tokenizer_ko_mecab, "MeCab", None)
    with pytest.raises(InputError, match=r'pip install "sacrebleu\[ko\]"'):
        score(FAIR, REFERENCES, tokenize="ko-mecab")


def test_korean_tokenizer_is_made_once(monkeypatch, no_tokenizer_yet):
    made = []

    class FakeTokenizer:
        def __init__(self):
            made.append(self)

        def __call__(self, line):
            return line

        def signature(self):
            return "ko-mecab-fake"

    monkeypatch.setattr(tokenizer_ko_mecab, "TokenizerKoMecab", FakeTokenizer)
    for _ in range(3):
        score(FAIR, REFERENCES, tokenize="ko-mecab", bootstrap=0)
    scores = score(FAIR, REFERENCES, tokenize="ko-mecab", bootstrap=2)
    assert "tok:ko-mecab-fake" in scores["bleu"].signature
    assert len(made) == 1


def test_tokenizer_that_cannot_be_downloaded_is_refused(monkeypatch, no_tokenizer_yet):
    def fail(tokenize):
        raise OSError("no network")

    monkeypatch.setattr(evaluation, "BLEU", fail)
    monkeypatch.setattr(fail, "TOKENIZERS", ["flores200"], raising=False)
    with pytest.raises(
        InputError, match="download the tokenizer 'flores200'. Received: no network"
    ):
        score(FAIR, REFERENCES, tokenize="flores200")


def test_evaluation_imports_no_tensorflow():
    code = "import seq2seq.evaluation.scores, sys; sys.exit('tensorflow' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
