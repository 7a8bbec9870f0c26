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


_TAG = rf"""
    <!--.{{0,{_LONGEST}}}?-->
  | </?[A-Za-z](?:[^<>"']|"[^"<]*"|'[^'<]*'){{0,{_LONGEST}}}?>
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
"""

_IN_LINK = r"[!\#-'*-;=?-~]"  # ASCII but for spaces, quotes, parentheses and angle brackets
_LINK_END = r"[\#$%&*+\-/0-9=@A-Z\\^_a-z|~]"  # no mark that ends a sentence or a parenthesis
_LINK = rf"(?:{_IN_LINK}|\({_IN_LINK}*\))*(?:{_LINK_END}|\({_IN_LINK}*\))"
_EXTENSION = (
    "avi|bak|bat|bin|bmp|cfg|conf|cpp|css|csv|dll|docx?|exe|gif|gz|html?|ini|ipynb|iso|java|jpe?g|js|json|log|md|"
    "mov|mp[34]|odt|pdf|php|png|po|pptx?|py|rar|rb|rtf|sh|sql|srt|svg|tar|tiff?|toml|ts|tsv|txt|vtt|wav|webp|"
    "xliff|xlsx?|xml|ya?ml|zip"
)
_DOMAIN = "ai|app|biz|ca|ch|cn|co|com|de|dev|edu|eu|fr|gov|info|io|jp|kr|net|nl|org|ru|tv|uk"

_LITERAL = rf"""
    [A-Za-z][A-Za-z\d+.-]{{1,20}}://{_LINK}                  # https://example.org/a?b=1
  | (?:mailto|tel):{_LINK}
  | \bwww\.{_LINK}
  | (?<![A-Za-z\d_.+-])[A-Za-z\d_.+-]+@[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)+  # min.ji@example.org
  | &(?:\#\d+|\#[xX][\da-fA-F]+|[A-Za-z]\w*);                # &amp;
  | \{{\{{[^{{}}]*\}}\}} | \{{%[^{{}}]*%\}}                  # {{{{ name }}}}
  | [$\#@%]?\{{[^{{}}\s]*\}}                                 # {{name}}, ${{name}}
  | %\(\w+\)[-+\#0]?\d*(?:\.\d+)?[a-zA-Z]                    # %(name)s
  | (?<!\d)%(?:\d+\$)?[-+\#0]?\d*(?:\.\d+)?(?:hh?|ll?|z)?[sdiufxXeEgGcrp@](?![A-Za-z])
  | \$[A-Za-z_]\w*                                           # $name
  | (?<![\w&])[\#@][^\W\d_]\w*                               # a hashtag, a user
  | (?<![\w.])(?:[A-Za-z]:\\|~?/|\.\.?/)[\w.+-]*\w(?:[/\\][\w.+-]*\w)*/?      # /etc/hosts
  | (?<![\w.-])[\w-]+(?:[./\\][\w-]+)*\.(?:{_EXTENSION})(?![A-Za-z\d_])        # report.pdf
  | (?<![\w.-])[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*\.(?:{_DOMAIN})(?:/{_LINK}|/)?(?![A-Za-z\d_])
  | (?<!\w)(?:[A-Za-z\d]+_|__?[A-Za-z])\w*                   # home_title
  | (?<![A-Za-z\d])[A-Za-z]+\d[A-Za-z\d]*(?:[-.]\d+)*        # MP3, v1.2.3
  | (?<![A-Za-z\d])\d{{4}}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?
  | (?<![A-Za-z\d])0x[\dA-Fa-f]+                      # 0x1F
  | (?:(?<![\w)])[+\u2212-])?\d+(?:[.,:/'\u2019\u202f\u00a0\u2013-]\d+)*      # 12,345.67, 09:45
  | [\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2080-\u2089\u2150-\u218b\u2460-\u24ff]
  | [\ufdd0-\ufdef]                                          # what reserved pieces are made of
"""
_SPAN = re.compile(
    f"(?P<{Kind.TAG}>{_TAG})|(?P<{Kind.EMOJI}>{_EMOJI})|(?P<{Kind.LITERAL}>{_LITERAL})",
    re.VERBOSE | re.DOTALL,
)

# Words with the marks of plain sentences: most texts, in a tenth of the time of the search.
_LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u218b\u2460-\u24ff]"
_PLAIN = re.compile(rf"(?>(?>{_LETTER}+(?:['’-]{_LETTER}+)*)[,.;:!?]*(?:\s+|\Z))*")


def find_spans(text: str) -> list[Span]:
    """Returns the spans of a text in its order; none overlaps another."""
    if _PLAIN.fullmatch(text):
        return []
    return [
        Span(match.start(), match.end(), Kind(str(match.lastgroup)))
        for match in _SPAN.finditer(text)
    ]
