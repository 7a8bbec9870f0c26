"""What a model is not to read: links, numbers, tags, unknown words; what it reads in their place.

`Protector.protect` prepares a sentence before it is cut into pieces, and `restoration.restore`
brings its translation in order. Everything that translates shares both: the library, the commands,
the exported models and the server.

- A literal, which is a word of the sentence, is replaced by a reserved piece (`data.placeholders`).
- A tag or an emoji, which stands beside words, is taken out.
- What the model cannot read is a literal, too: words with letters that its source vocabulary lacks,
  and words of a script that its corpus did not have.
- A sentence without letters outside of these is its own translation.
"""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from seq2seq.data.capitals import in_capitals
from seq2seq.data.placeholders import PLACEHOLDERS, Part, matches, occurrences, replaced
from seq2seq.data.scripts import kept_spans
from seq2seq.data.spans import Kind, Span, find_spans
from seq2seq.translation.alphabet import Alphabet
from seq2seq.translation.protected import Literal, Protected, Term
from seq2seq.translation.tags import Mark, divides_words, edges, make_mark, partners

_CLOSING = frozenset(".,!?;:)]}\u2026\u3002\uff0c\uff01\uff1f\u3001")  # no space is before these
_OPENING = frozenset("([{\u00bf\u00a1")


@dataclass(frozen=True)
class Protector:
    """What a model can read.

    Args:
        letters: All characters of its source vocabulary.
        scripts: The usual scripts of its source corpus; none if unknown.
        folds_case: Whether it reads capitals and small letters alike.
        tag: What stands before all that it reads; see `data.directions`.
        capitals: Whether its source sentences are in capitals as a rule, which then say nothing.
    """

    letters: frozenset[str]
    scripts: tuple[str, ...] = ()
    folds_case: bool = False
    tag: str = ""
    capitals: bool = False

    @classmethod
    def of(
        cls,
        source_pieces: Iterable[str],
        target_pieces: Iterable[str],
        *,
        scripts: Iterable[str] = (),
        folds_case: bool = False,
        capitals: bool = False,
    ) -> "Protector | None":
        """The protector of a model with these pieces; None if it knows no placeholders.

        Models of version 0.1 know none. In a language without letters, such as one of digits
        alone, nothing tells a literal from a word.
        """
        letters = frozenset("".join(source_pieces))
        both = letters & set(target_pieces)
        if not both.issuperset(PLACEHOLDERS) or not any(map(str.isalpha, letters)):
            return None
        return cls(letters, tuple(scripts), folds_case, capitals=capitals)

    @cached_property
    def _alphabet(self) -> Alphabet:
        return Alphabet(self.letters, self.folds_case)

    def protect(
        self,
        sentence: str,
        terms: Sequence[Term | tuple[int, int, str]] = (),
        *,
        prefix: str = "",
        own: bool = True,
    ) -> Protected:
        """Prepares a sentence, in a time proportional to its length.

        Args:
            sentence: The sentence.
            terms: Parts of it whose translations are given, as `(start, end, written)`; none
                overlaps another. One that overlaps a tag or a part of a link or the like is left
                out.
            prefix: What the translation is to begin with.
            own: Whether a sentence without letters is its own translation; never with a prefix.
        """
        spans, written = _with_terms(sentence, self._spans(sentence), terms)
        protected = self._replace(sentence, spans, written)
        answers_capitals = self.folds_case and not self.capitals
        if answers_capitals and in_capitals(_without(sentence, spans)):
            protected = dataclasses.replace(protected, capitals=True)

        if prefix:
            protected = dataclasses.replace(protected, prefix=_masked(prefix, protected))
            return protected.behind(self.tag)
        if own and sentence.strip() and not any(map(str.isalpha, protected.text)):
            return dataclasses.replace(protected, text="", own=_written(protected).strip())
        return protected.behind(self.tag)

    def without_literals(self, protected: Protected) -> Protected | None:
        """A second reading of a sentence, without the literals that stand alone.

        Returns:
            None if no literal stands alone, if no letters are left without them, or if translations
            of terms are given.
        """
        source = protected.source
        apart = [literal for literal in protected.literals if _stands_alone(source, literal)]
        if not apart or len(protected.literals) > len(PLACEHOLDERS):
            return None
        if any(literal.written != literal.text for literal in protected.literals):
            return None

        parts = [Part(literal.start, literal.start + len(literal.text)) for literal in apart]
        masked = replaced(source, parts, [literal.placeholder for literal in apart])
        out = {literal.placeholder for literal in apart}
        spans = [
            span._replace(kind=Kind.EMOJI) if masked[span.start : span.end] in out else span
            for span in self._spans(masked)
        ]
        left = [one.placeholder for one in protected.literals if one not in apart]
        found = self._replace(masked, spans, {}, placeholders=left or PLACEHOLDERS)
        if not any(map(str.isalpha, found.text)):
            return None
        found = dataclasses.replace(found, apart=tuple(apart), capitals=protected.capitals)
        return found.behind(self.tag)

    def protect_pair(self, sentence: str, translation: str) -> tuple[str, str, dict[str, str]]:
        """Puts placeholders in the place of what stands in a sentence and in its translation.

        Returns:
            Both texts with placeholders, and what each of these stands for.
        """
        spans = [span for span in self._spans(sentence) if span.kind is Kind.LITERAL]
        found = matches(sentence, translation, spans)[: len(PLACEHOLDERS)] if spans else []
        texts = [sentence[start:end] for (start, end), _ in found]
        placeholders = PLACEHOLDERS[: len(found)]
        source = replaced(sentence, [match.source for match in found], placeholders)
        return (
            Protected(sentence, source).behind(self.tag).text,
            replaced(translation, [match.target for match in found], placeholders),
            dict(zip(placeholders, texts, strict=True)),
        )

    def _spans(self, sentence: str) -> list[Span]:
        """The spans of a sentence; words that the model cannot read are among the literals."""
        spans = kept_spans(sentence, self.scripts)
        words = self._alphabet.unknown_words(sentence, spans)
        return _merged(sentence, spans, words) if words else spans

    def _replace(
        self,
        sentence: str,
        spans: Sequence[Span],
        written: dict[int, str],
        placeholders: Sequence[str] = PLACEHOLDERS,
    ) -> Protected:
        """Puts placeholders in the place of literals, and takes marks out."""
        readable = self._alphabet.readable
        if not spans:
            return Protected(sentence, readable(sentence))

        text = _Text()
        literals: list[Literal] = []
        marks: list[Mark] = []
        known = set(find_spans(sentence))
        done = 0
        for span in spans:
            start, end, kind = span
            part = sentence[start:end]
            text.add(readable(sentence[done:start]))
            done = end
            if kind is Kind.LITERAL:
                placeholder = placeholders[len(literals) % len(placeholders)]
                is_unknown = span not in known and start not in written
                target = written.get(start, part)
                literals.append(Literal(part, start, target, placeholder, text.length, is_unknown))
                text.add(placeholder)
            else:
                if sentence[end : end + 1] in _CLOSING and not (
                    marks and marks[-1].place == text.length
                ):
                    text.end_word()
                marks.append(make_mark(sentence, span, text.length))
                text.is_divided |= divides_words(part, kind)
        text.add(readable(sentence[done:]))

        return _with_edges(Protected(sentence, str(text), tuple(literals), tuple(marks)))


def _stands_alone(sentence: str, literal: Literal) -> bool:
    """Whether a literal is one of those that `find_spans` finds, and touches no word or sign."""
    if literal.is_unknown:
        return False
    before = sentence[max(literal.start - 1, 0) : literal.start]
    after = sentence[literal.start + len(literal.text) :][:1]
    return (not before or before.isspace() or before in _OPENING) and (
        not after or after.isspace() or after in _CLOSING
    )


class _Text:
    """A text that is written part by part, as if what was taken out between had not been there.

    Attributes:
        length: How long it is by now.
        is_divided: Whether a word ends here, though no space follows.
    """

    def __init__(self) -> None:
        self.length = 0
        self.is_divided = False
        self._parts: list[str] = []

    def add(self, part: str) -> None:
        """Adds a part; of two spaces that meet, one goes."""
        before = self._parts[-1][-1:] if self._parts else " "
        if part[:1].isspace() and before.isspace():
            part = part[1:]
        if self.is_divided and part[:1].isalnum() and before.isalnum():
            part = " " + part

        if part:
            self._parts.append(part)
            self.length += len(part)
            self.is_divided = False

    def end_word(self) -> None:
        """Takes back a space at the end."""
        if self._parts and self._parts[-1].endswith(" "):
            self._parts[-1] = self._parts[-1][:-1]
            self.length -= 1

    def __str__(self) -> str:
        return "".join(self._parts)


def _merged(text: str, spans: Sequence[Span], words: Sequence[Span]) -> list[Span]:
    """The spans with words among them; words that a space divides are one literal."""
    merged: list[Span] = []
    known = set(spans)
    for span in sorted([*spans, *words]):
        before = merged[-1] if merged else None
        if before and not {before, span} & known and text[before.end : span.start] == " ":
            merged[-1] = Span(before.start, span.end, Kind.LITERAL)
        else:
            merged.append(span)
    return merged


def _with_terms(
    sentence: str, spans: list[Span], terms: Sequence[Term | tuple[int, int, str]]
) -> tuple[list[Span], dict[int, str]]:
    """The spans with terms among them, and what is written for each term by its start."""
    if not terms:
        return spans, {}

    whole = set(find_spans(sentence))
    kept: list[Span] = []
    written: dict[int, str] = {}
    waiting = spans[::-1]  # the next one last
    for start, end, text in sorted(terms):
        while waiting and waiting[-1].end <= start:
            kept.append(waiting.pop())

        touched: list[Span] = []
        while waiting and waiting[-1].start < end:
            touched.append(waiting.pop())
        rests = [rest for span in touched for rest in _rests(sentence, span, start, end)]
        if any(span.kind is not Kind.LITERAL for span in touched) or whole.intersection(
            span for span in touched if span.start < start or span.end > end
        ):
            waiting += reversed(touched)
            continue

        kept += [rest for rest in rests if rest.end <= start]
        kept.append(Span(start, end, Kind.LITERAL))
        written[start] = text
        waiting += [rest for rest in rests if rest.start >= end]
    return [*kept, *reversed(waiting)], written


def _rests(sentence: str, span: Span, start: int, end: int) -> list[Span]:
    """What a term leaves of a span that it touches, without the spaces around it."""
    rests = []
    for first, last in ((span.start, start), (end, span.end)):
        part = sentence[first:last]
        if part.strip():
            first += len(part) - len(part.lstrip())
            rests.append(Span(first, first + len(part.strip()), Kind.LITERAL))
    return rests


def _without(sentence: str, spans: Sequence[Span]) -> str:
    """A sentence with a space in the place of each span."""
    parts = []
    done = 0
    for start, end, _ in spans:
        parts.append(sentence[done:start])
        done = end
    return " ".join([*parts, sentence[done:]])


def _with_edges(protected: Protected) -> Protected:
    """Takes the marks at the edges of a sentence out of those between its words."""
    marks = protected.marks
    text = protected.text
    first = len(text) - len(text.lstrip())
    last = len(text.rstrip())
    most_before = sum(mark.place <= first for mark in marks)
    most_after = sum(mark.place >= last for mark in marks[most_before:])
    before, after = edges(partners(marks), most_before, most_after)

    source = protected.source
    head = 0
    if before:
        end = marks[before - 1].start + len(marks[before - 1].text)
        head = len(source) - len(source[end:].lstrip())
    tail = len(source)
    if after:
        tail = len(source[: marks[len(marks) - after].start].rstrip())

    return dataclasses.replace(
        protected,
        marks=marks[before : len(marks) - after],
        before=source[:head].lstrip(),
        after=source[tail:].rstrip(),
    )


def _written(protected: Protected) -> str:
    """The sentence with what is written for its literals."""
    parts = []
    done = 0
    for literal in protected.literals:
        parts += [protected.source[done : literal.start], literal.written]
        done = literal.start + len(literal.text)
    return "".join([*parts, protected.source[done:]])


def _masked(prefix: str, protected: Protected) -> str:
    """The beginning of a translation, with placeholders for what it shares with the sentence."""
    parts = []
    placeholders = []
    taken: set[int] = set()
    for literal in protected.literals:
        for part in occurrences(literal.written, prefix):
            if taken.isdisjoint(range(*part)):
                taken.update(range(*part))
                parts.append(part)
                placeholders.append(literal.placeholder)
                break
    masked = replaced(prefix, parts, placeholders)
    for mark in protected.marks:
        masked = masked.replace(mark.text, "", 1)
    return masked.removeprefix(protected.before.strip()).lstrip() if protected.before else masked
