"""The language that texts are translated into where nobody names it: their letters tell."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import Protocol, Self, TypeVar

from seq2seq.data.letters import Letters
from seq2seq.storage.languages import Languages
from seq2seq.translation.batching import windows
from seq2seq.translation.result import Translation
from seq2seq.translation.sentences import Numbered


class Directed(Protocol):
    """What is asked of a `Translator`, whose module imports this one."""

    tag: str

    @property
    def languages(self) -> Languages: ...

    @property
    def language(self) -> str | None: ...

    def to(self, language: str | None) -> Self: ...


One = TypeVar("One", bound=Directed)


def letters_of(languages: Languages) -> Letters | None:
    """What tells the languages of a model apart; None where letters cannot.

    They can tell two languages that are translated into each other and share no script.
    """
    if len(languages.names) != 2 or len(languages.targets) != 2:
        return None
    return Letters.of(languages.scripts) if languages.scripts else None


def language_for(texts: Sequence[str], languages: Languages, letters: Letters) -> str:
    """The language to translate texts into that belong together, such as those of a document.

    Most of their letters are of the other one. Where neither has more, it is the model's first.
    """
    place = letters.language(texts)
    return languages.targets[0] if place is None else languages.names[1 - place]


def chooser(translator: One, to: str | None, *, by_letters: bool) -> Callable[[str], One]:
    """What gives the translator for each text.

    Args:
        translator: One of several languages, or of one.
        to: The language to translate into; None if nobody named it.
        by_letters: Whether the letters of the text may tell it.

    Raises:
        InputError: The language is none of the model's, or is missing and letters do not tell.
    """
    languages = translator.languages
    letters = letters_of(languages)
    if to is not None or translator.tag or not (by_letters and letters):
        one = translator.to(to)
        return lambda _: one

    ones = {language: translator.to(language) for language in languages.targets}
    return lambda text: ones[language_for([text], languages, letters)]


def translate_chosen(
    texts: Iterable[str],
    choose: Callable[[str], One],
    translate: Callable[[One, list[Numbered]], Iterator[Translation]],
    *,
    size: int,
    first: int = 0,
) -> Iterator[Translation]:
    """Translates each text with what is chosen for it; result k belongs to text k.

    Window by window, so that which sentences share a batch follows from the number of a text alone:
    a shard has the batches that the whole input has there.

    Args:
        texts: Any number of texts, read when they are needed.
        choose: The translator for a text.
        translate: Translates texts with a translator, in their order.
        size: Texts of a window.
        first: The place of the first text.
    """
    for window in windows(map(Numbered._make, enumerate(texts, first)), size):
        chosen = [choose(text) for _, text in window]
        found = {}
        for one in dict.fromkeys(chosen):
            own = [text for text, its in zip(window, chosen, strict=True) if its is one]
            found[one] = translate(one, own)
        for one in chosen:
            translation = next(found[one])
            yield replace(translation, to=one.language) if one.language else translation


def translate_documents(
    documents: Iterable[Sequence[str]],
    stream: Callable[..., Iterable[Translation]],
    languages: Languages,
    *,
    first: int = 0,
) -> Iterator[Translation]:
    """Translates the texts of documents, each document into one language.

    Neighbours of one language share batches.

    Args:
        documents: The texts of each.
        stream: Translates texts from a place on, as `Translator.stream` does.
        languages: Those of the model; none if the language is settled.
        first: The place of the first text.
    """
    letters = letters_of(languages)
    if not letters:
        yield from stream([*chain.from_iterable(documents)], first=first)
        return

    for language, group in groupby(documents, lambda own: language_for(own, languages, letters)):
        texts = [*chain.from_iterable(group)]
        yield from stream(texts, first=first, to=language)
        first += len(texts)
