"""Whether text is written in capitals: a sentence, or a corpus as a rule."""

from collections.abc import Iterable
from itertools import islice

_SHOUTED_WORD = 4  # letters of a single word that are capitals because the sentence is
_LINES_LOOKED_AT = 20_000


def in_capitals(text: str) -> bool:
    """Whether a text has no small letters, and most are capitals, more than those of a short name.

    Languages that have no small letters are not written in capitals.
    """
    capitals = sum(map(_is_capital, text))
    if any(map(str.islower, text)) or 2 * capitals <= sum(map(str.isalpha, text)):
        return False

    words = [word for word in text.split() if any(map(_is_capital, word))]
    return len(words) > 1 or capitals >= _SHOUTED_WORD


def capitals_are_usual(lines: Iterable[str]) -> bool:
    """Whether most sentences of a corpus are in capitals, as glosses of sign languages are.

    Args:
        lines: Its sentences. The first 20,000 are looked at.
    """
    found = [in_capitals(line) for line in islice(lines, _LINES_LOOKED_AT)]
    return 2 * sum(found) > len(found)


def _is_capital(letter: str) -> bool:
    """Whether a letter has a small form that is usual.

    Those of Cherokee are upper case, but usual; case folding keeps them.
    """
    return letter.isupper() and letter != letter.casefold()
