"""The tables of the page of a report, and its plot, as HTML."""

from collections.abc import Iterable, Iterator, Sequence

from seq2seq.evaluation.evaluation import Evaluation
from seq2seq.evaluation.reliability import Reliability
from seq2seq.evaluation.report.groups import Group, Groups
from seq2seq.evaluation.report.report import Report, WordFault
from seq2seq.evaluation.report.visible import escaped
from seq2seq.evaluation.scores import Score

_DIFFERS = 0.05  # the p below which a difference counts
_BOLD = "<p>A bold p is below 0.05: the difference is more than chance (paired bootstrap).</p>"


def sections(report: Report) -> str:
    """Returns all sections above the sentences."""
    cards = [_word_groups(report), _faulty_words(report), _reliability(report.reliability)]
    number = 0
    tables = []
    for table in report.groups:
        tables.append(_groups(table, number, has_baseline=report.baseline is not None))
        number += len(table.groups)
    return "\n".join(filter(None, [_scores(report), _wins(report), *tables, *cards]))


def _scores(report: Report) -> str:
    parts = [
        _scores_of(report, name, evaluation) for name, evaluation in report.evaluations.items()
    ]
    return _card("Scores", "".join(parts))


def _scores_of(report: Report, name: str, evaluation: Evaluation) -> str:
    """The scores of a corpus, its faults, and how the scores were computed."""
    is_compared = name in report.comparisons
    head = ["", "score", "95 %", *(["baseline", "p"] if is_compared else [])]
    rows = [
        [f"<b>{escaped(score.name)}</b>", f"{score.value:.2f}", _interval(score), *against]
        for score, against in _with_comparisons(report, name, evaluation)
    ]
    faults = [str(fault) for fault in evaluation.faults]
    signatures = [f"{score.name} {score.signature}" for score in evaluation.scores.values()]

    return (
        f"<h3>{escaped(name)}: {len(evaluation.hypotheses):,} sentences</h3>"
        + _table(head, rows)
        + (_BOLD if is_compared else "")
        + (_list(faults, "faults") if faults else "")
        + f"<details><summary>Signatures</summary>{_list(signatures)}</details>"
    )


def _with_comparisons(
    report: Report, name: str, evaluation: Evaluation
) -> Iterator[tuple[Score, list[str]]]:
    """Each score, and the cells of the same score of the baseline with p, if there is one."""
    tests = report.comparisons.get(name, {})
    for key, score in evaluation.scores.items():
        against = []
        if key in tests:
            p_value = tests[key].p_value
            shown = f"<b>{p_value:.3f}</b>" if p_value < _DIFFERS else f"{p_value:.3f}"
            against = [f"{tests[key].baseline.value:.2f}", shown]
        yield score, against


def _interval(score: Score) -> str:
    if score.confidence_interval is None:
        return ""
    low, high = score.confidence_interval
    return f"{low:.1f} to {high:.1f}"


def _wins(report: Report) -> str:
    wins = report.wins
    if wins is None:
        return ""
    total = max(1, wins.better + wins.same + wins.worse)
    bars = "".join(
        f'<span class="{kind}" style="flex-grow:{count / total:.4f}"></span>'
        for kind, count in (("win", wins.better), ("tie", wins.same), ("loss", wins.worse))
    )
    return _card(
        "Where each wins",
        f'<div class="share">{bars}</div>'
        f"<p><b>{wins.better:,}</b> sentences are better than the baseline's by more than half a "
        f"chrF2, <b>{wins.worse:,}</b> worse, {wins.same:,} about the same. Sort the sentences "
        "below by the difference for examples of both.</p>",
    )


def _groups(table: Groups, first: int, *, has_baseline: bool) -> str:
    head = ["", "sentences", "chrF2", *(["baseline"] if has_baseline else []), "length"]
    rows = [
        _group_row(group, number, has_baseline=has_baseline)
        for number, group in enumerate(table.groups, first)
    ]
    return _card(table.title, _table(head, rows))


def _group_row(group: Group, number: int, *, has_baseline: bool) -> list[str]:
    name = escaped(group.name)
    button = f'<button type="button" class="pick" data-group="{number}">{name}</button>'
    baseline = [] if group.baseline is None else [f"{group.baseline:.1f}"]
    return [
        button,
        f"{len(group.rows):,}",
        f"{group.chrf2:.1f}{_bar(group.chrf2)}",
        *(baseline or ([""] if has_baseline else [])),
        f"{group.length:.0f} %",
    ]


def _word_groups(report: Report) -> str:
    if not report.words:
        return ""
    head = ["times in training", "wanted", "written", "right", "F1"]
    if report.baseline is not None:
        head.append("baseline")
    rows = []
    for group in report.words:
        row = [
            escaped(group.name),
            f"{group.wanted:,}",
            f"{group.written:,}",
            f"{group.right:,}",
            f"{group.f1:.1f}{_bar(group.f1)}",
        ]
        if report.baseline is not None:
            row.append(f"{group.baseline.f1:.1f}" if group.baseline else "")
        rows.append(row)
    note = f"<p>Of {report.training_pairs:,} training pairs.</p>"
    return _card("Words of the target, by their frequency", _table(head, rows) + note)


def _faulty_words(report: Report) -> str:
    if not report.missed and not report.invented:
        return ""
    missed = _words("Missed: in references alone", report.missed)
    invented = _words("Invented: in translations alone", report.invented)
    return _card("The commonest wrong words", f'<div class="two">{missed}{invented}</div>')


def _words(title: str, words: Sequence[WordFault]) -> str:
    rows = [
        [f"<bdi>{escaped(fault.word)}</bdi>", f"{fault.count:,}", f"of {fault.total:,}"]
        for fault in words
    ]
    return f"<div><h3>{title}</h3>{_table(['', 'times', ''], rows)}</div>"


def _reliability(found: Reliability | None) -> str:
    if found is None:
        return ""
    said = (
        f"<p>Correlation of confidence and sentence chrF2: <b>r = {found.correlation:.2f}</b>. "
        f"The chrF2 of a sentence lies {found.error:.1f} from its confidence (root mean square); "
        f"always saying the mean would be {found.spread:.1f} off.</p>"
    )
    rows = [
        [f"{one.predicted:.1f}", f"{one.measured:.1f}", f"{one.sentences:,}"] for one in found.bins
    ]
    numbers = _table(["predicted", "measured", "sentences"], rows)
    return _card(
        "Reliability of confidence",
        f"{_plot(found)}{said}<details><summary>The numbers</summary>{numbers}</details>",
    )


def _plot(found: Reliability) -> str:
    """A plot of measured over predicted quality, both from 0 to 100."""

    def at(value: float, *, up: bool = False) -> str:
        return f"{230 - 2 * value if up else 40 + 2 * value:.1f}"

    places = [(at(one.predicted), at(one.measured, up=True)) for one in found.bins]
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="4"/>' for x, y in places)
    grid = "".join(
        f'<path class="grid" d="M{at(value)} 30V230M40 {at(value, up=True)}H240"/>'
        f'<text x="{at(value)}" y="246" text-anchor="middle">{value}</text>'
        f'<text x="34" y="{float(at(value, up=True)) + 4:.1f}" text-anchor="end">{value}</text>'
        for value in range(0, 101, 25)
    )
    return (
        '<svg class="plot" viewBox="0 0 260 270" role="img" '
        'aria-label="Measured chrF2 over predicted chrF2, in ten bins">'
        f'{grid}<path class="ideal" d="M40 230L240 30"/><polyline points="{line}"/>{dots}'
        '<text x="140" y="264" text-anchor="middle">confidence</text>'
        '<text x="40" y="20">measured chrF2</text></svg>'
    )


def _list(texts: Iterable[str], kind: str = "") -> str:
    items = "".join(f"<li>{escaped(text)}</li>" for text in texts)
    return f'<ul class="{kind}">{items}</ul>'


def _bar(value: float) -> str:
    return f'<span class="bar"><span style="width:{min(100.0, value):.1f}%"></span></span>'


def _card(title: str, content: str) -> str:
    return f'<section class="card"><h2>{escaped(title)}</h2>{content}</section>'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells of its rows are HTML."""
    columns = "".join(f'<th scope="col">{escaped(name)}</th>' for name in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        '<div class="scroll"><table>'
        f"<thead><tr>{columns}</tr></thead><tbody>{lines}</tbody></table></div>"
    )
