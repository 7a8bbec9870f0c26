"""Tables of a report: the score of sentences of a kind, and of words by how often they were learnt.

Reference:
    Neubig et al., compare-mt: A Tool for Holistic Comparison of Language Generation Systems,
    NAACL 2019.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from seq2seq.data.quality.marks import sentence_count
from seq2seq.evaluation.report.rows import Output, Row
from seq2seq.evaluation.report.words import WordCounts, is_spoken, word_key, words

_LENGTHS = (3, 5, 8, 12, 20, 30, 50)
_FREQUENCIES = (0, 1, 5, 20, 100, 1000)
_UNKNOWN = (0, 1, 2)
_QUESTION = "?？؟;՞፧"  # the Greek question mark is NFC's semicolon, at the end of a sentence alone


@dataclass(frozen=True)
class Group:
    """Sentences of a kind.

    Attributes:
        name: The kind.
        rows: The places of the sentences in the report.
        chrf2: The mean of their chrF2.
        baseline: That of the baseline, if there is one.
        length: Words of the translations for a hundred words of the references.
    """

    name: str
    rows: tuple[int, ...]
    chrf2: float
    baseline: float | None
    length: float


@dataclass(frozen=True)
class Groups:
    """A table whose lines are sentences of a kind.

    Attributes:
        title: What the sentences are told apart by.
        groups: The lines; kinds without a sentence are left out.
    """

    title: str
    groups: tuple[Group, ...]

    def as_dict(self) -> dict[str, Any]:
        """Returns the table JSON-ready, with the number of sentences in place of them."""
        return {
            "title": self.title,
            "groups": [
                {**asdict(group), "rows": len(group.rows), "sentences": len(group.rows)}
                for group in self.groups
            ],
        }


@dataclass
class WordGroup:
    """Words that were learnt about as often.

    Attributes:
        name: How often.
        wanted: How many of them the references have.
        written: How many of them the translations have.
        right: How many the translations have that their references have, too.
        baseline: The same of the baseline.
    """

    name: str
    wanted: int = 0
    written: int = 0
    right: int = 0
    baseline: "WordGroup | None" = field(default=None)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall, 0 to 100."""
        return 200 * self.right / max(1, self.wanted + self.written)


def length_groups(rows: Sequence[Row]) -> Groups:
    """Groups the sentences by the number of their words."""
    return _by_number("Length of the source, in words", rows, _words_of_source, _LENGTHS)


def part_groups(rows: Sequence[Row]) -> Groups:
    """Groups the sentences by the corpus that they are of."""
    parts = list(dict.fromkeys(row.part for row in rows))
    kinds: dict[str, Callable[[Row], bool]] = {part: _is_of(part) for part in parts}
    return _groups("Test set", rows, kinds)


def unknown_groups(rows: Sequence[Row], counts: WordCounts) -> Groups:
    """Groups the sentences by how many of their words the training corpus does not have."""

    def unknown(row: Row) -> int:
        spoken = (word.text for word in words(row.source) if is_spoken(word.text))
        return sum(not counts.source[word_key(word)] for word in spoken)

    return _by_number("Words of the source that training lacks", rows, unknown, _UNKNOWN)


def kind_groups(rows: Sequence[Row]) -> Groups:
    """Groups the sentences by what shows in any language; a sentence may be of several kinds."""
    kinds: dict[str, Callable[[Row], bool]] = {
        "question": lambda row: row.source.rstrip("\"'”’»」』) ").endswith(tuple(_QUESTION)),
        "with digits": lambda row: any(map(str.isdecimal, row.source)),
        "several sentences": lambda row: sentence_count(row.source) > 1,
    }
    others = list(kinds.values())
    kinds["none of these"] = lambda row: not any(holds(row) for holds in others)
    return _groups("Kind of sentence", rows, kinds)


def word_groups(rows: Sequence[Row], counts: WordCounts) -> list[WordGroup]:
    """Counts words of the target, and those translated right, by how often they were learnt."""
    names = _names(_FREQUENCIES)
    has_baseline = any(row.baseline for row in rows)
    found = [WordGroup(name, baseline=WordGroup(name) if has_baseline else None) for name in names]
    for row in rows:
        _count(found, row.output, counts)
        if row.baseline:
            _count([group.baseline for group in found if group.baseline], row.baseline, counts)

    return [
        group
        for group in found
        if group.wanted or group.written or (group.baseline and group.baseline.written)
    ]


def _count(groups: Sequence[WordGroup], output: Output, counts: WordCounts) -> None:
    def group_of(word: str) -> WordGroup:
        return groups[_place(counts.target[word_key(word)], _FREQUENCIES)]

    for word in output.words.reference:
        if is_spoken(word.text):
            group_of(word.text).wanted += 1

    texts = Counter(word.text for word in output.words.reference)
    for word in output.words.translation:
        if is_spoken(word.text):
            group = group_of(word.text)
            group.written += 1
            group.right += texts[word.text] > 0
            texts[word.text] -= 1


def _by_number(
    title: str, rows: Sequence[Row], number: Callable[[Row], int], limits: Sequence[int]
) -> Groups:
    """Groups by a whole number; a group holds what is above one limit, up to the next."""
    places: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        places.setdefault(_place(number(row), limits), []).append(place)

    names = _names(limits)
    return Groups(title, tuple(_group(names[at], rows, places[at]) for at in sorted(places)))


def _groups(title: str, rows: Sequence[Row], kinds: Mapping[str, Callable[[Row], bool]]) -> Groups:
    found = []
    for name, holds in kinds.items():
        places = [place for place, row in enumerate(rows) if holds(row)]
        if places:
            found.append(_group(name, rows, places))
    return Groups(title, tuple(found))


def _group(name: str, rows: Sequence[Row], places: Sequence[int]) -> Group:
    chosen = [rows[place] for place in places]
    baselines = [row.baseline.chrf2 for row in chosen if row.baseline]
    wanted = sum(len(row.output.words.reference) for row in chosen)
    written = sum(len(row.output.words.translation) for row in chosen)
    return Group(
        name=name,
        rows=tuple(places),
        chrf2=sum(row.output.chrf2 for row in chosen) / len(chosen),
        baseline=sum(baselines) / len(baselines) if baselines else None,
        length=100 * written / max(1, wanted),
    )


def _place(number: int, limits: Sequence[int]) -> int:
    return sum(number > limit for limit in limits)


def _names(limits: Sequence[int]) -> list[str]:
    """The names of the ranges between limits, such as "2 to 5"."""
    names = []
    lowest = min(limits[0], 1)
    for limit in limits:
        names.append(f"{limit:,}" if limit == lowest else f"{lowest:,} to {limit:,}")
        lowest = limit + 1
    return [*names, f"over {limits[-1]:,}"]


def _words_of_source(row: Row) -> int:
    return len(words(row.source))


def _is_of(part: str) -> Callable[[Row], bool]:
    return lambda row: row.part == part
