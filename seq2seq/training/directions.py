"""Dev pairs of several directions: translated and scored each for itself."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from seq2seq.data.corpus import Corpus
from seq2seq.data.directions import untagged
from seq2seq.translation.result import Translation
from seq2seq.translation.translator import Translator


class Part(NamedTuple):
    """The pairs of a direction.

    Attributes:
        tag: The tag of the target's language; "" of a corpus without tags.
        places: Where they stand in the corpus.
        corpus: The pairs, without tags.
    """

    tag: str
    places: list[int]
    corpus: Corpus


def parts_of(corpus: Corpus) -> list[Part]:
    """The pairs of a corpus by their direction; a corpus without tags is one part."""
    places: dict[str, list[int]] = {}
    sources = []
    for place, sentence in enumerate(corpus.source):
        tag, source = untagged(sentence)
        places.setdefault(tag, []).append(place)
        sources.append(source)

    bare = Corpus(sources, corpus.target)
    return [Part(tag, some, bare.chosen(some)) for tag, some in places.items()]


def translate_parts(
    translator: Translator, corpus: Corpus, **search: Any
) -> Iterator[tuple[Part, list[Translation]]]:
    """Translates the pairs of each direction.

    Args:
        translator: The translator.
        corpus: The pairs, with tags if the model has several languages.
        **search: See `Translator.stream`.
    """
    for part in parts_of(corpus):
        one = translator.behind(part.tag)
        yield part, list(one.stream(part.corpus.source, **search))
