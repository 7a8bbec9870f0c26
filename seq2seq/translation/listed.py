"""Translations that write terms as a glossary lists them, at the least cost.

What a model reads a placeholder for, it cannot tell: the gender of a noun, what else the word
means. So a term becomes a placeholder only where the model does not write it as listed by itself.
A sentence is translated as it is; if terms are lacking, again with placeholders for these; if terms
are lacking still, with placeholders for all.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from seq2seq.translation.glossary import Glossary
from seq2seq.translation.protected import Term
from seq2seq.translation.result import Translation

Attempt = Callable[[Sequence[int], Sequence[Sequence[Term]]], Iterable[Translation]]
"""Translates the sentences at some places, with placeholders for some terms of each."""


def translate_listed(
    sentences: Sequence[str], glossary: Glossary | None, translate: Attempt
) -> list[Translation]:
    """Translates sentences, the terms of a glossary as they are listed.

    Args:
        sentences: The sentences.
        glossary: The terms, if any.
        translate: Translates some of the sentences.
    """
    terms = [glossary.find(sentence) if glossary else [] for sentence in sentences]
    found = list(translate(range(len(sentences)), [()] * len(sentences)))
    written: dict[int, Sequence[Term]] = {place: () for place, some in enumerate(terms) if some}
    while written:
        written = next_attempt(
            terms, written, lambda place: [one.text for one in found[place].hypotheses]
        )
        translations = translate([*written], [*written.values()]) if written else ()
        for place, translation in zip(written, translations, strict=True):
            found[place] = translation
    return found


def next_attempt(
    terms: Sequence[Sequence[Term]],
    written: Mapping[int, Sequence[Term]],
    texts: Callable[[int], Iterable[str]],
) -> dict[int, Sequence[Term]]:
    """The places of the sentences to translate again, and the terms to write in each.

    Args:
        terms: All terms of each sentence.
        written: By place, the terms that placeholders stood for in the last attempt.
        texts: What was found for the sentence at a place.
    """
    again = {
        place: terms_to_write(terms[place], some, texts(place)) for place, some in written.items()
    }
    return {place: some for place, some in again.items() if some}


def terms_to_write(
    terms: Sequence[Term], written: Sequence[Term], texts: Iterable[str]
) -> Sequence[Term]:
    """The terms that placeholders have to stand for in the next attempt; none if it is the last.

    Args:
        terms: All terms of a sentence.
        written: Those that placeholders stood for in this attempt.
        texts: What was found.
    """
    if len(written) == len(terms):
        return ()
    lacking = _lacking(terms, texts)
    return terms if lacking and written else lacking


def _lacking(terms: Sequence[Term], texts: Iterable[str]) -> list[Term]:
    """The terms that one of some texts does not hold as often as the sentence does."""
    wanted = Counter(term.written for term in terms)
    listed = Glossary({text: text for text in wanted})
    lacking: set[str] = set()
    for text in texts:
        counts = Counter(text[start:end] for start, end, _ in listed.find_each(text))
        lacking.update((wanted - counts).keys())
    return [term for term in terms if term.written in lacking]
