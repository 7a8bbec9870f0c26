"""Lines of a corpus file that are no sentence pair: how many, why, and how the first ones begin."""

from collections import Counter
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

    def __str__(self) -> str:
        return f"line {self.number:,} ({self.reason}): {self.excerpt!r}"


@dataclass
class SkippedLines:
    """The lines of one file, or of two parallel ones, that were no sentence pair.

    Attributes:
        name: The file, or both files, as a message names them.
        total: How many lines were read, usable or not.
        reasons: How many lines were skipped for each reason.
        first: The first five of them.
    """

    name: str
    total: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    first: list[SkippedLine] = field(default_factory=list)

    def add(self, number: int, reason: str, text: str) -> None:
        """Counts a line, and keeps the beginning of it if it is among the first."""
        self.reasons[reason] += 1

        if len(self.first) < _EXAMPLES:
            text = text.rstrip("\r\n")  # TABs stay: they show which side is empty
            excerpt = text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…"
            self.first.append(SkippedLine(number, reason, excerpt))

    def summary(self) -> str:
        """Returns for example "7 of 3,142 lines of data.tsv: 5 without a TAB, 2 blank"."""
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.most_common())
        return f"{self.reasons.total():,} of {line_count(self.total)} of {self.name}: {reasons}"

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

        no_pair = self.reasons.total() == self.total
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
            return "To keep only the first two columns of a file, use cut -f1,2."
        if some_are_pairs:
            return "Correct or remove them."
        return "Give text with a sentence on both sides."


def line_count(count: int) -> str:
    """Returns "1 line" or, for example, "3,142 lines"."""
    return "1 line" if count == 1 else f"{count:,} lines"
