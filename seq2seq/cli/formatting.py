"""The layout of help pages: paragraphs, rows under headings, examples."""

import textwrap
from collections.abc import Mapping, Sequence

import click

NO_BREAK = "\u00a0"  # a space at which no line is broken

_FIRST_COLUMN = 26  # characters of a term, at most: a longer one stands on a line alone
_GAP = 2  # spaces between the columns


class Formatter(click.HelpFormatter):
    """A formatter that breaks lines only between words, so that `--dev-source` stays whole."""

    def write_text(self, text: str) -> None:
        """Writes paragraphs; one that begins with a line of `\\b` alone keeps its lines."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            marker, _, rest = paragraph.partition("\n")
            lines = (
                rest.splitlines() if marker == "\b" else _wrap(paragraph, self.width - len(indent))
            )
            paragraphs.append("".join(f"{indent}{line}".rstrip() + "\n" for line in lines))

        self.write("\n".join(paragraphs))


def _wrap(text: str, width: int) -> list[str]:
    """The lines of one paragraph."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace(NO_BREAK, " ") for line in lines]


def write_sections(
    sections: Mapping[str, Sequence[tuple[str, str]]], formatter: click.HelpFormatter
) -> None:
    """Writes headings with rows of a term and its explanation, in columns alike in all sections."""
    terms = [term for rows in sections.values() for term, _ in rows]
    widths = [len(term) for term in terms if len(term) <= _FIRST_COLUMN]
    width = max(widths, default=_FIRST_COLUMN)

    for title, rows in sections.items():
        with formatter.section(title):
            for term, explanation in rows:
                _write_row(term, explanation, width, formatter)


def _write_row(term: str, explanation: str, width: int, formatter: click.HelpFormatter) -> None:
    """Writes one row; a term wider than its column stands on a line alone."""
    indent = " " * formatter.current_indent
    start = len(indent) + width + _GAP
    lines = _wrap(explanation, formatter.width - start) or [""]

    if len(term) > width:
        formatter.write(f"{indent}{term}\n")
        term = ""
    formatter.write(f"{indent + term:{start}}{lines[0]}".rstrip() + "\n")
    for line in lines[1:]:
        formatter.write(" " * start + line + "\n")


def write_examples(examples: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Writes commands to copy, with what they do beside them, or above where there is no room."""
    if not examples:
        return

    widest = max(len(command) for command, _ in examples)
    beside = all(widest + len(comment) + 6 <= formatter.width for _, comment in examples)
    with formatter.section("Examples"):
        indent = " " * formatter.current_indent
        for command, comment in examples:
            if beside:
                formatter.write(f"{indent}{command:{widest}}  # {comment}\n")
            else:
                formatter.write(f"{indent}# {comment}\n{indent}{command}\n")
