"""Whether terms are translated as a glossary lists them, and what that costs.

The glossary is made of the training pairs: the words that stand in them together most of the time.
"""

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

from real_texts.rows import Failure, Row, Sentences, scores, share

Glossary = dict[str, str]

_WORD = re.compile(r"[^\W\d_]{4,}")
_FEWEST = 20  # sentences that a word is in
_TOGETHER = 0.7  # of the sentences with one of two words, those with both (Dice's coefficient)
_MOST = 500  # sentences


def find_terms(sources: list[str], targets: list[str]) -> Glossary:
    """The words of the sources, in small letters, that have one translation most of the time."""
    rows = [
        (set(_WORD.findall(source.lower())), set(_WORD.findall(target)))
        for source, target in zip(sources, targets, strict=True)
    ]
    source_counts = _frequent(source for source, _ in rows)
    target_counts = _frequent(target for _, target in rows)

    together: Counter[tuple[str, str]] = Counter()
    for source, target in rows:
        known = target & target_counts.keys()
        together.update((word, other) for word in source & source_counts.keys() for other in known)

    best: dict[str, tuple[float, str]] = {}
    for (word, other), count in together.items():
        coefficient = 2 * count / (source_counts[word] + target_counts[other])
        if coefficient >= _TOGETHER:
            best[word] = max(best.get(word, (0.0, "")), (coefficient, other))
    return {word: other for word, (_, other) in sorted(best.items())}


def _frequent(rows: Iterator[set[str]]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for words in rows:
        counts.update(words)
    return {word: count for word, count in counts.items() if count >= _FEWEST}


def measure_glossary(sentences: Sentences, glossary: Glossary, seed: int) -> Iterator[Row]:
    """A row of the terms as the references have them, and one of terms that no model would use.

    Of the test sentences, those are taken whose terms all stand in the reference.
    """
    terms = [
        [word for word in dict.fromkeys(_WORD.findall(source.lower())) if word in glossary]
        for source in sentences.sources
    ]
    fitting = [
        place
        for place, words in enumerate(terms)
        if words and {glossary[word] for word in words} <= _words(sentences.references[place])
    ]
    places = sorted(Random(f"{seed} glossary").sample(fitting, min(_MOST, len(fitting))))

    others = dict(zip(glossary, [*glossary.values()][1:] + [*glossary.values()][:1], strict=True))
    for name, listed in (("of the references", glossary), ("unlikely ones", others)):
        if places:
            yield _row(sentences, name, listed, places, terms, scored=listed is glossary)


def _row(
    sentences: Sentences,
    name: str,
    glossary: Glossary,
    places: list[int],
    terms: list[list[str]],
    *,
    scored: bool,
) -> Row:
    """The row of some sentences; `terms` are those of all of them."""
    texts = [sentences.sources[place] for place in places]
    wanted = [{glossary[word] for word in terms[place]} for place in places]
    translations = list(sentences.translate(texts, glossary=glossary))
    plain = [sentences.plain[place] for place in places]

    failures = []
    for text, translation, words in zip(texts, translations, wanted, strict=True):
        missing = words - _words(translation)
        if missing:
            failures.append(Failure(text, translation, ", ".join(sorted(missing))))

    references = [sentences.references[place] for place in places]
    figures = {
        "sentences": len(texts),
        "terms": sum(map(len, wanted)),
        "kept": _kept(wanted, translations),
        "kept without it": _kept(wanted, plain),
        "BLEU": scores(translations, references)[0] if scored else None,
        "BLEU without it": scores(plain, references)[0] if scored else None,
    }
    return Row("glossary", sentences.corpus, name, figures, failures)


def _kept(wanted: list[set[str]], translations: list[str]) -> float | None:
    kept = sum(
        len(words & _words(translation))
        for words, translation in zip(wanted, translations, strict=True)
    )
    return share(kept, sum(map(len, wanted)))


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text))
