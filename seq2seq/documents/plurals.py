"""How many plural forms a language has in gettext, and which of them is the singular."""

import re
from typing import NamedTuple

# Languages by their number of forms; all others have two.
# Reference: https://www.gnu.org/software/gettext/manual/html_node/Plural-forms.html
_COUNTS = {
    1: "bo dz id ig ii ja jv kde km ko lkt lo ms my sah ses sg su th to vi wo yo yue zh",
    3: "be bs cs hr lt lv mo pl ro ru sh sk sr uk",
    4: "cy dsb gd hsb kw mt sl",
    5: "br ga",
    6: "ar",
}
_COUNT_OF_LANGUAGE = {
    language: count for count, languages in _COUNTS.items() for language in languages.split()
}
_MOST_FORMS = 10


class PluralForms(NamedTuple):
    """The plural forms of a language.

    Attributes:
        count: How many there are.
        singular: Which one, from 0, is for the number 1. With one form, it is for all numbers.
    """

    count: int
    singular: int


def plural_forms(header: str, language: str | None) -> PluralForms | None:
    """Returns the plural forms of a string table, or None if nothing says them.

    Args:
        header: The header of the table, one field in a line. Its Plural-Forms, if they name a
            number, go before the language, and the language that is given before its Language.
        language: The language of the translations, such as "ko" or "pt-BR".
    """
    rule = re.search(r"^Plural-Forms:.*?nplurals\s*=\s*(\d{1,3})\s*;(.*)", header, re.MULTILINE)
    if rule and 1 <= int(rule[1]) <= _MOST_FORMS:
        count = int(rule[1])
        condition = re.search(r"n\s*==\s*1\s*\?\s*(\d)", rule[2])
        singular = int(condition[1]) if condition else 0
        return PluralForms(count, min(singular, count - 1))

    named = re.search(r"^Language:\s*([A-Za-z]+)", header, re.MULTILINE)
    name = language or (named[1] if named else "")
    code = re.split(r"[-_]", name.strip().lower())[0]
    if not code:
        return None

    return PluralForms(_COUNT_OF_LANGUAGE.get(code, 2), 1 if code == "ar" else 0)
