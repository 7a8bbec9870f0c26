"""The one exception that stands for a mistake in what the user gave, and how it shows a value."""

import os
from numbers import Integral, Real
from typing import TypeGuard

_MOST_SHOWN = 200  # characters of a value in a message
_MOST_COUNTED = 2**31 - 1  # of sentences or threads


class InputError(ValueError):
    """What the user gave cannot be used.

    The command line prints the message as one line and exits with code 1. So a message is a single
    line: what was expected, then "Received: …", then advice.
    """


def shown(value: object) -> str:
    """The value as a message shows it: its `repr`, the end of a long one left out.

    Of a value that has none, such as a whole number of 5,000 digits, the type is shown.
    """
    try:
        text = " ".join(repr(value).splitlines())
    except Exception:
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def printable(text: str) -> str:
    """A text without control characters, which could rewrite a terminal; a sign stands for each."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def is_utf8(text: str) -> bool:
    """Whether a string can be written as UTF-8: it has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_path(value: object) -> bool:
    """Whether a value can be the path of a file: some UTF-8 text without NUL."""
    if not isinstance(value, str | os.PathLike):
        return False

    path = os.fspath(value)
    return isinstance(path, str) and bool(path) and "\0" not in path and is_utf8(path)


def expect_path(value: object, what: str) -> None:
    """Refuses what cannot be the path of anything.

    Args:
        value: What was given.
        what: What it should be the path of, as the message names it.

    Raises:
        InputError: It is empty, no text, or text that no file has as its name.
    """
    if not is_path(value):
        raise InputError(
            f"Expected the path of {what}. Received: {shown(value)}. "
            "Give a string of UTF-8 text, or a pathlib.Path."
        )


def is_whole(value: object) -> TypeGuard[int]:
    """Whether a value is a whole number, NumPy's among them; True and False are none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def is_real(value: object) -> TypeGuard[float]:
    """Whether a value is a number, NumPy's among them; True and False are none."""
    return isinstance(value, Real) and not isinstance(value, bool)


def expect_count(name: str, value: object, *, lowest: int = 1) -> None:
    """Refuses what is no whole number, or one that counts no sentences or threads.

    Args:
        name: What the message calls it.
        value: What was given.
        lowest: The smallest number allowed.

    Raises:
        InputError: The value is of another type, or out of range.
    """
    if not (is_whole(value) and lowest <= value <= _MOST_COUNTED):
        raise InputError(
            f"Expected {name} to be a whole number of at least {lowest}. "
            f"Received: {shown(value)}. Give another."
        )
