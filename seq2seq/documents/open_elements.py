"""Which elements of an HTML page are open, and whether their text is translated."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from seq2seq.documents import markup
from seq2seq.documents.markup import Token

# Elements in whose content HTML knows no tags.
RAW_ELEMENTS = frozenset("iframe noembed noframes script style textarea xmp".split())

_UNTRANSLATED_ELEMENTS = RAW_ELEMENTS | frozenset("code kbd math pre samp svg var".split())

# Elements whose end tag may be left out: what begins there ends them, unless a list or table of
# their own lies in between.
_ENDED_BY = {
    "dd": {"dd", "dt"},
    "dt": {"dd", "dt"},
    "li": {"li"},
    "option": {"option", "optgroup"},
    "td": {"td", "th", "tr", "tbody", "tfoot"},
    "th": {"td", "th", "tr", "tbody", "tfoot"},
    "tr": {"tr", "tbody", "tfoot"},
    "p": frozenset(
        "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 "
        "h5 h6 header hr main nav ol p pre section table ul".split()
    ),
}
_SCOPES = frozenset("ol ul menu dl table select body div section article".split())


class _Element(NamedTuple):
    """An open element."""

    name: str
    is_translated: bool


class _OpenElements:
    """The elements that are open at a position of a page, the outermost first."""

    def __init__(self) -> None:
        self._elements: list[_Element] = []
        self._counts: Counter[str] = Counter()  # of open elements by name

    @property
    def is_translated(self) -> bool:
        """Whether text at this position is translated."""
        return self._elements[-1].is_translated if self._elements else True

    def enter(self, text: str, token: Token) -> None:
        """Opens an element, and ends those that it ends."""
        name = token.name.lower()
        self._end_implied(name)
        self._elements.append(_Element(name, _is_translated(text, token, self.is_translated)))
        self._counts[name] += 1

    def leave(self, token: Token) -> None:
        """Closes an element and all in it; an end tag without an element closes nothing."""
        name = token.name.lower()
        if self._counts[name]:
            while self._pop() != name:
                pass

    def _pop(self) -> str:
        """Ends the innermost element, and returns its name."""
        name = self._elements.pop().name
        self._counts[name] -= 1
        return name

    def _end_implied(self, name: str) -> None:
        """Ends the elements that cannot hold one of this name, innermost first."""
        ended = [other for other in _ENDED_BY if name in _ENDED_BY[other] and self._counts[other]]
        if not ended:
            return

        last = len(self._elements)
        for number in reversed(range(len(self._elements))):
            other = self._elements[number].name
            if other in ended:
                last = number
            elif other in _SCOPES:
                break

        while len(self._elements) > last:
            self._pop()


def _is_translated(text: str, token: Token, inherited: bool) -> bool:
    """Whether the text of an element is translated."""
    said = _said(text, token)
    if said is not None:
        return said
    return inherited and token.name.lower() not in _UNTRANSLATED_ELEMENTS


def says_untranslated(text: str, token: Token) -> bool:
    """Whether the attributes of a tag say that nothing of the element is translated."""
    return _said(text, token) is False


def _said(text: str, token: Token) -> bool | None:
    """Returns what the attributes of a tag say of translation; None if they say nothing."""
    values = {found.name: found.value.lower() for found in markup.attributes(text, token)}
    answer = values.get("translate")
    if answer in ("yes", "no"):
        return answer == "yes"
    return False if "notranslate" in values.get("class", "").split() else None


def opaque_merged(text: str, found: Sequence[Token]) -> list[Token]:
    """Returns tokens in which every element that is not translated has become one token."""
    merged: list[Token] = []
    elements = _OpenElements()
    for token in found:
        before = elements.is_translated
        if token.kind == markup.OPEN:
            elements.enter(text, token)
        elif token.kind == markup.CLOSE:
            elements.leave(token)

        ends_opaque = token.kind == markup.OPEN and elements.is_translated
        if not before and not ends_opaque:
            merged[-1] = merged[-1]._replace(end=token.end)
        elif before and not elements.is_translated:
            # After a part with translate="yes", the rest of the element around it is no sentence's.
            name = token.name if token.kind == markup.OPEN else ""
            merged.append(token._replace(kind=markup.OPAQUE, name=name))
        elif token.kind == markup.EMPTY and not _is_translated(text, token, before):
            merged.append(token._replace(kind=markup.OPAQUE))
        else:
            merged.append(token)

    return merged
