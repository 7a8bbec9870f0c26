"""Parts of a text that a translation keeps letter for letter: links, numbers, placeholders, tags.

The model never sees them. A literal stands for a word, so a reserved piece takes its place
(`data.placeholders`). Tags and emoji stand beside words, so they are taken out and put back beside
the translations of these words (`translation.protection`).
"""

import re
from enum import StrEnum
from typing import NamedTuple

_LONGEST = 1000  # letters of a tag; a bound keeps the time of a search linear


class Kind(StrEnum):
    """What a span is to its sentence."""

    LITERAL = "literal"  # a word of it, such as a number or a link
    TAG = "tag"  # a mark around words or between them
    EMOJI = "emoji"


class Span(NamedTuple):
    """A part of a text, `text[start:end]`."""

    start: int
    end: int
    kind: Kind


# Letters of all scripts. Python's \w lacks the vowel signs and joiners of many.
_SIGNS = (
    r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0971-\u0eff\u1000-\u103f\u1780-\u17d3"
    r"\u200c\u200d"
)
_LATIN = "A-Za-z\u00c0-\u024f"
_OTHER = rf"(?:[^\W\d_{_LATIN}]|(?!\w)[{_SIGNS}])"  # a letter that is no Latin one
_WORD = rf"[\w{_SIGNS}]"

# Korean particles that end a word whose beginning has Latin letters, as 를 does in #love를.
_PARTICLE = (
    r"(?:은|는|이|가|을|를|의|에|에서|에게|로|으로|와|과|랑|이랑|도|만|까지|부터|처럼|보다|입니다|이다|이에요|예요)"
    r"(?![\uac00-\ud7a3\w])"
)
_IDENTIFIER = rf"(?:[{_LATIN}\d_]*(?={_PARTICLE})|{_WORD}*)"

# An attribute has a value, a hyphen or the like in its name, or is one of those that HTML has
# without a value. So "a<b and c>d" has no tag.
_BARE = (
    "allowfullscreen|async|autofocus|autoplay|checked|controls|default|defer|disabled|hidden|inert|ismap|"
    "itemscope|loop|multiple|muted|nomodule|novalidate|open|playsinline|readonly|required|reversed|selected"
)
_VALUE = r"""(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>]++)"""
_ATTRIBUTE = rf"""(?:
    [^\s"'<>/=]++\s*+=\s*+{_VALUE} | (?i:{_BARE})(?![^\s/>])
  | [^\s"'<>/=]*[-:*@\#][^\s"'<>/=]* | \{{[^<>{{}}]*+\}} | \{{\{{[^<>{{}}]*+\}}\}}
)"""
_TAG = rf"""
    <!--.{{0,{_LONGEST}}}?-->
  | <\?.{{0,{_LONGEST}}}?\?> | <%.{{0,{_LONGEST}}}?%>           # instructions of templates
  | </[^\W\d_][\w.:-]*+\s*+>
  | <[^\W\d_][\w.:-]*+(?:(?:\s++|(?<=["'])){_ATTRIBUTE})*+\s*+/?>
"""

# Pictures, what modifies or joins them, flags of two letters, and keycaps.
_PICTURE = (
    "[\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_MODIFIER = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
_EMOJI = rf"""
    [\d\#*]\ufe0f?\u20e3
  | [\U0001f1e6-\U0001f1ff]{{2}}
  | {_PICTURE}{_MODIFIER}*(?:\u200d{_PICTURE}{_MODIFIER}*)*
  | (?<![\w:]):(?:[a-z][a-z\d_+-]+|[+-]1|100):(?![\w:])      # :smile:
  | <:\w{{1,40}}:\d{{1,30}}>
"""

# Of ASCII, a link has all but spaces, quotes, parentheses and angle brackets. Letters of other
# scripts begin where a part of it begins: what follows Latin letters may be a particle.
_ASCII = r"[!\#-'*-;=?-~]"
_PART = rf"(?<=[/=.\-_~:?&\#]){_OTHER}+"
_LINK_END = r"[\#$%&*+\-/0-9=@A-Z\\^_a-z|~]"  # no mark that ends a sentence or a parenthesis
_IN_LINK = rf"(?:[{_LATIN}]|{_ASCII}|{_PART})"
_LINK = rf"(?:{_IN_LINK}|\({_IN_LINK}*\))*(?:{_LINK_END}|[{_LATIN}]|{_PART}|\({_IN_LINK}*\))"
_MAILBOX = rf"""(?:
    (?<![{_LATIN}\d_.+-])[{_LATIN}\d_.+-]+ | (?<![\w{_SIGNS}.+-])(?:{_OTHER}|[\d_.+-])++
)"""
_LABEL = rf"(?:[{_LATIN}\d-]+|{_OTHER}+)"
_EXTENSION = (
    "avi|bak|bat|bin|bmp|cfg|conf|cpp|css|csv|dll|docx?|exe|gif|gz|html?|ini|ipynb|iso|java|jpe?g|js|json|log|md|"
    "mov|mp[34]|odt|pdf|php|png|po|pptx?|py|rar|rb|rtf|sh|sql|srt|svg|tar|tiff?|toml|ts|tsv|txt|vtt|wav|webp|"
    "xliff|xlsx?|xml|ya?ml|zip"
)
_DOMAIN = "ai|app|biz|ca|ch|cn|co|com|de|dev|edu|eu|fr|gov|info|io|jp|kr|net|nl|org|ru|tv|uk"

# A message of ICU, with what is nested in it.
_MESSAGE = r"[^{}]*+"
for _ in range(4):
    _MESSAGE = rf"[^{{}}]*+(?:\{{{_MESSAGE}\}}[^{{}}]*+)*+"
_MESSAGE = rf"\{{\s*+[\w.]++\s*+,\s*+[a-z]\w*+\s*+(?:,{_MESSAGE})?\}}"

_SIGN = r"(?:(?<![\w)])[+\u2212-])"
_SEPARATORS = r".,:/'\u2019\u202f\u00a0\u2013\uff0c\uff0e\uff0f\uff1a\uff0d\u066b\u066c-"

_LITERAL = rf"""
    [A-Za-z][A-Za-z\d+.-]{{1,20}}://{_LINK}                  # https://example.org/a?b=1
  | (?:mailto|tel):{_LINK}
  | \bwww\.{_LINK}
  | {_MAILBOX}@{_LABEL}(?:\.{_LABEL})+                       # min.ji@example.org
  | <(?:[A-Za-z][A-Za-z\d+.-]{{1,20}}://|mailto:)[^\s<>]+>   # <https://example.org>
  | <[@\#][!&]?\w{{1,40}}>                                   # <@12345>
  | &(?:\#\d+|\#[xX][\da-fA-F]+|[A-Za-z]\w*);                # &amp;
  | \{{\{{[^{{}}]*\}}\}} | \{{%[^{{}}]*%\}}                  # {{{{ name }}}}
  | {_MESSAGE}                                               # {{n, plural, …}}
  | [$\#@%]?\{{[^{{}}\s]*\}}                                 # {{name}}, ${{name}}
  | \$t\((?:[^()]|\([^()]*\)){{1,200}}\)                     # $t(key)
  | (?<!\w)@(?:\.\w+)?:(?:\([\w.]+\)|\w+(?:\.\w+)*)          # @:key
  | %\(\w+\)[-+\#0]?\d*(?:\.\d+)?[a-zA-Z]                    # %(name)s
  | (?<!\d)%(?:\d+\$)?[-+\#0]?\d*(?:\.\d+)?(?:hh?|ll?|z)?[sdiufxXeEgGcrp@](?![A-Za-z])
  | \$[A-Za-z_]{_IDENTIFIER}                                 # $name
  | (?<![\w&])[\#@][{_LATIN}]{_IDENTIFIER}(?:(?<=\w)\.(?![A-Z]){_WORD}+)* # #love, @min.ji
  | (?<![\w&])[\#@][^\W\d_]{_WORD}*
  | (?<![\w.])(?:[A-Za-z]:\\|~?/|\.\.?/)[\w.+-]*\w(?:[/\\][\w.+-]*\w)*/?      # /etc/hosts
  | (?<![\w.-])[\w-]+(?:[./\\][\w-]+)*\.(?:{_EXTENSION})(?![A-Za-z\d_])        # report.pdf
  | (?<![\w.-])[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*\.(?:{_DOMAIN})(?:/{_LINK}|/)?(?![A-Za-z\d_])
  | (?<!\w)(?:[A-Za-z\d]+_|__?[A-Za-z]){_IDENTIFIER}         # home_title
  | (?<![A-Za-z\d])[A-Za-z]+\d[A-Za-z\d]*(?:[-.]\d+)*        # MP3, v1.2.3
  | (?<![A-Za-z\d])\d{{4}}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?
  | (?<![A-Za-z\d])0x[\dA-Fa-f]+                      # 0x1F
  | {_SIGN}?\d+(?:[.,]\d+)?[eE][+\u2212-]?\d+(?!\w)           # 1e-5
  | {_SIGN}?\d+(?:[{_SEPARATORS}]\d+)*                       # 12,345.67, 09:45
  | [\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u218b\u2460-\u24ff]
  | [\ufdd0-\ufdef]                                          # what reserved pieces are made of
"""
_SPAN = re.compile(
    f"(?P<{Kind.TAG}>{_TAG})|(?P<{Kind.EMOJI}>{_EMOJI})|(?P<{Kind.LITERAL}>{_LITERAL})",
    re.VERBOSE | re.DOTALL,
)

_NAME = re.compile(r"<(/?)([^\W\d_][\w.:-]*)")

# Words with the marks of plain sentences: most texts, in a tenth of the time of the search.
_LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u218b\u2460-\u24ff]"
_PLAIN = re.compile(rf"(?>(?>{_LETTER}+(?:['’-]{_LETTER}+)*)[,.;:!?]*(?:\s+|\Z))*")


def find_spans(text: str) -> list[Span]:
    """Returns the spans of a text in its order; none overlaps another."""
    if _PLAIN.fullmatch(text):
        return []
    spans = [
        Span(match.start(), match.end(), Kind(str(match.lastgroup)))
        for match in _SPAN.finditer(text)
    ]
    return spans if text.isascii() else _without_titles(text, spans)


def _without_titles(text: str, spans: list[Span]) -> list[Span]:
    """The spans without words in angle brackets, as titles are written in Korean.

    A tag whose name has other letters than those of ASCII opens or closes an element: both tags
    are there.
    """
    tags = [span for span in spans if span.kind is Kind.TAG]
    names = [_NAME.match(text, span.start) for span in tags]
    opened = {name[2] for name in names if name and not name[1]}
    closed = {name[2] for name in names if name and name[1]}
    titles = {
        span
        for span, name in zip(tags, names, strict=True)
        if name and not name[2].isascii() and name[2] not in opened & closed
    }
    return [span for span in spans if span not in titles]
