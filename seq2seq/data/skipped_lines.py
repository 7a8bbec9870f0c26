"""Lines of a corpus file that are no sentence pair: how many, why, and how the first ones begin."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from seq2seq.errors import InputError

NO_TAB = "without a TAB"
TOO_MANY_COLUMNS = "with more than two columns"
EMPTY_SIDE = "with an empty side"
BLANK = "blank"

_EXAMPLES = 5  # skipped lines that are kept to be shown
_EXCERPT = 40  # characters of each


@dataclass(frozen=True)
class SkippedLine:
    """One line that was no sentence pair: its number, counted from 1, why, and how it begins."""

    number: int
    reason: str
    excerpt: str
    unit: str = "line"

    def __str__(self) -> str:
        return f"{self.unit} {self.number:,} ({self.reason}): {self.excerpt!r}"


@dataclass
class SkippedLines:
    """The lines of one file, or of two parallel ones, that were no sentence pair.

    Attributes:
        name: The file, or both files, as a message names them.
        total: How many lines were read, usable or not.
        reasons: How many lines were skipped for each reason.
        first: The first five of them.
        unit: What the file consists of: lines, or the rows of a table.
        notes: What else was noticed about the file.
        headers: How many lines name the columns instead.
    """

    name: str
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[SkippedLine] = field(default_factory=list)
    unit: str = "line"
    notes: list[str] = field(default_factory=list)
    headers: int = 0

    def note(self, text: str) -> None:
        """Keeps what was noticed about the file."""
        self.notes.append(f"{self.name}: {text}.")

    def note_header(self, number: int, cells: Iterable[str]) -> None:
        """Keeps that a line names the columns and is no pair."""
        self.headers += 1
        named = ", ".join(repr(cell[:_EXCERPT]) for cell in cells)
        self.note(f"{self.unit} {number:,} is a header and no pair: {named}")

    def add(self, number: int, reason: str, text: str) -> None:
        """Counts a line, and keeps the beginning of it if it is among the first."""
        self.reasons[reason] += 1

        if len(self.first) < _EXAMPLES:
            text = text.rstrip("\r\n")  # TABs stay: they show which side is empty
            excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
            self.first.append(SkippedLine(number, reason, excerpt, self.unit))

    def summary(self) -> str:
        """Returns for example "7 of 3,142 lines of data.tsv: 5 without a TAB, 2 blank"."""
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.most_common())
        total = line_count(self.total, self.unit)
        return f"{self.reasons.total():,} of {total} of {self.name}: {reasons}"

    def report(self) -> list[str]:
        """Returns a few lines that say what was noticed, and what was skipped and why."""
        lines = list(self.notes)
        if self.reasons:
            lines.append(f"Skipped {self.summary()}. First ones:")
            lines.extend(f"  {line}" for line in self.first)
        return lines

    def expect_pairs(self, *, shape: str, strict: bool) -> None:
        """Refuses an input of which nothing was a pair, or, if strict, of which any line was none.

        Args:
            shape: What was expected, as the message says it.
            strict: Whether a single skipped line is an error.

        Raises:
            InputError: There was no line, every line was skipped, or, if strict, any was.
        """
        if self.total == 0:
            raise InputError(f"Expected {shape}. Received: an empty file.")
        if self.total == self.headers:
            raise InputError(f"Expected {shape}. Received: a header and nothing below it.")

        no_pair = self.reasons.total() + self.headers == self.total
        no_tab_anywhere = self.reasons[NO_TAB] and self.reasons.keys() <= {NO_TAB, BLANK}
        if no_pair and no_tab_anywhere:
            raise InputError(
                f"Expected {shape}. Received: {line_count(self.total)}, none with a TAB. "
                "It does not look like TSV; "
                "if source and target are in two files, give them with --source and --target."
            )

        if self.reasons and (strict or no_pair):
            found = ", so no sentence pair" if no_pair else ""
            examples = "; ".join(map(str, self.first))
            raise InputError(
                f"Expected {shape}. Received: {self.summary()}{found}. "
                f"First ones: {examples}. {self._advice(some_are_pairs=not no_pair)}"
            )

    def _advice(self, *, some_are_pairs: bool) -> str:
        """Returns what to do about skipped lines that are an error."""
        if self.reasons[TOO_MANY_COLUMNS] > self.reasons.total() / 2:
            return "To keep only the first two columns of a file, use cut -f1,2, or --columns 1,2."
        if some_are_pairs:
            return "Correct or remove them."
        return "Give text with a sentence on both sides."


def line_count(count: int, unit: str = "line") -> str:
    """Returns "1 line" or, for example, "3,142 lines"."""
    return f"1 {unit}" if count == 1 else f"{count:,} {unit}s"
