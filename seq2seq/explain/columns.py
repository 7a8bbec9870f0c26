"""How wide a text is where every letter has one column or two, as in a terminal."""

import unicodedata


def columns(text: str) -> int:
    """The columns of a text; a Hangul syllable has two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, width: int) -> str:
    """The text with spaces behind it, so that it has so many columns at least."""
    return text + " " * (width - columns(text))
