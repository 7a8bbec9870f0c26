"""Whether pictures can show Hangul."""

from collections.abc import Iterator

from seq2seq.diagnosis.finding import Finding

_INSTALL = 'pip install "seq2seq[explain]".'


def look_at_fonts() -> Iterator[Finding]:
    """Looks for a font that has Hangul."""
    try:
        from seq2seq.explain.fonts import font_families, letters_of_fonts
    except ImportError:
        yield Finding("fonts", "not looked for: matplotlib is not installed", _INSTALL)
        return

    if ord("한") in letters_of_fonts():
        yield Finding("fonts", f"{font_families()[0]} has Hangul")
    else:
        yield Finding("fonts", "none has Hangul: pictures show code points", _INSTALL)
