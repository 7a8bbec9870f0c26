"""What `seq2seq translate` says on standard error of what it copied, put back, or did not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from seq2seq.errors import printable

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation

_MOST_LINES = 5
_MOST_WORDS = 5


def with_notices(translations: Iterable[Translation], *, first: int = 0) -> Iterator[Translation]:
    """Passes translations on; says of the first few what was copied in them, or put back.

    Args:
        translations: The translations.
        first: The place of the first one's line in the input, from 0.
    """
    named = 0
    for number, translation in enumerate(translations, first + 1):
        yield translation
        if not (translation.copied or translation.restored):
            continue
        named += 1
        if named <= _MOST_LINES:
            click.echo(f"Line {number:,}: {_notice(translation)}", err=True)

    if named > _MOST_LINES:
        lines = "line has" if named == _MOST_LINES + 1 else "lines have"
        more = named - _MOST_LINES
        click.echo(f"{more:,} more {lines} such words; --format jsonl names all.", err=True)


def with_places(
    translations: Iterable[Translation], places: Sequence[str]
) -> Iterator[Translation]:
    """As `with_notices`, of the texts of documents; says, too, which are not read to their end.

    Args:
        translations: The translations.
        places: Where their texts stand: "film.srt, line 12".
    """
    named = 0
    for translation, place in zip(translations, places, strict=True):
        yield translation
        if not (translation.copied or translation.restored or translation.cut):
            continue
        named += 1
        if named <= _MOST_LINES:
            click.echo(f"{printable(place)}: {_notice(translation)}", err=True)

    if named > _MOST_LINES:
        texts = "text has" if named == _MOST_LINES + 1 else "texts have"
        click.echo(f"{named - _MOST_LINES:,} more {texts} such notices.", err=True)


def _notice(translation: Translation) -> str:
    parts = []
    if translation.cut:
        parts.append("is too long: only its beginning was translated.")
    if translation.copied:
        parts.append(f"copied what the model cannot read: {_listed(translation.copied)}.")
    if translation.restored:
        parts.append(f"put back what the search lost: {_listed(translation.restored)}.")
    return " ".join(parts)


def _listed(words: list[str]) -> str:
    more = ", …" if len(words) > _MOST_WORDS else ""
    return ", ".join(printable(word) for word in words[:_MOST_WORDS]) + more
