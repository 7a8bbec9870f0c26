"""A report as files of numbers: TSV, a line for each sentence, and JSON with all of it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from seq2seq.evaluation.report.report import Report
from seq2seq.evaluation.report.rows import Output, Row

_COLUMNS = (
    "corpus",
    "line",
    "source",
    "reference",
    "translation",
    "chrf2",
    "log_probability",
    "confidence",
    "faults",
)
_OF_BASELINE = ("baseline", "baseline_chrf2", "difference")


def as_tsv(report: Report) -> Iterator[str]:
    """Yields a line that names the columns, and a line for each sentence, the worst first."""
    has_baseline = report.baseline is not None
    yield "\t".join([*_COLUMNS, *(_OF_BASELINE if has_baseline else ())]) + "\n"
    for row in report.rows:
        cells = [row.part, row.number, row.source, row.reference, *_cells(row.output)]
        if row.baseline:
            cells += [row.baseline.text, _number(row.baseline.chrf2), _number(row.difference)]
        yield "\t".join(" ".join(str(cell).split()) for cell in cells) + "\n"


def _cells(output: Output) -> list[Any]:
    known = output.confidence is not None
    return [
        output.text,
        _number(output.chrf2),
        _number(output.log_probability),
        output.confidence if known else "",
        " ".join(output.faults),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def as_json(report: Report) -> str:
    """Returns all numbers and sentences as JSON."""
    return json.dumps(as_dict(report), ensure_ascii=False, indent=1) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """Returns all numbers and sentences of a report, JSON-ready."""
    return {
        "model": report.model,
        "baseline": report.baseline,
        "results": {name: found.as_dict() for name, found in report.evaluations.items()},
        "comparisons": {
            name: {metric: test.as_dict() for metric, test in tests.items()}
            for name, tests in report.comparisons.items()
        },
        "wins": report.wins and asdict(report.wins),
        "reliability": report.reliability and report.reliability.as_dict(),
        "training_pairs": report.training_pairs,
        "groups": [table.as_dict() for table in report.groups],
        "words": [{**asdict(group), "f1": group.f1} for group in report.words],
        "missed": [asdict(word) for word in report.missed],
        "invented": [asdict(word) for word in report.invented],
        "sentences": [_row(row) for row in report.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "corpus": row.part,
        "line": row.number,
        "source": row.source,
        "reference": row.reference,
        **row.output.as_dict(),
        **({"baseline": row.baseline.as_dict()} if row.baseline else {}),
    }
