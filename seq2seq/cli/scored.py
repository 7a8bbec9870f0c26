"""What `seq2seq evaluate` has found of a corpus, and how it shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seq2seq.data.numbered import NumberedCorpus

if TYPE_CHECKING:
    from seq2seq.evaluation.comparison import Comparison
    from seq2seq.evaluation.evaluation import Evaluation
    from seq2seq.translation.result import Translation
    from seq2seq.translation.translator import Translator

_CHANCE = 0.05  # the p-value below which scores differ by more than chance


@dataclass(frozen=True)
class Scored:
    """What was found of a corpus.

    Attributes:
        numbered: The corpus.
        evaluation: What the model made of it.
        others: What the baseline made of it; None without one.
        tests: How they compare, by the metrics; none without a baseline.
    """

    numbered: NumberedCorpus
    evaluation: Evaluation
    others: Sequence[Translation] | None
    tests: Mapping[str, Comparison]

    def lines(self) -> list[str]:
        """The translations, a line for each line of the input."""
        return self.numbered.lines_of(self.evaluation.hypotheses)

    def as_dict(self) -> dict[str, Any]:
        """The scores, JSON-ready."""
        found = self.evaluation.as_dict()
        if self.tests:
            found["baseline"] = {metric: test.as_dict() for metric, test in self.tests.items()}
        return found


def score_corpus(
    numbered: NumberedCorpus,
    translator: Translator,
    baseline: Translator | None,
    *,
    tokenize: str,
    **search: Any,
) -> Scored:
    """Translates a corpus with one model or two, and scores the translations."""
    from seq2seq.evaluation.comparison import compare
    from seq2seq.evaluation.evaluation import evaluate_translator

    pairs = numbered.corpus
    evaluation = evaluate_translator(translator, pairs, tokenize=tokenize, **search)
    if baseline is None:
        return Scored(numbered, evaluation, None, {})

    others = list(baseline.stream(pairs.source, **search))
    hypotheses = [one.text for one in others]
    tests = compare(evaluation.hypotheses, hypotheses, pairs.target, tokenize=evaluation.tokenize)
    return Scored(numbered, evaluation, others, tests)


def comparison(tests: Mapping[str, Comparison], baseline: Path | None) -> str:
    """A line for each metric: both scores, and whether they differ by more than chance."""
    lines = [f"Against {baseline} (paired bootstrap, p < {_CHANCE} counts as a difference):"]
    for test in tests.values():
        verdict = "differs" if test.p_value < _CHANCE else "no difference shown"
        lines.append(
            f"  {test.system.name:5}  {test.system.value:6.2f} against {test.baseline.value:6.2f}  "
            f"p = {test.p_value:.3f}  {verdict}"
        )
    return "\n".join(lines) + "\n"


def overview(scored: Mapping[str, Scored], baseline: Path | None) -> str:
    """A table with a line for each corpus, and the baseline's scores in brackets."""
    names = [score.name for score in next(iter(scored.values())).evaluation.scores.values()]
    rows = [["", "sentences", *names]]
    for name, one in scored.items():
        cells = [_cell(metric, one) for metric in one.evaluation.scores]
        rows.append([name, f"{len(one.numbered.corpus):,}", *cells])

    table = _as_table(rows)
    if baseline is None:
        return table
    return f"{table}\nIn brackets: {baseline}. *: they differ by more than chance (p < {_CHANCE})."


def _cell(metric: str, one: Scored) -> str:
    """A score; with a baseline, beside its score and whether they differ by more than chance."""
    value = f"{one.evaluation.scores[metric].value:.2f}"
    if not one.tests:
        return value

    test = one.tests[metric]
    mark = "*" if test.p_value < _CHANCE else " "
    return f"{value} ({test.baseline.value:.2f}){mark}"


def _as_table(rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns: names on the left, numbers on the right."""
    from seq2seq.explain.columns import columns, padded

    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    lines = []
    for name, *numbers in rows:
        cells = [f"{number:>{width}}" for number, width in zip(numbers, widths[1:], strict=True)]
        lines.append("  ".join([padded(name, widths[0]), *cells]).rstrip())

    return "\n".join(lines)
