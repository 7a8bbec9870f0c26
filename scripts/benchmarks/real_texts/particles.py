"""Whether a Korean term that a glossary lists is kept, with the right particle after it."""

import re
from collections.abc import Iterator

from hangul import PARTICLES, final_consonant, particle
from lexicon import NOUNS
from real_texts.rows import Failure, Row, Sentences, share

_KINDS = ("은", "이", "을", "과", "으로")
_WORD = re.compile(r"[a-z]+")


def measure_particles(sentences: Sentences) -> Iterator[Row]:
    """A row of nouns that are called by another one's name, which asks for another particle."""
    glossary = renamed_nouns()
    terms = [
        {word: glossary[word] for word in _WORD.findall(source.lower()) if word in glossary}
        for source in sentences.sources
    ]
    places = [place for place, words in enumerate(terms) if words]
    texts = [sentences.sources[place] for place in places]
    translations = list(sentences.translate(texts, glossary=glossary))

    kept = 0
    right = 0
    total = 0
    failures = []
    for place, translation in zip(places, translations, strict=True):
        for term in terms[place].values():
            kept += term in translation
            ends = [fits for fits in ends_after(term, translation) if fits is not None]
            right += sum(ends)
            total += len(ends)
            if term not in translation or not all(ends):
                failures.append(Failure(sentences.sources[place], translation, term))

    wanted = sum(len(terms[place]) for place in places)
    figures = {
        "sentences": len(texts),
        "terms": wanted,
        "kept": share(kept, wanted),
        "particles": total,
        "right": share(right, total),
    }
    yield Row("particles", sentences.corpus, "nouns renamed", figures, failures)


def renamed_nouns() -> dict[str, str]:
    """Nouns of one English word with the Korean of others, which end in a vowel where they do not.

    Two nouns never have the same.
    """
    english = {
        noun.korean: noun.english
        for noun in NOUNS.values()
        if noun.english.isalpha() and noun.english.islower() and " " not in noun.korean
    }
    closed = [korean for korean in english if final_consonant(korean)]
    opened = [korean for korean in english if not final_consonant(korean)]

    renamed = {}
    for one, other in zip(closed, opened, strict=False):
        renamed[english[one]] = other
        renamed[english[other]] = one
    return renamed


def ends_after(term: str, translation: str) -> Iterator[bool | None]:
    """Of each place of a term, whether the particle after it fits; None where there is none."""
    for match in re.finditer(re.escape(term), translation):
        after = translation[match.end() :]
        yield next(
            (
                after.startswith(particle(term, kind)[len(term) :])
                for kind in _KINDS
                if after.startswith(PARTICLES[kind])
            ),
            None,
        )
