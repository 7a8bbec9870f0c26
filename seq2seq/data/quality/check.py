"""Checks a corpus: how many pairs break each rule, and the first of them."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from seq2seq.data.corpus import Corpus, PairFiles
from seq2seq.data.quality.inspection import SAMPLE, Inspection, held_out
from seq2seq.data.quality.located import Located, located_pairs
from seq2seq.data.quality.rules import REMOVING
from seq2seq.data.skipped_lines import SkippedLines

_EXAMPLES = 5
_BATCH = 5_000  # pairs
_BY_WORDS = 100_000  # pairs whose words and spelling are looked at, which takes most of the time
_QUICK = 5_000  # pairs
_FEW = 0.005  # share of the pairs that are not worth a word
_RARE = 2  # times that a rare letter is there, at most
_RULES_OF_WORDS = ("language", "cut", "mismatch")


@dataclass
class Findings:
    """What is wrong with a corpus.

    Attributes:
        pairs: How many there are.
        counts: How many break each rule.
        examples: The first of these, as lines of text.
        by_words: How many pairs were looked at by their words.
    """

    pairs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    by_words: int = 0

    def add(self, rule: str, example: str, *, times: int = 1) -> None:
        """Counts a rule that was broken, and keeps one of the first examples."""
        self.counts[rule] += times
        kept = self.examples.setdefault(rule, [])
        if len(kept) < _EXAMPLES:
            kept.append(example)

    def looked_at(self, rule: str) -> int:
        """How many pairs a rule was tried on."""
        return self.by_words if rule in _RULES_OF_WORDS else self.pairs


def check(files: Iterable[PairFiles], held: Mapping[str, Corpus]) -> Findings:
    """Reads a corpus once and finds what is wrong with it.

    Memory holds the first 30,000 pairs, from which it learns what is usual, and 8 bytes or so of
    every pair, to know it again.

    Args:
        files: Where the pairs are.
        held: The dev and test sets, none of whose sentences should be among the pairs.

    Raises:
        InputError: A file cannot be read or holds no pair.
    """
    skipped: list[SkippedLines] = []
    pairs = located_pairs(files, skipped)
    sample = list(itertools.islice(pairs, SAMPLE))
    learnt = Corpus.collect((pair.source, pair.target) for pair in sample)
    inspection = Inspection(learnt, held=held_out(held))

    findings = Findings()
    letters = _Letters()
    for batch in _batches(itertools.chain(sample, pairs)):
        by_words = findings.pairs < _BY_WORDS
        faults = inspection.faults(batch, by_words=by_words)
        for pair, broken in zip(batch, faults, strict=True):
            for rule in broken:
                findings.add(rule, shown_pair(pair))
        letters.add(batch)
        findings.pairs += len(batch)
        findings.by_words += len(batch) * by_words

    for letter, count, place in letters.rare():
        times = "time" if count == 1 else "times"
        findings.add("letters", f"{letter!r} ({count} {times}): {place}")
    _add_skipped(findings, skipped)
    return findings


def _batches(pairs: Iterator[Located]) -> Iterator[list[Located]]:
    return iter(lambda: list(itertools.islice(pairs, _BATCH)), [])


def shown_pair(pair: Located) -> str:
    """A pair as a report shows it."""
    return f"{pair.place}: {_short(pair.source)} → {_short(pair.target)}"


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _add_skipped(findings: Findings, skipped: Iterable[SkippedLines]) -> None:
    for part in skipped:
        for note in part.notes:
            findings.add("header", note)
        for line in part.first:
            findings.add("empty", f"{part.name}, {line}", times=0)
        findings.counts["empty"] += part.reasons.total()


class _Letters:
    """How often each letter is there, and where it is first."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._first: dict[str, str] = {}

    def add(self, pairs: list[Located]) -> None:
        """Counts the letters of pairs."""
        text = "".join(pair.source + pair.target for pair in pairs)
        self._counts.update(text)
        new = self._counts.keys() - self._first.keys()
        if not new:
            return
        for pair in pairs:
            for letter in new.intersection(pair.source + pair.target):
                self._first.setdefault(letter, shown_pair(pair))

    def rare(self) -> Iterator[tuple[str, int, str]]:
        """Yields the rare letters, how often they are there, and where first."""
        for letter, count in sorted(self._counts.items()):
            if count <= _RARE and letter.isalpha():
                yield letter, count, self._first[letter]


def quick_findings(corpus: Corpus) -> list[str]:
    """Says in three lines or none what a quick look at the beginning of a corpus finds.

    It takes a tenth of a second: words are not looked at.

    Args:
        corpus: Pairs in memory.

    Returns:
        How many pairs break which rules and an example, if they are more than one in two hundred.
    """
    both = zip(corpus.source, corpus.target, strict=True)
    pairs = [Located(*pair, "") for pair in itertools.islice(both, _QUICK)]
    inspection = Inspection(Corpus.collect(pair[:2] for pair in pairs), words=False)

    findings = Findings(len(pairs))
    odd = 0
    for pair, broken in zip(pairs, inspection.faults(pairs), strict=True):
        rules = [rule for rule in broken if rule in REMOVING]
        odd += bool(rules)
        for rule in rules:
            findings.add(rule, f"{_short(pair.source)} → {_short(pair.target)}")
    if odd <= _FEW * len(pairs):
        return []

    counts = ", ".join(f"{rule} {count:,}" for rule, count in findings.counts.most_common())
    rarest = findings.counts.most_common()[-1][0]
    return [
        f"Of the first {len(pairs):,} pairs, {odd:,} look wrong: {counts}.",
        f"For example ({rarest}): {findings.examples[rarest][0]}",
        "seq2seq data check tells what they cost; seq2seq data clean takes them out.",
    ]
