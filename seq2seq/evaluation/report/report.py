"""What is wrong with translations: every sentence, and where a model is weak.

Reference:
    Neubig et al., compare-mt: A Tool for Holistic Comparison of Language Generation Systems,
    NAACL 2019.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seq2seq.evaluation.comparison import Comparison
from seq2seq.evaluation.evaluation import Evaluation
from seq2seq.evaluation.reliability import Reliability, reliability
from seq2seq.evaluation.report.groups import (
    Groups,
    WordGroup,
    kind_groups,
    length_groups,
    part_groups,
    unknown_groups,
    word_groups,
)
from seq2seq.evaluation.report.rows import Row
from seq2seq.evaluation.report.words import WordCounts, is_spoken

_COMMONEST = 15  # missed and invented words that are named
_SAME = 0.5  # chrF2 by which two translations have to differ


@dataclass(frozen=True)
class WordFault:
    """A word that the model often misses, or often invents.

    Attributes:
        word: The word.
        count: In how many places it is missing, or too much.
        total: How often the references have it, or the translations.
    """

    word: str
    count: int
    total: int


@dataclass(frozen=True)
class Wins:
    """How many sentences a model translates better than a baseline, by sentence chrF2.

    Attributes:
        better: Sentences of which its chrF2 is higher by more than half a point.
        worse: Sentences of which it is lower by as much.
        same: All others.
    """

    better: int
    worse: int
    same: int


@dataclass(frozen=True)
class Report:
    """A report of the translations of one model, or of two.

    Attributes:
        model: The name of the model.
        baseline: That of the baseline; None without one.
        evaluations: The scores and faults of the model, by the names of the corpora.
        comparisons: How it compares with the baseline, by the same names.
        rows: The sentences, the worst first.
        groups: Tables of sentences by kind.
        words: Words of the target by how often they were learnt; none if that is not known.
        missed: The words that are missing most often.
        invented: The words that are too much most often.
        reliability: Whether confidence is borne out; None where there is none.
        training_pairs: How many training pairs the frequencies of words are of; None if they are
            not known.
    """

    model: str
    baseline: str | None
    evaluations: Mapping[str, Evaluation]
    comparisons: Mapping[str, Mapping[str, Comparison]]
    rows: Sequence[Row]
    groups: Sequence[Groups]
    words: Sequence[WordGroup]
    missed: Sequence[WordFault]
    invented: Sequence[WordFault]
    reliability: Reliability | None
    training_pairs: int | None

    @property
    def wins(self) -> Wins | None:
        """Where each of two models is better; None of one."""
        if self.baseline is None:
            return None
        better = sum(row.difference > _SAME for row in self.rows)
        worse = sum(row.difference < -_SAME for row in self.rows)
        return Wins(better, worse, len(self.rows) - better - worse)


def make_report(
    rows: Sequence[Row],
    evaluations: Mapping[str, Evaluation],
    *,
    model: str,
    baseline: str | None = None,
    comparisons: Mapping[str, Mapping[str, Comparison]] | None = None,
    counts: WordCounts | None = None,
) -> Report:
    """Makes a report.

    Args:
        rows: The sentences in any order.
        evaluations: The scores and faults of the model, by the names of the corpora.
        model: The name of the model.
        baseline: That of the baseline, if the rows have one.
        comparisons: How it compares with the baseline, by the names of the corpora.
        counts: The words of the training corpus, if they are known.
    """
    rows = sorted(rows, key=lambda row: row.output.chrf2)
    groups = [length_groups(rows), kind_groups(rows)]
    if counts:
        groups.insert(1, unknown_groups(rows, counts))
    if len(evaluations) > 1:
        groups.insert(0, part_groups(rows))

    return Report(
        model=model,
        baseline=baseline,
        evaluations=evaluations,
        comparisons=comparisons or {},
        rows=rows,
        groups=groups,
        words=word_groups(rows, counts) if counts else [],
        missed=_commonest(rows, missed=True),
        invented=_commonest(rows, missed=False),
        reliability=reliability(
            [row.output.confidence for row in rows], [row.output.chrf2 for row in rows]
        ),
        training_pairs=counts.pairs if counts else None,
    )


def _commonest(rows: Sequence[Row], *, missed: bool) -> list[WordFault]:
    """The words that are missed or invented most often, the commonest first."""
    faults: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for row in rows:
        found = row.output.words
        side = found.reference if missed else found.translation
        faults.update(filter(is_spoken, found.missed() if missed else found.invented()))
        totals.update(word.text for word in side)

    return [WordFault(word, count, totals[word]) for word, count in faults.most_common(_COMMONEST)]
