"""What a caller gives to be translated, looked at before it reaches a model."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from seq2seq.errors import InputError, is_utf8, shown


def checked_texts(texts: Iterable[str]) -> Iterator[str]:
    """Passes sentences on, in any number.

    Args:
        texts: A list or any other iterable; what it holds is looked at when it is asked for.

    Raises:
        InputError: At once, if these are no several sentences. While iterating, if one of them is
            no text, or has lone surrogates, which UTF-8 cannot hold.
    """
    if isinstance(texts, str):
        raise InputError("Expected a list of sentences. Received: one string. Put it in brackets.")
    if isinstance(texts, bytes | bytearray):
        raise InputError(
            f"Expected sentences as text. Received: {shown(texts)}. Decode it: text.decode()."
        )

    try:
        items = iter(texts)
    except TypeError as error:  # an array without dimensions has `__iter__` too
        raise InputError(
            f"Expected a sentence or a list of them. Received: {shown(texts)}. Give text."
        ) from error
    return _checked(items)


def paired(sources: Iterable[str], targets: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Passes sentences on with their translations.

    Raises:
        InputError: While iterating, if there are more of the one than of the other.
    """
    for source, target in zip_longest(sources, targets):
        if source is None or target is None:
            raise InputError(
                "Expected a translation for every sentence. "
                "Received: more of the one than the other. Give a pair for each line."
            )
        yield source, target


def _checked(items: Iterator[Any]) -> Iterator[str]:
    for place, text in enumerate(items):
        if not isinstance(text, str):
            raise InputError(
                f"Expected sentences as text. Received: {shown(text)} at place {place:,}. "
                "Give strings."
            )
        if not is_utf8(text):
            raise InputError(
                f"Expected text that UTF-8 can hold. Received: {shown(text)} at place {place:,}, "
                "which has lone surrogates. Read it with its right encoding."
            )
        yield text
