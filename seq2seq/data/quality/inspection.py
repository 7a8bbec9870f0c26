"""Finds what is wrong with sentence pairs, by what is usual in their corpus."""

from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

from seq2seq.data.corpus import Corpus, sentence_key
from seq2seq.data.quality.located import Located
from seq2seq.data.quality.marks import (
    has_doubled_quotes,
    is_damaged,
    is_garbled,
    sentence_count,
    unbalanced,
)
from seq2seq.data.quality.robust import Robust
from seq2seq.data.quality.spelling import Spelling
from seq2seq.data.quality.word_fit import WordFit
from seq2seq.data.scripts import script_of, usual_scripts

SAMPLE = 30_000  # pairs to learn what is usual from

_FEWEST_WORDS = 3  # of a copy; names and numbers stay the same in translation
_LONG_WORD = 16  # letters of a copy without spaces
_ADDED_LETTERS = 5  # to both lengths, so that the ratio of short ones counts less
_USUAL_LETTER = 3  # foreign letters that one of a usual script outweighs: names are long
_MARKS = tuple(".!?。！？…\"'”’»)")

# Deviations from the usual. Measured by scripts/benchmarks/cleaning.py.
_LENGTH = 5.0
_LANGUAGE = -5.0
_MISMATCH = -4.6
_CUT = -6.0
_LONG_ENOUGH = (
    25  # letters of the fuller side of a cut pair; a short sentence has few words to tell
)
_FIT = 0.35  # least deviation of how well words fit: those of a corpus of templates hardly differ
_NO_MARK = -1.5  # what a side that lacks the other's mark at its end counts


class _Letters(dict[str, int]):
    """What each letter counts: below 0 together are those of a text in the wrong script."""

    def __init__(self, scripts: Sequence[str]) -> None:
        super().__init__()
        self._scripts = scripts

    def __missing__(self, letter: str) -> int:
        is_usual = script_of(letter) in self._scripts or not self._scripts
        value = (_USUAL_LETTER if is_usual else -1) if letter.isalpha() else 0
        self[letter] = value
        return value


class Inspection:
    """What is wrong with each pair of a corpus.

    Args:
        sample: Pairs to learn from what is usual.
        held: The keys of sentences that must not be learnt, such as those of dev and test.
        words: Whether to look at words and spelling, too; that takes most of the time.
    """

    def __init__(self, sample: Corpus, *, held: Set[str] = frozenset(), words: bool = True) -> None:
        self._held = held
        self._seen: set[int] = set()
        self._letters = tuple(
            _Letters(usual_scripts(side)) for side in (sample.source, sample.target)
        )
        self._ratio = Robust.of(_ratios(sample.source, sample.target))
        self._ends_in_marks = _ends_in_marks(sample)
        self._fit: WordFit | None = None
        if words:
            self._learn_words(sample)

    def _learn_words(self, sample: Corpus) -> None:
        keys = ([sentence_key(text) for text in side] for side in (sample.source, sample.target))
        self._spelling = tuple(Spelling(side) for side in keys)
        self._fit = WordFit(sample)
        fit = self._fit.of(sample.source, sample.target)
        self._usual_fit = tuple(Robust.of(side, least=_FIT) for side in fit)
        self._usual_mean = Robust.of((fit.source + fit.target) / 2, least=_FIT)

    def faults(self, pairs: Sequence[Located], *, by_words: bool = True) -> list[list[str]]:
        """Returns the names of the rules that each pair breaks.

        Pairs that were given before count as seen: the same again is a duplicate.

        Args:
            pairs: The pairs.
            by_words: Whether to look at their words, if these were learnt.
        """
        sources = [pair.source for pair in pairs]
        targets = [pair.target for pair in pairs]
        source_keys = [sentence_key(text) for text in sources]
        target_keys = [sentence_key(text) for text in targets]

        found = [
            self._of_pair(pair, *keys)
            for pair, *keys in zip(pairs, source_keys, target_keys, strict=True)
        ]
        far = self._ratio.distance(_ratios(sources, targets))
        _add(found, "length", np.abs(far) > _LENGTH)
        if by_words and self._fit is not None:
            self._add_by_words(found, sources, targets, (source_keys, target_keys), far)
        return found

    def _of_pair(self, pair: Located, source_key: str, target_key: str) -> list[str]:
        """The rules that a pair breaks by itself, or that those before it make it break."""
        source, target, _ = pair
        found = []

        number = hash((source_key, target_key))
        if number in self._seen:
            found.append("duplicates")
        self._seen.add(number)

        if source_key in self._held:
            found.append("overlap")
        if source_key == target_key and _is_sentence(source_key):
            found.append("copies")
        if is_damaged(source) or is_damaged(target):
            found.append("encoding")
        if is_garbled(source) or is_garbled(target):
            found.append("mojibake")

        of_source, of_target = self._letters
        if sum(map(of_source.__getitem__, source)) < 0 or (
            sum(map(of_target.__getitem__, target)) < 0
        ):
            found.append("script")

        found += unbalanced(source, target)
        if sentence_count(source) != sentence_count(target):
            found.append("sentences")
        if has_doubled_quotes(source) or has_doubled_quotes(target):
            found.append("quotes")
        return found

    def _add_by_words(
        self,
        found: list[list[str]],
        sources: list[str],
        targets: list[str],
        keys: tuple[list[str], list[str]],
        far: np.ndarray,
    ) -> None:
        """Adds what words and spelling tell."""
        spelt = [side.distances(texts) for side, texts in zip(self._spelling, keys, strict=True)]
        _add(found, "language", np.minimum(*spelt) < _LANGUAGE)

        fit = self._fit.of(sources, targets)  # pyright: ignore[reportOptionalMemberAccess]
        mean = self._usual_mean.distance((fit.source + fit.target) / 2)
        _add(found, "mismatch", mean < _MISMATCH)

        # Words of the source that nothing in the target gives, and a target that is too short; or
        # the other way round. One alone is common among good pairs.
        usual_target, usual_source = self._usual_fit
        no_target_mark, no_source_mark = self._missing_marks(sources, targets)
        short_target = usual_source.distance(fit.source) + far + _NO_MARK * no_target_mark
        short_source = usual_target.distance(fit.target) - far + _NO_MARK * no_source_mark
        long_source = np.array([len(text) for text in sources]) >= _LONG_ENOUGH
        long_target = np.array([len(text) for text in targets]) >= _LONG_ENOUGH
        _add(found, "cut", (short_target < _CUT) & long_source)
        _add(found, "cut", (short_source < _CUT) & long_target & ~(short_target < _CUT))

    def _missing_marks(
        self, sources: Sequence[str], targets: Sequence[str]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Whether a target lacks the mark at its end that its source has, and the reverse."""
        if not self._ends_in_marks:
            return np.zeros(len(sources), bool), np.zeros(len(sources), bool)
        source = np.array([text.endswith(_MARKS) for text in sources])
        target = np.array([text.endswith(_MARKS) for text in targets])
        return source & ~target, target & ~source


def _is_sentence(key: str) -> bool:
    return len(key.split()) >= _FEWEST_WORDS or len(key) >= _LONG_WORD


def _ratios(sources: Iterable[str], targets: Iterable[str]) -> np.ndarray:
    """The logarithm of how much longer each target is than its source."""
    source = np.array([len(text) for text in sources], float)
    target = np.array([len(text) for text in targets], float)
    return np.log((target + _ADDED_LETTERS) / (source + _ADDED_LETTERS))


def _ends_in_marks(sample: Corpus) -> bool:
    """Whether nearly all sentences of both sides end in a mark."""
    return all(
        sum(text.endswith(_MARKS) for text in side) > 0.8 * len(side)
        for side in (sample.source, sample.target)
    )


def _add(found: list[list[str]], name: str, broken: np.ndarray) -> None:
    for place in np.flatnonzero(broken):
        found[place].append(name)


def held_out(corpora: Mapping[str, Corpus]) -> frozenset[str]:
    """The keys of the source sentences of dev and test sets."""
    return frozenset(
        sentence_key(sentence) for corpus in corpora.values() for sentence in corpus.source
    )
