"""The report in sections: what each says, with tables of text, for any kind of document."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from seq2seq.comparison.report import Comparison
from seq2seq.comparison.result import Result
from seq2seq.evaluation.scores import Score

NOTHING = "–"  # stands for a number that was not measured
EMPTY = "(empty)"  # stands for a translation without a letter


@dataclass(frozen=True)
class Table:
    """A table of text.

    Attributes:
        header: The names of the columns.
        rows: The cells of each row.
        numbers: Whether all columns but the first are numbers.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: bool = True


@dataclass(frozen=True)
class Section:
    """A part of the report.

    Attributes:
        title: Its heading.
        text: What it says, a paragraph for each.
        picture: The name of its picture, "" without one.
        alternative: What the picture shows, in words.
        tables: What stands below it.
    """

    title: str
    text: Sequence[str]
    picture: str = ""
    alternative: str = ""
    tables: list[Table] = field(default_factory=list)


def sections(comparison: Comparison) -> list[Section]:
    """The sections of a report, in order."""
    found = [
        _scores(comparison),
        _length(comparison),
        _training(comparison),
        _gradients(comparison),
        _sentences(comparison),
    ]
    if comparison.failures:
        rows = list(comparison.failures.items())
        text = ["The same command tries these models again."]
        found.append(Section("Failed", text, tables=[Table(["model", "why"], rows, numbers=False)]))
    return found


def title_of(comparison: Comparison) -> str:
    """The heading of the report."""
    count = len(comparison.results)
    return f"Comparison of {count} model{'s' if count > 1 else ''}"


def _scores(comparison: Comparison) -> Section:
    rows = [
        [
            str(result.combination),
            f"{result.training.weights:,}",
            *_score(result.scores["bleu"]),
            *_score(result.scores["chrf2"]),
        ]
        for result in comparison.results
    ]
    best = comparison.best
    signatures = [f"{score.name}: {score.signature}" for score in best.scores.values()]
    header = ["model", "weights", "BLEU", "95 %", "chrF2", "95 %"]
    return Section(
        "Scores",
        [_about_the_best(comparison), *signatures[:2]],
        picture="scores",
        alternative="BLEU and chrF2 of each model with their intervals.",
        tables=[Table(header, rows)],
    )


def _score(score: Score) -> tuple[str, str]:
    low, high = score.confidence_interval or (score.value, score.value)
    return f"{score.value:.2f}", f"{low:.2f} to {high:.2f}"


def _about_the_best(comparison: Comparison) -> str:
    """Which model has the highest BLEU, and of which others the interval meets its own."""
    best = comparison.best
    if not best.scores["bleu"].value:
        return "No model has a BLEU above 0 yet. Give them a larger budget."

    said = f"The highest BLEU is that of {best.combination.title}."
    near = [
        str(other.combination)
        for other in comparison.results
        if other is not best and _meet(other.scores["bleu"], best.scores["bleu"])
    ]
    if near:
        said += f" The intervals of {', '.join(near)} meet its own: they may differ by chance."
    return said


def _meet(score: Score, other: Score) -> bool:
    """Whether two intervals have a number in common."""
    low, high = score.confidence_interval or (score.value, score.value)
    other_low, other_high = other.confidence_interval or (other.value, other.value)
    return low <= other_high and other_low <= high


def _length(comparison: Comparison) -> Section:
    length = comparison.length
    counts = ["sentences", *(f"{count:,}" for count in length.counts)]
    tables = []
    for metric, name in (("bleu", "BLEU"), ("chrf2", "chrF2")):
        rows = [
            [curve.name, *(f"{value:.1f}" for value in getattr(curve, metric))]
            for curve in length.curves
        ]
        tables.append(Table([f"{name}, by words", *length.names()], [*rows, counts]))
    return Section(
        "By the length of the source",
        [
            "Without attention all that the decoder knows of the source is one vector. "
            "Long sentences show what it cannot hold."
        ],
        picture="length",
        alternative="BLEU and chrF2 over the words of the source, a panel for each attention.",
        tables=tables,
    )


def _training(comparison: Comparison) -> Section:
    rows = []
    for result in comparison.results:
        training = result.training
        bleu, chrf2 = training.bleu[-1], training.chrf2[-1]
        speed = training.tokens_per_second
        rows.append(
            [
                str(result.combination),
                f"{training.steps[-1]:,.0f}",
                f"{training.minutes[-1]:.1f}",
                NOTHING if speed is None else f"{speed:,.0f}",
                f"{bleu:.1f}",
                f"{chrf2:.1f}",
            ]
        )
    header = ["model", "steps", "minutes", "tokens/s", "last dev BLEU", "last dev chrF2"]
    return Section(
        "Training",
        [
            "Tokens a second are target tokens of the training steps alone. "
            "Minutes have the validations, too. Dev scores are those of greedy search."
        ],
        picture="training",
        alternative="chrF2 of the dev pairs over the minutes of training.",
        tables=[Table(header, rows)],
    )


def _gradients(comparison: Comparison) -> Section:
    rows = [[str(result.combination), *_flow(result)] for result in comparison.results]
    header = ["model", "at the last step", "at the first", "left a step", "less than 1 % left"]
    return Section(
        "Gradient flow",
        [
            "The norm of d loss / d state of the trained encoder's last layer, from the last time "
            "step back to the first. With attention the loss reaches every step by a road of its "
            "own; without, all of it comes through the last state."
        ],
        picture="gradients",
        alternative="Norms of gradients over time steps back, a panel for each attention.",
        tables=[Table(header, rows)],
    )


def _flow(result: Result) -> list[str]:
    flow = result.gradients
    if flow is None:
        return [NOTHING] * 4
    gone = "never" if flow.gone_after is None else f"{flow.gone_after} steps back"
    ends = [f"{flow.norms[0]:.1e}", f"{flow.norms[-1]:.1e}"]
    return [*ends, f"{flow.left_per_step:.3f}", gone]


def _sentences(comparison: Comparison) -> Section:
    tables = []
    for place in comparison.examples:
        rows = [["reference", comparison.test.target[place]]]
        rows += [
            [str(one.combination), one.hypotheses[place] or EMPTY] for one in comparison.results
        ]
        tables.append(Table(["source", comparison.test.source[place]], rows, numbers=False))
    return Section("Sentences", ["From the shortest source to the longest."], tables=tables)
