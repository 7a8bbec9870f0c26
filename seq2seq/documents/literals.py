"""What of a segment is not language: tags, entities, code, links, placeholders."""

import re
from collections.abc import Iterable

# Elements whose content is no language, whatever letters it has: code in HTML and in XLIFF.
OPAQUE = ("bpt", "code", "ept", "it", "kbd", "math", "ph", "samp", "script", "style", "svg", "var")

_LONGEST = 2000  # letters inside a literal; a bound keeps the time of a search linear

_PATTERN = rf"""
    <(?P<opaque>{"|".join(OPAQUE)})\b[^<>]*(?<!/)>.{{0,{_LONGEST}}}?</(?P=opaque)\s*>
  | <!--.{{0,{_LONGEST}}}?--> | <\?.{{0,{_LONGEST}}}?\?>
  | </?[A-Za-z](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*>     # a tag
  | <[\w.+-]+@[\w.-]+>                               # an address between angle brackets
  | <\d[\d:.]*>                                      # a time inside a cue of WebVTT
  | &(?:\#\d+|\#[xX][\da-fA-F]+|[A-Za-z]\w*);        # an entity
  | (?<!`)(?P<ticks>`+)(?!`).{{1,{_LONGEST}}}?(?<!`)(?P=ticks)(?!`) # code in Markdown
  | \]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\)   # where a link of Markdown leads
  | \]\[[^\[\]]*\]
  | \[\^[^\[\]\s]+\]                                 # a footnote of Markdown
  | (?:https?|ftp|mailto):[^\s<>"()]*[^\s<>"().,;:!?'\]}}]
  | \bwww\.[^\s<>"()]*[^\s<>"().,;:!?'\]}}]
  | (?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+                     # an e-mail address
  | \{{\{{.{{0,{_LONGEST}}}?\}}\}} | \{{%.{{0,{_LONGEST}}}?%\}}                    # templates
  | \$?\{{[^{{}}\s]*\}}                              # {{name}}, ${{name}}
  | %\(\w+\)[-+\#0]?\d*(?:\.\d+)?[a-zA-Z]            # %(name)s
  | %(?:\d+\$)?[-+\#0]?\d*(?:\.\d+)?(?:hh?|ll?|z)?[sdiufxXeEgGcrp@](?![a-z])
  | %\{{\w+\}}
"""
_LITERAL = re.compile(_PATTERN, re.VERBOSE | re.DOTALL | re.IGNORECASE)

# A message with its own grammar of plurals (ICU): {count, plural, one {# book} other {# books}}
_GRAMMAR = re.compile(r"\{\s*\w+\s*,\s*(?:plural|select|selectordinal)\s*,")

_IDENTIFIER = re.compile(
    r"""
    [!-~]*\w_\w[!-~]*                        # home_title
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
    if _GRAMMAR.search(text):
        return False
    return any(letter.isalpha() for letter in without_literals(text))


def is_identifier(text: str) -> bool:
    """Whether a text is a name for machines: a key, a path, a file name, a colour, a version."""
    return _IDENTIFIER.fullmatch(text) is not None


def restored(translation: str, source: Iterable[str]) -> str:
    """Returns a translation in which literals of the source are spelt as in the source.

    A translation may change the case of what it should have left alone. Literals of the source that
    differ in case alone are let be.

    Args:
        translation: A translation of one line or more; it becomes one line.
        source: The literals of the source text.
    """
    line = " ".join(part.strip() for part in re.split(r"[\r\n]+", translation))
    spellings: dict[str, list[str]] = {}
    for literal in source:
        spellings.setdefault(literal.casefold(), []).append(literal)

    for same in spellings.values():
        literal = same[0]
        if len(set(same)) == 1 and line.count(literal) < len(same):
            line = re.sub(re.escape(literal), lambda _, text=literal: text, line, flags=re.I)

    return line
