"""A sentence, and what a model reads of it."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from seq2seq.data.directions import tagged
from seq2seq.translation.tags import Mark


class Term(NamedTuple):
    """A part of a sentence, `sentence[start:end]`, whose translation is given."""

    start: int
    end: int
    written: str


class Literal(NamedTuple):
    """A part of a sentence that a placeholder stands for.

    Attributes:
        text: What stands in the sentence.
        start: Where it stands there.
        written: What is written in the translation.
        placeholder: What the model reads and writes.
        place: Where the placeholder stands in the text that the model reads.
        is_unknown: Whether it is a word that the model cannot read.
    """

    text: str
    start: int
    written: str
    placeholder: str
    place: int
    is_unknown: bool


@dataclass(frozen=True)
class Protected:
    """A sentence and what a model reads of it.

    Attributes:
        source: The sentence.
        text: What the model reads; the sentence itself where there is nothing to keep.
        literals: What the placeholders in the text stand for, in order.
        marks: Tags and emoji that are taken out between the words, in order.
        before: What stays at the beginning of the translation: tags, emoji, and spaces.
        after: What stays at its end.
        capitals: Whether the translation is written in capitals.
        prefix: What the translation is to begin with, with placeholders.
        own: The translation of a sentence that has no letters for a model; None of others.
        apart: Literals that were taken out as if they were emoji. Their placeholders stand in the
            source and among the marks.
    """

    source: str
    text: str
    literals: tuple[Literal, ...] = ()
    marks: tuple[Mark, ...] = ()
    before: str = ""
    after: str = ""
    capitals: bool = False
    prefix: str = ""
    own: str | None = None
    apart: tuple[Literal, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether the translation is just what the model makes of the sentence."""
        return self.text is self.source and not self.capitals and self.own is None

    @property
    def shown(self) -> str:
        """The sentence as it was given."""
        return self.filled(self.source)

    def filled(self, text: str) -> str:
        """A text with the literals that were taken out in the place of their placeholders."""
        for literal in self.apart:
            text = text.replace(literal.placeholder, literal.written)
        return text

    @property
    def copied(self) -> list[str]:
        """The words that the model cannot read."""
        return [literal.text for literal in self.literals if literal.is_unknown]

    def behind(self, tag: str) -> "Protected":
        """The sentence with the tag of a language before what the model reads; see `directions`.

        What has no words, or is its own translation, stays as it is.
        """
        if not tag or not self.text.strip():
            return self

        text = tagged(self.text, tag)
        shift = len(text) - len(self.text)
        return replace(
            self,
            text=text,
            literals=tuple(one._replace(place=one.place + shift) for one in self.literals),
            marks=tuple(mark._replace(place=mark.place + shift) for mark in self.marks),
        )
