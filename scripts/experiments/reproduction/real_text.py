"""The tables of real text on the page of results, from what `benchmarks/real_text.py` wrote."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

from seq2seq.errors import InputError

NAME = "real-text"
_TITLES = {
    "spans": "Spans put into sentences",
    "letters": "Words of other scripts put into sentences",
    "paragraphs": "Sentences joined with a space",
    "case": "Small letters and capitals",
    "glossary": "Terms of a glossary",
    "particles": "The particles after Korean terms",
    "short": "One word, one number, one mark",
    "kept": "Words and numbers that stand in source and reference",
}
_KEYS = ("version", "commit", "processor", "seed", "beam_size", "limit", "rows")


def real_text_tables(folder: Path) -> str | None:
    """A table for each section, in Markdown; None where nothing was measured.

    Args:
        folder: Holds what was measured, in any number of files `real-text*.json`.

    Raises:
        InputError: A file is not what the script wrote.
    """
    runs = [_read(file) for file in sorted(folder.glob(f"{NAME}*.json"))]
    if not runs:
        return None

    all_rows = [row for run in runs for row in run["rows"]]
    rows = sorted(all_rows, key=lambda row: list(_TITLES).index(row["section"]))
    tables = [
        f"{_TITLES[section]}:\n\n{_table(list(of_section))}"
        for section, of_section in groupby(rows, key=lambda row: row["section"])
    ]
    return "\n\n".join([*tables, "\n".join(map(_provenance, runs))])


def _read(file: Path) -> dict[str, Any]:
    try:
        measured = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"Expected JSON in {file}. Received: {error}. Remove the file.") from error

    if not isinstance(measured, dict) or not set(_KEYS) <= measured.keys():
        raise InputError(
            f"Expected in {file} what scripts/benchmarks/real_text.py wrote. "
            "Received: something else. Measure again."
        )
    return measured


def _table(rows: list[dict]) -> str:
    """The table of a section; a column for each figure that a row of it has."""
    names = list(dict.fromkeys(name for row in rows for name in row["figures"]))
    lines = [
        "| " + " | ".join(["languages", "", *names]) + " |",
        "|---" * (2 + len(names)) + "|",
    ]
    for row in rows:
        cells = [row["corpus"], row["name"], *(_cell(row["figures"].get(name)) for name in names)]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    """A share or a score with one decimal; a count as it is."""
    if value is None:
        return "–"
    return f"{value:.1f}" if isinstance(value, float) else f"{value:,}"


def _provenance(measured: dict) -> str:
    limit = f", the first {measured['limit']:,} sentences alone" if measured["limit"] else ""
    corpora = ", ".join(dict.fromkeys(row["corpus"] for row in measured["rows"]))
    return (
        f"- {corpora}: measured on {measured['processor']}; seq2seq {measured['version']} "
        f"({measured['commit']}), beam {measured['beam_size']}, seed {measured['seed']}{limit}."
    )
