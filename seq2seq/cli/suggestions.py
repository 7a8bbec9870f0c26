"""Suggests which known name a person may have meant by an unknown one."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches

_MOST = 3  # suggestions


def nearest(word: str, names: Mapping[str, Collection[str]], *, misspelt: bool = True) -> str:
    """Finds the names that are most like a word, by the first of these rules that finds any.

    1. The word is what another program calls the same.
    2. The name, or a later word of it, begins with the word.
    3. The word consists of the first letters of the name's words.
    4. The word is spelt almost like the name.

    Args:
        word: What was given: a command, or an option with its dashes.
        names: The names that there are, each with what other programs call the same.
        misspelt: Whether the word may be a misspelt name.

    Returns:
        The names, joined by "or"; "" where none is like the word.
    """
    wanted = _plain(word)
    plain = {name: _plain(name) for name in names}
    alike = get_close_matches(wanted, plain.values(), 1) if misspelt else []
    rules = (
        [name for name, also in names.items() if wanted in map(_plain, also)],
        [name for name, text in plain.items() if wanted and text.startswith(wanted)],
        [name for name, text in plain.items() if wanted and f"-{wanted}" in text],
        [name for name, text in plain.items() if "-" in text and wanted == _initials(text)],
        [name for name, text in plain.items() if text in alike],
    )

    found = next((names for names in rules if names), [])
    return " or ".join(found[:_MOST])


def _plain(name: str) -> str:
    """The name without the dashes before it, in small letters: "beam-size" of "--Beam_size"."""
    return name.lstrip("-").lower().replace("_", "-")


def _initials(name: str) -> str:
    return "".join(word[:1] for word in name.split("-"))
