"""The report as files: a page, Markdown with its pictures, and all numbers."""

import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from seq2seq.comparison.pictures import DRAWINGS
from seq2seq.comparison.report import Comparison
from seq2seq.comparison.sections import Table, sections, title_of
from seq2seq.explain.page import page, themed_svg
from seq2seq.explain.pictures.picture import Picture, drawing
from seq2seq.storage.files import write_text

_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")  # what Markdown would read as more than a letter


def save_report(comparison: Comparison, directory: Path) -> None:
    """Writes `report.html`, `report.md` with its pictures, and `report.json`.

    Raises:
        InputError: The disk is full, or the folder cannot be written to.
    """
    with drawing(dark=False):
        pictures = {name: draw(comparison) for name, draw in DRAWINGS.items()}
    for name, picture in pictures.items():
        write_text(directory / "pictures" / f"{name}.svg", picture.svg())

    numbers = comparison.as_dict()
    write_text(directory / "report.json", json.dumps(numbers, ensure_ascii=False, indent=1) + "\n")
    write_text(directory / "report.md", as_markdown(comparison))
    write_text(directory / "report.html", as_html(comparison, pictures, numbers))


def as_html(
    comparison: Comparison, pictures: Mapping[str, Picture], numbers: dict[str, Any]
) -> str:
    """The report as one page that needs nothing else, light or dark as the reader's system is."""
    parts = [_html_table(_settings(comparison))]
    for section in sections(comparison):
        parts.append(f"<h2>{escape(section.title)}</h2>")
        if section.picture:
            parts.append(themed_svg(pictures[section.picture]))
        parts += [f"<p>{escape(paragraph)}</p>" for paragraph in section.text]
        parts += [_html_table(table) for table in section.tables]
    return page(title_of(comparison), "\n".join(parts), numbers)


def as_markdown(comparison: Comparison) -> str:
    """The report as Markdown; the pictures lie beside it, in `pictures/`."""
    parts = [f"# {title_of(comparison)}", _markdown_table(_settings(comparison))]
    for section in sections(comparison):
        parts += [f"## {section.title}", *map(_markdown_text, section.text)]
        if section.picture:
            parts.append(f"![{section.alternative}](pictures/{section.picture}.svg)")
        parts += map(_markdown_table, section.tables)
    return "\n\n".join(parts) + "\n"


def _settings(comparison: Comparison) -> Table:
    rows = list(comparison.settings.items())
    return Table(["of all models", ""], rows, numbers=False)


def _html_table(table: Table) -> str:
    kind = ' class="number"' if table.numbers else ' dir="auto"'
    rows = [_html_row("th", table.header, kind)]
    rows += [_html_row("td", row, kind) for row in table.rows]
    return f"<table>\n{chr(10).join(rows)}\n</table>"


def _html_row(name: str, cells: Any, kind: str) -> str:
    first, *others = map(escape, cells)
    rest = "".join(f"<{name}{kind}>{cell}</{name}>" for cell in others)
    return f"<tr><{name}>{first}</{name}>{rest}</tr>"


def _markdown_table(table: Table) -> str:
    line = "---:" if table.numbers else "---"
    rule = ["---", *[line] * (len(table.header) - 1)]
    rows = [list(map(_markdown_text, row)) for row in (table.header, *table.rows)]
    rows.insert(1, rule)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _markdown_text(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
