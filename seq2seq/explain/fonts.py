"""Fonts that have Hangul, and what to draw where no font has a letter.

The extra `explain` installs the package koreanize-matplotlib, whose wheel holds NanumGothic under
the SIL Open Font License. Its files alone are used. To import that package would change
matplotlib's settings for the whole process, and fails on Python 3.12, which has no distutils.
"""

import functools
import importlib.util
import logging
from collections.abc import Iterable
from pathlib import Path

from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

_log = logging.getLogger(__name__)

_PACKAGE = "koreanize_matplotlib"
_FILE = "NanumGothic.ttf"
# Fonts of systems, by the names that matplotlib finds them by, in the order of preference.
_OF_SYSTEMS = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "NanumGothic",
    "Noto Sans CJK JP",
)
_OF_MATPLOTLIB = "DejaVu Sans"
_MOST_NAMED = 8  # letters that a notice names


@functools.cache
def font_families() -> list[str]:
    """The fonts to draw with, in the order in which a letter is looked for in them."""
    families = []
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder, "fonts", _FILE)
        if path.is_file():
            font_manager.fontManager.addfont(path)
            families.append(font_manager.FontProperties(fname=path).get_name())

    installed = {font.name for font in font_manager.fontManager.ttflist}
    families += [name for name in _OF_SYSTEMS if name in installed]
    return [*dict.fromkeys(families), _OF_MATPLOTLIB]


@functools.cache
def letters_of_fonts() -> frozenset[int]:
    """The code points that one of the fonts has a glyph for."""
    known: set[int] = set()
    for family in font_families():
        path = font_manager.findfont(family, fallback_to_default=False)
        known |= FT2Font(path).get_charmap().keys()
    return frozenset(known)


def drawable(text: str) -> str:
    """The text with a code point such as U+0E01 in the place of a letter that no font has."""
    known = letters_of_fonts()
    return "".join(
        letter if ord(letter) in known or letter == "\n" else f"U+{ord(letter):04X}"
        for letter in text
    )


def warn_of_missing(texts: Iterable[str]) -> None:
    """Says in one line of the log which letters of some texts no font has."""
    known = letters_of_fonts()
    missing = dict.fromkeys(
        letter for text in texts for letter in text if ord(letter) not in known and letter != "\n"
    )
    if missing:
        named = ", ".join(f"U+{ord(letter):04X}" for letter in list(missing)[:_MOST_NAMED])
        more = ", …" if len(missing) > _MOST_NAMED else ""
        _log.warning(
            "No installed font has %s%s: the picture shows code points. "
            'For Hangul: pip install "seq2seq[explain]".',
            named,
            more,
        )
