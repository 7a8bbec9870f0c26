"""Degenerate translations, and their likely cause.

They are signs that a model fails, which a score does not name.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from seq2seq.data.corpus import sentence_key

_FEWEST = 3  # sentences; fewer of a corpus are an accident
_PERSISTENT = 3  # validations in a row; nearly every model repeats itself in its first

# The shares of all translations from which on a kind is worth a warning.
_SHARES = {"empty": 0.01, "same": 0.25, "copy": 0.05, "repetition": 0.05, "endless": 0.02}

_ADVICE = {
    "empty": (
        "the model prefers to say nothing. Train longer; look for cut or misaligned targets in the "
        "training corpus; in a beam, use a larger --length-penalty."
    ),
    "same": (
        "the model ignores the source; it is untrained or too little regularised. Train longer, on "
        "more pairs, or with attention if there is none."
    ),
    "copy": (
        "the model has learnt to copy. Remove training pairs whose target is not in the target "
        "language."
    ),
    "repetition": (
        "the model loses its place in the source. Train longer, or with attention if there is "
        "none; translate shorter sentences."
    ),
    "endless": (
        "the model does not find the end. Train longer, or raise --max-length if it is given."
    ),
}


@dataclass(frozen=True)
class Fault:
    """A kind of degenerate translation that is more frequent than in good output.

    Attributes:
        kind: "empty", "same", "copy", "repetition" or "endless".
        finding: What these translations do.
        count: Number of such translations.
        total: Number of translations.
    """

    kind: str
    finding: str
    count: int
    total: int

    def __str__(self) -> str:
        return f"{self.count:,} of {self.total:,} translations {self.finding}: {_ADVICE[self.kind]}"

    def as_dict(self) -> dict[str, str | int]:
        """Returns the fault as JSON-ready values, the whole line under "message"."""
        return {**asdict(self), "message": str(self)}


def find_faults(
    sources: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
    ended: Sequence[bool],
) -> list[Fault]:
    """Finds what is degenerate in translations.

    They are compared with their references, which may copy or repeat as well.

    Args:
        sources: Source sentences.
        hypotheses: Their translations.
        references: Their reference translations.
        ended: Whether each translation ended before the length limit.
    """
    triples = list(zip(sources, hypotheses, references, strict=True))

    def count(is_degenerate: Callable[[str, str, str], bool]) -> int:
        return sum(is_degenerate(*triple) for triple in triples)

    # Either half of what the three most common sentences cover is one sentence, or they are told
    # apart. The corpus itself may say a sentence often.
    few = 1 if 2 * _covered(hypotheses, 1) >= _covered(hypotheses, 3) else 3
    usual = max(_covered(sources, few), _covered(references, few))
    same = "are the same sentence" if few == 1 else f"are one of {few} sentences"

    found = [
        ("empty", "are empty", count(_is_empty), 0),
        ("same", same, _covered(hypotheses, few), usual),
        ("copy", "copy the source", count(_is_copy), 0),
        ("repetition", "repeat a few words again and again", count(_is_repetition), 0),
        ("endless", "run into the length limit", ended.count(False), 0),
    ]
    return [
        Fault(kind, finding, number, len(triples))
        for kind, finding, number, expected in found
        if number - expected >= max(_FEWEST, _SHARES[kind] * len(triples))
    ]


def fault_kinds(source: str, hypothesis: str, reference: str, ended: bool) -> tuple[str, ...]:
    """Returns the kinds of fault that a single translation shows; "same" is one of a corpus.

    Args:
        source: The source sentence.
        hypothesis: Its translation.
        reference: Its reference translation.
        ended: Whether the translation ended before the length limit.
    """
    found = {
        "empty": _is_empty(source, hypothesis, reference),
        "copy": _is_copy(source, hypothesis, reference),
        "repetition": _is_repetition(source, hypothesis, reference),
        "endless": not ended,
    }
    return tuple(kind for kind, is_so in found.items() if is_so)


def changes(
    before: Mapping[str, int], faults: Sequence[Fault], *, last: bool = False
) -> tuple[dict[str, int], list[str]]:
    """Counts faults over validations, and returns the lines to show after a validation.

    There is a line for each kind of fault once it persists, and one when it has gone.

    Args:
        before: The counts that the call after the previous validation returned.
        faults: What this validation found.
        last: Whether it is the last validation. Then faults that began too late to persist are
            told as well.

    Returns:
        In how many validations in a row each kind was found, and the lines.
    """

    def is_told(times: int) -> bool:
        return times == _PERSISTENT or (last and times < _PERSISTENT)

    now = {fault.kind: before.get(fault.kind, 0) + 1 for fault in faults}
    come = [f"Warning ({fault.kind}): {fault}" for fault in faults if is_told(now[fault.kind])]
    gone = [
        f"The warning ({kind}) no longer holds."
        for kind, times in before.items()
        if times >= _PERSISTENT and kind not in now
    ]

    return now, come + gone


def _covered(sentences: Sequence[str], few: int) -> int:
    """Returns how many sentences are one of the few most common ones; empty ones do not count."""
    most_common = Counter(filter(str.strip, sentences)).most_common(few)
    return sum(count for _, count in most_common)


def _is_empty(source: str, hypothesis: str, reference: str) -> bool:
    return not hypothesis.strip() and bool(source.strip() and reference.strip())


def _is_copy(source: str, hypothesis: str, reference: str) -> bool:
    """Whether nearly all words are the source's, and most of the reference's are not.

    Names and numbers are copied in good translations too.
    """
    return _overlap(source, hypothesis) >= 0.8 and _overlap(source, reference) < 0.5


def _overlap(one: str, other: str) -> float:
    """Returns the share of the words of the longer text that both have."""
    one_words = Counter(_words(sentence_key(one)))
    other_words = Counter(_words(sentence_key(other)))
    common = (one_words & other_words).total()

    return common / max(one_words.total(), other_words.total(), 1)


def _is_repetition(source: str, hypothesis: str, reference: str) -> bool:
    return _repeats(hypothesis) and not _repeats(reference)


def _repeats(text: str) -> bool:
    """Whether two neighbouring words come at least three times and make up a third of the text."""
    words = _words(text)
    neighbours = Counter(zip(words, words[1:], strict=False))
    most = max(neighbours.values(), default=0)

    return most >= 3 and 2 * most >= len(words) / 3


def _words(text: str) -> list[str]:
    """Returns the words, or the characters where words are not set apart."""
    return text.split() if " " in text.strip() else list(text.strip())
