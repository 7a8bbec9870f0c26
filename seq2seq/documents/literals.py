"""What of a segment is not language: tags, entities, code, links, placeholders."""

import re
from collections import Counter
from collections.abc import Sequence

# Elements whose content is no language, whatever letters it has: code in HTML and in XLIFF.
OPAQUE = ("bpt", "code", "ept", "it", "kbd", "math", "ph", "samp", "script", "style", "svg", "var")

_LONGEST = 2000  # letters inside a literal; a bound keeps the time of a search linear


def _between(beginning: str, end: str, *, again: str = "") -> str:
    """Returns a pattern of what stands between a beginning and an end.

    A beginning without an end is given up where it begins again, or else it would take the time of
    `_LONGEST` letters, each of thousands in a file that was made to be slow.
    """
    letters = rf"(?:(?!{end}|{again or beginning}).)"
    return f"{beginning}{letters}{{0,{_LONGEST}}}{end}"


_PROTECTED = r"""(?:translate\s*=\s*["']no["']|mtype\s*=\s*["']protected["'])"""
_KEPT = _between(
    rf"<(?P<kept>[A-Za-z][\w:-]*)\s(?:[^<>]*\s)?{_PROTECTED}[^<>]*(?<!/)>",
    r"</(?P=kept)\s*>",
    again=r"<(?P=kept)\b",
)
_CODE = _between(
    rf"<(?P<opaque>{'|'.join(OPAQUE)})\b[^<>]*(?<!/)>",
    r"</(?P=opaque)\s*>",
    again=r"<(?P=opaque)\b",
)

_PATTERN = rf"""
    {_KEPT} | {_CODE}
  | {_between("<!--", "-->")} | {_between("<[?]", "[?]>")}
  | </?[A-Za-z](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*>     # a tag
  | <[\w.+-]+@[\w.-]+>                               # an address between angle brackets
  | <\d[\d:.]*>                                      # a time inside a cue of WebVTT
  | &(?:\#\d+|\#[xX][\da-fA-F]+|[A-Za-z]\w*);        # an entity
  | (?<!`)(?P<ticks>`+)(?!`).{{1,{_LONGEST}}}?(?<!`)(?P=ticks)(?!`) # code in Markdown
  | \]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)   # where a link of Markdown leads
  | \]\[[^\[\]]*\]
  | \[\^[^\[\]\s]+\]                                 # a footnote of Markdown
  | \b(?:[a-z][a-z\d+.-]{{0,30}}://|(?:mailto|tel|data):)[^\s<>"()]*[^\s<>"().,;:!?'\]}}]
  | \bwww\.[^\s<>"()]*[^\s<>"().,;:!?'\]}}]
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+                     # an e-mail address
  | {_between("[{][{]", "[}][}]")} | {_between("[{]%", "%[}]")}       # templates
  | \$?\{{[^{{}}\s]*\}}                              # {{name}}, ${{name}}
  | %\(\w+\)[-+\#0]?\d*(?:\.\d+)?[a-zA-Z]            # %(name)s
  | %(?:\d+\$)?[-+\#0]?\d*(?:\.\d+)?(?:hh?|ll?|z)?[sdiufxXeEgGcrp@](?![a-z])
  | %\{{\w+\}}
  | \$t\([^()\s]*\) | @:[\w.]+                       # another message of i18next, of Vue
  | \$(?=[^\s$])(?:[A-Za-z]|(?=[^$\n\\^_=]{{0,300}}[\\^_=])[^$\n]{{1,400}}+)(?<!\s)\$(?!\d) # $x^2$
  | (?<![\w:]):[a-z][a-z_+-]*:(?![\w:])              # :smile:
"""
_LITERAL = re.compile(_PATTERN, re.VERBOSE | re.DOTALL | re.IGNORECASE)

# A message with its own grammar of plurals (ICU): {count, plural, one {# book} other {# books}}
_GRAMMAR = re.compile(r"\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,")

_IDENTIFIER = re.compile(
    r"""
    [!-~]*\w_\w[!-~]*                        # home_title
  | [a-z]+(?:[A-Z][a-z\d]+)+                # fooBar
  | [\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}    # the parts of a UUID
  | (?=[a-fA-F]*\d)[\da-fA-F]{16,}          # a digest
  | \d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-][\d:]+)?           # a time
  | [Vv]?\d+(?:\.\d+)+[\w.+-]*              # 1.2.3-beta
  | [a-z]{2,3}-[A-Z]{2}                     # en-US
  | (?:application|audio|font|image|multipart|text|video)/[\w.+-]+(?:;\s?[\w=.-]+)?
  | (?=[a-z\d+/]*[A-Z])(?=[A-Z\d+/]*[a-z])(?=[A-Za-z+/]*\d)[A-Za-z\d+/]{16,}={0,2}  # in base64
  | \w+(?:::\w+)+                           # a::b
  | (?:\./|[/\#@]|\.(?=\w))[!-~]+           # /path, #colour, .class
  | [!-~]*\w\.[A-Za-z][!-~]*                # file.png, home.title
  | [a-z\d_.-]+(?:/[a-z\d_.-]+){2,}         # a/b/c
  | [A-Za-z]+[a-z-]*\d[\w-]*                # button-1, h2
    """,
    re.VERBOSE | re.ASCII,
)


def literal_spans(text: str) -> list[tuple[int, int]]:
    """Returns where the literals of a text begin and end."""
    return [match.span() for match in _LITERAL.finditer(text)]


def literals(text: str) -> list[str]:
    """Returns the literals of a text."""
    return [match.group() for match in _LITERAL.finditer(text)]


def without_literals(text: str) -> str:
    """Returns a text with a space in the place of each literal."""
    return _LITERAL.sub(" ", text)


def has_words(text: str) -> bool:
    """Whether there is a letter outside the literals of a text, so that it can be translated."""
    language = without_literals(text)
    if _GRAMMAR.search(language):
        return False
    return any(letter.isalpha() for letter in language)


def is_identifier(text: str) -> bool:
    """Whether a text is a name for machines: a key, a path, a file name, a colour, a version."""
    return _IDENTIFIER.fullmatch(text) is not None


def restored(translation: str, source: Sequence[str]) -> str:
    """Returns a translation of one line in which literals are spelt as in the source.

    A translation may change the case or the spaces of what it should have left alone.

    Args:
        translation: A translation of one line or more; it becomes one line.
        source: The literals of the source text, in its order.
    """
    line = " ".join(part.strip() for part in re.split(r"[\r\n]+", translation))
    needed = Counter(source)
    if all(line.count(literal) >= count for literal, count in needed.items()):
        return line

    # How often each spelling is left, in the order of the source; equal ones are one.
    spellings: dict[str, dict[str, int]] = {}
    for literal, count in needed.items():
        spellings.setdefault(_key(literal), {})[literal] = count

    def spelling(match: re.Match[str]) -> str:
        """Returns the literal that is spelt most alike: the same, else the next one of the kind."""
        left = spellings[_key(match.group())]
        same = [literal for literal in left if literal.split() == match.group().split()]
        chosen = [*same, *left][0]
        left[chosen] -= 1
        if not left[chosen] and len(left) > 1:
            del left[chosen]
        return chosen

    longest_first = sorted(spellings, key=len, reverse=True)
    kinds = "|".join(r"\s+".join(map(re.escape, key.split(" "))) for key in longest_first)
    return re.sub(kinds, spelling, line, flags=re.IGNORECASE)


def _key(literal: str) -> str:
    """Returns what spellings of a literal share that differ in case and spaces alone."""
    return " ".join(literal.split()).lower()
