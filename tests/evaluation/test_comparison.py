"""A paired bootstrap finds a clear winner, and no difference where there is none."""

import pytest

from fixtures.sentences import FAIR, POOR, REFERENCES
from seq2seq.errors import InputError
from seq2seq.evaluation.comparison import compare
from seq2seq.evaluation.scores import score


def test_compare_finds_a_clear_winner():
    comparisons = compare(FAIR, POOR, REFERENCES)
    assert list(comparisons) == ["bleu", "chrf2", "ter"]
    scores = score(FAIR, REFERENCES)
    baseline_scores = score(POOR, REFERENCES)
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


def test_compare_refuses_unequal_lengths_on_either_side():
    with pytest.raises(InputError, match="Received: 1 hypotheses and 2 references"):
        compare(["a"], ["a", "b"], ["a", "b"])
    with pytest.raises(InputError, match="Received: 1 baseline hypotheses and 2 references"):
        compare(["a", "b"], ["a"], ["a", "b"])
