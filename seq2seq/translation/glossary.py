"""Terms that are translated as a user has listed them.

A glossary finds its terms in a sentence and says what is written in their places; the longest one
counts, whole words only, and only in the form that is listed. A term is found in capitals and in
small letters alike. But a capital after the first letter of a word, or a word of one capital, has
to be a capital in the sentence: "US" is not found in "us".

Links, tags and other spans stay whole: no term is found inside one. A term may be made of literals
and words, such as "Windows 11".
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from seq2seq.data.lines import decoded_lines, file_name
from seq2seq.data.spans import Kind, find_spans
from seq2seq.errors import InputError, is_utf8, shown
from seq2seq.translation.protected import Term
from seq2seq.translation.protection import Protector
from seq2seq.translation.terms import Atom, atoms_of, may_begin, may_end

_HIDDEN = "\ufdd0"  # no term has it
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef]")
_COMMENT = re.compile(r"#\s")


@dataclass
class _Node:
    """A place in the tree of terms: what may follow, and the terms that end here.

    Terms that differ in capitals alone end at one node.
    """

    following: dict[str, "_Node"] = field(default_factory=dict)
    terms: dict[tuple[str, ...], str] = field(default_factory=dict)


class Glossary:
    """Terms and their translations.

    Example:
        >>> Glossary({"library": "도서관"}).find("The library is open.")
        [Term(start=4, end=11, written='도서관')]

    Args:
        terms: The translation of each term.

    Raises:
        InputError: A side is empty, no text, or more than one line.
    """

    def __init__(self, terms: Mapping[str, str]):
        self._roots = [_Node()]
        for source, target in terms.items():
            _add(self._roots[0], source, target, "a glossary")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> "Glossary":
        """Reads a TSV file: on each line a term, a TAB and its translation.

        Blank lines, and lines that begin with "# ", are no terms.

        Raises:
            InputError: The file cannot be read, holds no term, translates one in two ways, or a
                line is no term.
        """
        glossary = cls({})
        (root,) = glossary._roots
        for number, line in enumerate(decoded_lines(path), start=1):
            if not line.strip() or _COMMENT.match(line):
                continue
            place = f"{file_name(path)}, line {number:,}"
            _add(root, *_columns(line.rstrip("\r\n"), place), place)

        if not root.following:
            raise InputError(
                f"Expected a glossary. Received: {file_name(path)}, without a term. "
                "Write a term, a TAB and its translation on each line."
            )
        return glossary

    @classmethod
    def of(cls, value: "GlossaryLike") -> "Glossary":
        """A glossary of what a caller gave.

        Raises:
            InputError: It is none of these, or no glossary can be made of it.
        """
        if isinstance(value, Glossary):
            return value
        if isinstance(value, Mapping):
            return cls(value)
        if isinstance(value, str | os.PathLike):
            return cls.read(value)
        raise InputError(
            "Expected a glossary: a dictionary of terms and translations, or a file. "
            f"Received: {shown(value)}. Give one of these."
        )

    def __or__(self, other: "Glossary") -> "Glossary":
        """The terms of both; `other` wins where they differ."""
        both = Glossary({})
        both._roots = [*other._roots, *self._roots]
        return both

    def find(self, sentence: str) -> list[Term]:
        """The terms in a sentence, in its order; none overlaps another.

        Neighbours that make a compound in Korean are one. The time is proportional to the length
        of the sentence, however many terms there are.
        """
        return _compounds(sentence, self.find_each(sentence))

    def find_each(self, sentence: str) -> list[Term]:
        """As `find`, but each of the neighbours alone."""
        inside: set[int] = set()
        letters = list(sentence)
        for start, end, kind in find_spans(sentence):
            inside.update(range(start + 1, end))
            if kind is not Kind.LITERAL:
                letters[start:end] = _HIDDEN * (end - start)

        found = []
        atoms = atoms_of("".join(letters))
        place = 0
        while place < len(atoms):
            end, text = self._longest(atoms, place, inside)
            if end > place:
                found.append(Term(atoms[place].start, atoms[end - 1].end, text))
            place = max(end, place + 1)
        return found

    def _longest(self, atoms: Sequence[Atom], place: int, inside: set[int]) -> tuple[int, str]:
        """Where the longest term that begins at a place ends, and its translation.

        `inside` are the places within spans, at which no term may begin or end.
        """
        longest = (place, "")
        if atoms[place].start in inside or not may_begin(atoms, place):
            return longest

        for root in self._roots:
            for end, node in _nodes(root, atoms, place):
                if end <= longest[0] or atoms[end - 1].end in inside or not may_end(atoms, end):
                    continue
                text = _choose(node, [atom.text for atom in atoms[place:end]])
                if text:
                    longest = (end, text)
        return longest


GlossaryLike = Glossary | Mapping[str, str] | str | os.PathLike[str]
"""What a glossary may be given as: terms with their translations, or the path of a file."""


def glossary_for(protector: Protector | None, value: GlossaryLike | None) -> Glossary | None:
    """The glossary that a caller gave for a model; None if none.

    Raises:
        InputError: The model knows no placeholders, or no glossary can be made of what was given.
    """
    if value is None:
        return None
    glossary = Glossary.of(value)
    if protector is None:
        raise InputError(
            "Expected a model that knows placeholders for a glossary. "
            "Received: one without, of an older version. Train it anew, or leave the glossary out."
        )
    return glossary


def _nodes(root: _Node, atoms: Sequence[Atom], place: int) -> Iterator[tuple[int, _Node]]:
    """The nodes at which terms end that begin at a place, and the places after them."""
    node = root
    for end in range(place, len(atoms)):
        following = node.following.get(atoms[end].key)
        if following is None:
            return
        node = following
        if node.terms:
            yield end + 1, node


def _choose(node: _Node, words: Sequence[str]) -> str | None:
    """The translation of the term at a node that fits words, the one in the same capitals first."""
    exact = node.terms.get(tuple(words))
    if exact is not None:
        return exact
    fitting = (
        text
        for term, text in node.terms.items()
        if all(_fits(listed, word) for listed, word in zip(term, words, strict=True))
    )
    return next(fitting, None)


def _fits(listed: str, word: str) -> bool:
    """Whether a word has the capitals that matter in a listed one."""
    if listed == word or not (_is_capital(listed) or listed[1:] != listed[1:].lower()):
        return True
    return len(listed) == len(word) and all(
        letter.isupper() for letter, wanted in zip(word, listed, strict=True) if wanted.isupper()
    )


def _is_capital(word: str) -> bool:
    return len(word) == 1 and word.isupper()


def _compounds(sentence: str, found: Sequence[Term]) -> list[Term]:
    """Makes one term of neighbours with a space between them, where Korean is written.

    They are a compound, such as "art library", which no particles divide.
    """
    terms = list(found[:1])
    for term in found[1:]:
        last = terms[-1]
        if sentence[last.end : term.start] == " " and _is_hangul(
            last.written[-1] + term.written[0]
        ):
            terms[-1] = Term(last.start, term.end, f"{last.written} {term.written}")
        else:
            terms.append(term)
    return terms


def _is_hangul(letters: str) -> bool:
    return all("\uac00" <= letter <= "\ud7a3" for letter in letters)


def _columns(line: str, place: str) -> tuple[str, str]:
    """The term and the translation on a line of a file.

    Raises:
        InputError: The line has no TAB, more than one, or an empty side.
    """
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) == 2 and all(columns):
        return columns[0], columns[1]

    reason = "an empty side" if len(columns) == 2 else f"{len(columns) - 1} TABs"
    if len(columns) == 1:
        reason = "no TAB"
    raise InputError(
        f"Expected a term, a TAB and its translation. Received: {place}, with {reason}. "
        "Mend the line, or take it out."
    )


def _add(root: _Node, source: object, target: object, place: str) -> None:
    """Puts a term into the tree.

    Args:
        root: The tree.
        source: The term.
        target: Its translation.
        place: Where it stands, as a message names it.

    Raises:
        InputError: A side is no text of one line, or the term has another translation already.
    """
    words = atoms_of(_checked(source, place))
    text = _checked(target, place)

    node = root
    for word in words:
        node = node.following.setdefault(word.key, _Node())
    term = tuple(word.text for word in words)
    if node.terms.setdefault(term, text) != text:
        raise InputError(
            f"Expected one translation of a term. Received: {place}, with another one of "
            f"{shown(source)}: {shown(text)} and {shown(node.terms[term])}. Take one out."
        )


def _checked(side: object, place: str) -> str:
    """One side of a term in NFC, without spaces around it.

    Raises:
        InputError: It is empty, no text, longer than a line, or has letters that cannot be written.
    """
    if isinstance(side, str) and side.strip() and is_utf8(side):
        text = unicodedata.normalize("NFC", side.strip())
        if not _UNWRITABLE.search(text):
            return text
    raise InputError(
        f"Expected a term and its translation to be a line of text each. Received: {place}, "
        f"with {shown(side)}. Mend it, or take it out."
    )
