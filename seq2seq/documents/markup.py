"""Tags, comments and text of HTML and XML, with their positions."""

import re
from collections import Counter
from collections.abc import Container, Iterator
from typing import NamedTuple

TEXT = "text"
OPEN = "open"
CLOSE = "close"
EMPTY = "empty"  # <x/>, or an element of HTML that has no content
COMMENT = "comment"
CDATA = "cdata"
DECLARATION = "declaration"  # <!doctype …>, <?xml …?>
OPAQUE = "opaque"  # an element whose content is not looked into
BROKEN = "broken"  # what begins like a tag or a comment and does not end

VOID_ELEMENTS = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)

# HTML 5: an attribute is a name and perhaps a value, which may stand without quotation marks.
_ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+"""
_TAG = rf"(?P<tag><(?P<slash>/?)(?P<name>[A-Za-z_][^\s/>]*+)(?>[\s/]++|{_ATTRIBUTE})*+(?P<end>>?+))"
_CDATA = r"(?P<cdata><!\[CDATA\[.*?(?:\]\]>|\Z))"
_HTML = re.compile(
    rf"(?P<comment><!-->|<!--->|<!--.*?(?:--!?>|\Z))|{_CDATA}"
    rf"|(?P<declaration><\?(?:php|=).*?(?:\?>|\Z)|<[!?][^>]*+(?:>|\Z))|{_TAG}",
    re.DOTALL | re.IGNORECASE,
)
_XML = re.compile(
    rf"(?P<comment><!--.*?(?:-->|\Z))|{_CDATA}"
    rf"|(?P<declaration><\?.*?(?:\?>|\Z)|<![^>]*+(?:>|\Z))|{_TAG}",
    re.DOTALL,
)
_NAMED = re.compile(
    r"""(?P<name>[^\s/>][^\s/>=]*+)
        (?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A stretch of markup, `text[start:end]`.

    Attributes:
        kind: One of the constants of this module.
        name: The name of the element, as it is spelt; empty for what is no tag.
        start: Where it begins.
        end: Where it ends.
    """

    kind: str
    name: str
    start: int
    end: int

    @property
    def is_tag(self) -> bool:
        """Whether it opens or closes an element, or is one without content."""
        return self.kind in (OPEN, CLOSE, EMPTY)


def html_tokens(
    text: str, start: int = 0, end: int | None = None, *, raw: Container[str] = ()
) -> Iterator[Token]:
    """Yields the tokens of a stretch of HTML, one after the other, without a gap.

    Args:
        text: The text that the stretch is in.
        start: Where it begins.
        end: Where it ends; by default, with the text.
        raw: Names of elements, in small letters, in whose content only their own end is markup.
    """
    end = len(text) if end is None else end
    position = start
    while match := _HTML.search(text, position, end):
        if match.start() > position:
            yield Token(TEXT, "", position, match.start())

        token = _token(match, VOID_ELEMENTS)
        if token.kind == OPEN and token.name.lower() in raw:
            token = _raw_element(text, token, end)
        yield token
        position = token.end

    if position < end:
        yield Token(TEXT, "", position, end)


def xml_tags(text: str) -> Iterator[Token]:
    """Yields the tags of an XML file that is well-formed."""
    for match in _XML.finditer(text):
        token = _token(match, ())
        if token.is_tag:
            yield token


def _raw_element(text: str, opening: Token, end: int) -> Token:
    """Returns an element, from its tag to its end, as one token."""
    closing = re.compile(rf"</{re.escape(opening.name)}(?=[\s/>])[^>]*>", re.IGNORECASE)
    match = closing.search(text, opening.end, end)
    if match is None:
        return Token(BROKEN, opening.name, opening.start, end)
    return Token(OPAQUE, opening.name, opening.start, match.end())


def _token(match: re.Match[str], void: Container[str]) -> Token:
    """Returns the token of a match, given the elements that have no content."""
    start, end = match.span()
    if match["tag"] is None:
        kind = match.lastgroup or DECLARATION
        closed = {"comment": "->", "cdata": "]]>"}.get(kind, ">")
        whole = match.group().endswith(closed) or match.group() == "<!-->"
        is_open_php = kind == DECLARATION and match.group().startswith("<?")
        return Token(kind if whole or is_open_php else BROKEN, "", start, end)

    name = match["name"]
    if not match["end"]:
        return Token(BROKEN, name, start, end)
    if match["slash"]:
        return Token(CLOSE, name, start, end)

    is_empty = match.group().endswith("/>") or name.lower() in void
    return Token(EMPTY if is_empty else OPEN, name, start, end)


class Attribute(NamedTuple):
    """An attribute of a tag.

    Attributes:
        name: Its name in small letters.
        value: Its value without quotation marks, entities as they are spelt; empty without a value.
        start: Where the value begins in the text, with its quotation mark.
        end: Where the value ends.
        quote: The quotation mark around the value, or nothing.
    """

    name: str
    value: str
    start: int
    end: int
    quote: str


def attributes(text: str, token: Token) -> Iterator[Attribute]:
    """Yields the attributes of a tag."""
    inside = token.start + len(token.name) + 1
    last = token.end - (2 if text.endswith("/>", inside, token.end) else 1)
    for match in _NAMED.finditer(text, inside, last):
        value = match["value"] or ""
        quote = value[:1] if value[:1] in ("'", '"') else ""
        start, end = match.span("value") if value else (match.end(), match.end())
        yield Attribute(
            match["name"].lower(), value.strip(quote) if quote else value, start, end, quote
        )


def trimmed(text: str) -> tuple[int, int]:
    """Returns where a segment begins and ends in a stretch of text with inline tags.

    Spaces, comments, elements without text, tags whose partner is elsewhere, and tags around the
    whole stretch stay outside.
    """
    found = list(html_tokens(text))
    first, last = trimmed_tokens(text, found)
    if first > last:
        return len(text), len(text)

    start = found[first].start
    end = found[last].end
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, max(start, end - len(inner) + len(inner.rstrip()))


def trimmed_tokens(text: str, found: list[Token]) -> tuple[int, int]:
    """Returns the first and the last token of a segment among tokens, as `trimmed` says.

    The first is after the last if there is no text.
    """
    partners = _partners(found)
    first = 0
    last = len(found) - 1
    while first <= last:
        if _is_blank(text, found[first]):
            first += 1
        elif _is_blank(text, found[last]):
            last -= 1
        elif found[first].is_tag and not first < partners[first] < last:
            first, last = first + 1, last - (partners[first] == last)
        elif found[last].is_tag and not first < partners[last] < last:
            last -= 1
        elif found[first].is_tag and _is_hollow(text, found[first : partners[first] + 1]):
            first = partners[first] + 1
        elif found[last].is_tag and _is_hollow(text, found[partners[last] : last + 1]):
            last = partners[last] - 1
        else:
            break

    return first, last


def _is_blank(text: str, token: Token) -> bool:
    """Whether a token at the edge of a segment stays outside of it in any case."""
    if token.kind == TEXT:
        return not text[token.start : token.end].strip()
    if token.kind == OPAQUE:
        return token.name.lower() == "svg"  # an icon
    return token.kind in (EMPTY, COMMENT)


def _is_hollow(text: str, element: list[Token]) -> bool:
    """Whether an element has no text, such as an icon."""
    return all(token.is_tag or _is_blank(text, token) for token in element)


def _partners(found: list[Token]) -> list[int]:
    """Returns for each token the number of the tag that closes or opens its element, or -1."""
    partners = [-1] * len(found)
    waiting: list[int] = []
    counts: Counter[str] = Counter()
    for number, token in enumerate(found):
        name = token.name.lower()
        if token.kind == OPEN:
            waiting.append(number)
            counts[name] += 1
        elif token.kind == CLOSE and counts[name]:
            other = waiting.pop()
            while found[other].name.lower() != name:
                counts[found[other].name.lower()] -= 1
                other = waiting.pop()

            counts[name] -= 1
            partners[number] = other
            partners[other] = number

    return partners
