"""The types of option values: numbers with their unit, choices, files and directories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from seq2seq.data.formats.columns import Columns, as_columns
from seq2seq.errors import InputError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class WholeNumber(click.IntRange):
    """A whole number within limits. Errors name its unit, such as "pieces" or "pairs"."""

    name = "n"

    def __init__(
        self, minimum: int | None = None, maximum: int | None = None, *, unit: str = ""
    ) -> None:
        super().__init__(minimum, maximum)
        self.unit = unit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Converts the text to a number, or refuses it if it is none within the limits."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            refuse(_in_words(self, "a whole number", self.unit), value, param, ctx)


class Number(click.FloatRange):
    """A number within limits. Errors name its unit, such as "minutes"."""

    name = "x"

    def __init__(
        self,
        minimum: float | None = None,
        maximum: float | None = None,
        *,
        above: float | None = None,
        below: float | None = None,
        unit: str = "",
    ) -> None:
        low = minimum if above is None else above
        high = maximum if below is None else below
        super().__init__(low, high, min_open=above is not None, max_open=below is not None)
        self.unit = unit

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Converts the text to a number, or refuses it if it is none within the limits."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            refuse(_in_words(self, "a number", self.unit), value, param, ctx)


class Choice(click.Choice):
    """A type of option that takes one of several words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns the word, or refuses one that is not among the choices."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            refuse(f"one of {', '.join(map(str, self.choices))}", value, param, ctx)


class Devices(WholeNumber):
    """A number of devices, or "all"."""

    name = "devices"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        """Converts the text to a number, or takes the word, or refuses what is neither."""
        if value == "all":
            return value
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            refuse(f"all, or {_in_words(self, 'a whole number', self.unit)}", value, param, ctx)


class ColumnNames(click.ParamType):
    """Two columns of a table, by name or by number: "English,Korean"."""

    name = "columns"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Columns | None:
        """Splits the text at the comma, or refuses it if these are not two names."""
        try:
            return as_columns(value)
        except InputError as error:
            raise click.BadParameter(str(error), ctx=ctx, param=param) from error


class Directory(click.Path):
    """A directory, which need not exist. Shells complete the names of directories."""

    def __init__(self, path_type: type[Path] | type[str] = Path) -> None:
        super().__init__(path_type=path_type)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Leaves the names of directories to the shell."""
        # This import takes time, so it waits until a shell asks.
        from click.shell_completion import CompletionItem

        return [CompletionItem(incomplete, type="dir")]


# A file, as a string, which need not exist: what reads it says what is wrong with it.
# Shells complete its name.
FILE = click.Path(readable=False)


def refuse(
    expected: str, value: object, parameter: click.Parameter | None, context: click.Context | None
) -> NoReturn:
    """Raises the error for a value that an option cannot take."""
    received = repr(str(value))
    message = f"Expected {expected}. Received: {received}."
    raise click.BadParameter(message, ctx=context, param=parameter)


def _in_words(limits: click.IntRange | click.FloatRange, noun: str, unit: str) -> str:
    """What is expected: "a whole number of at least 1", "a number of minutes, above 0"."""
    words = []
    if limits.min is not None:
        words.append(f"{'above' if limits.min_open else 'at least'} {limits.min:g}")
    if limits.max is not None:
        words.append(f"{'below' if limits.max_open else 'at most'} {limits.max:g}")

    bounds = " and ".join(words)
    if not bounds:
        return f"{noun} of {unit}" if unit else noun
    if unit:
        return f"{noun} of {unit}, {bounds}"
    return f"{noun} {bounds}" if bounds.startswith("above") else f"{noun} of {bounds}"
