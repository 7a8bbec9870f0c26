"""Scores of single sentences, where a corpus score tells too little."""

from collections.abc import Sequence

from sacrebleu.metrics.chrf import CHRF

from seq2seq.evaluation.metrics import composed, expect_equal_lengths


def sentence_chrf2(hypotheses: Sequence[str], references: Sequence[str]) -> list[float]:
    """Returns the chrF2 of each translation, 0 to 100, as sacreBLEU computes that of a sentence.

    chrF2 compares characters, so that a sentence has many to count. BLEU of a single sentence is
    mostly chance.

    Args:
        hypotheses: Translations.
        references: One reference for each.

    Raises:
        InputError: There is nothing to score, or the lengths differ.
    """
    expect_equal_lengths(references, hypotheses=hypotheses)

    metric = CHRF()
    pairs = zip(composed(hypotheses), composed(references), strict=True)
    return [metric.sentence_score(hypothesis, [wanted]).score for hypothesis, wanted in pairs]
