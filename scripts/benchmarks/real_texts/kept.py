"""Words and numbers of real corpora that stand in the source and in the reference."""

import re
from collections.abc import Iterator

from real_texts.rows import Failure, Row, Sentences, share

LATIN_WORDS = re.compile("[A-Za-z]{3,}")
NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")


def measure_kept(sentences: Sentences, name: str, pattern: re.Pattern[str]) -> Iterator[Row]:
    """A row of what the pattern finds in a source and in its reference, once a sentence."""
    wanted = [
        found(pattern, source) & found(pattern, reference)
        for source, reference in zip(sentences.sources, sentences.references, strict=True)
    ]

    kept = 0
    failures = []
    for place, words in enumerate(wanted):
        translation = sentences.plain[place]
        lost = words - found(pattern, translation)
        kept += len(words) - len(lost)
        if lost:
            wrong = ", ".join(sorted(lost))
            failures.append(Failure(sentences.sources[place], translation, wrong))

    total = sum(map(len, wanted))
    figures = {
        "sentences": len(wanted),
        "in source and reference": total,
        "kept": share(kept, total),
    }
    yield Row("kept", sentences.corpus, name, figures, failures)


def found(pattern: re.Pattern[str], text: str) -> set[str]:
    """What the pattern finds, whatever its case."""
    return {match.casefold() for match in pattern.findall(text)}
