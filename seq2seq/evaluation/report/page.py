"""A report as one page: light and dark, for wide and narrow screens, without network.

The tables are HTML. The sentences are data, of which the script shows a page at a time, so that
10,000 of them open at once. All text is escaped, or set as text.
"""

import json
import re
from importlib.resources import files
from typing import Any

import numpy as np

from seq2seq.evaluation.report.report import Report
from seq2seq.evaluation.report.rows import Output, Row
from seq2seq.evaluation.report.sections import sections
from seq2seq.evaluation.report.visible import escaped, segments, visible

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"  # 64 weights
_MOST_WEIGHTS = 4_000  # of the attention of a sentence that is shown


def as_page(report: Report) -> str:
    """Returns the HTML of a report."""
    against = f" against {report.baseline}" if report.baseline else ""
    values = {
        "title": escaped(f"{report.model}{against}"),
        "style": _asset("style.css"),
        "sections": sections(report),
        "data": _in_script(_data(report)),
        "script": _asset("page.js"),
    }
    return re.sub(r"{{(\w+)}}", lambda match: values[match[1]], _asset("page.html"))


def _asset(name: str) -> str:
    place = files("seq2seq.evaluation.report") / "page_files" / name
    return place.read_text(encoding="utf-8")


def _in_script(data: Any) -> str:
    """JSON that can stand in a script element: nothing in it ends the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _data(report: Report) -> dict[str, Any]:
    """What the script shows: the sentences, and in which lines of the tables each counts."""
    lines_of: list[list[int]] = [[] for _ in report.rows]
    number = 0
    for table in report.groups:
        for group in table.groups:
            for place in group.rows:
                lines_of[place].append(number)
            number += 1

    several = len(report.evaluations) > 1
    return {
        "model": visible(report.model),
        "baseline": report.baseline and visible(report.baseline),
        "rows": [
            _row(row, lines, several=several)
            for row, lines in zip(report.rows, lines_of, strict=True)
        ],
    }


def _row(row: Row, lines: list[int], *, several: bool) -> dict[str, Any]:
    found = row.output.words
    return {
        "part": visible(row.part) if several else "",
        "line": row.number,
        "groups": lines,
        "source": visible(row.source),
        "reference": segments(row.reference, found.reference, found.reference_marks),
        "output": _output(row.output),
        **({"baseline": _output(row.baseline)} if row.baseline else {}),
    }


def _output(output: Output) -> dict[str, Any]:
    known = output.log_probability
    words = output.words
    return {
        "text": segments(output.text, words.translation, words.translation_marks),
        "chrf2": round(output.chrf2, 1),
        "log": None if known is None else round(known, 2),
        "confidence": output.confidence,
        "faults": list(output.faults),
        **_attention(output),
    }


def _attention(output: Output) -> dict[str, Any]:
    """The attention, a letter for each weight; nothing where there is none, or too much of it."""
    weights = output.attention
    if weights is None or not 0 < weights.size <= _MOST_WEIGHTS:
        return {}

    steps = np.clip(np.round(63 * weights), 0, 63).astype(int).tolist()
    return {
        "attention": ["".join(_DIGITS[step] for step in row) for row in steps],
        "pieces": [visible(piece) for piece in output.pieces],
        "source_pieces": [visible(piece) for piece in output.source_pieces],
    }
