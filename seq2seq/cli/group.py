"""The command `seq2seq`: finds the command that is asked for, and says in a line what failed."""

import errno
import os
import sys
from collections import UserDict
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from seq2seq.cli.command import Command
from seq2seq.cli.formatting import write_examples, write_sections
from seq2seq.cli.suggestions import nearest
from seq2seq.errors import InputError
from seq2seq.quiet import leave_out_pyplot, lower_log_levels


class CommandGroup(Command, click.Group):
    """The command `seq2seq`, which turns any failure into one line on stderr and exit code 1.

    Attributes:
        commands: The commands by their names.
        sections: The names of the commands under the headings of the help.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.commands: _Commands = _Commands()
        self.sections: dict[str, list[str]] = {}

    def add_section(self, title: str, commands: Sequence[click.Command | str]) -> None:
        """Adds commands, and shows them under one heading.

        Args:
            title: The heading.
            commands: The commands. A name stands for the one in the module of this name.
        """
        names = {_name(command): command for command in commands}
        self.sections[title] = list(names)
        self.commands |= names

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the command line up to the command, and prints the help that is asked for.

        Raises:
            click.ClickException: The help cannot be written.
        """
        try:
            return super().parse_args(ctx, args)
        except (OSError, UnicodeEncodeError) as error:
            explanation = _explain(error)
            if explanation is None:
                raise
            raise click.ClickException(explanation) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command that the first word names.

        Raises:
            click.UsageError: No command has this name. The message names the nearest.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            self.refuse(name, ctx)
        return super().resolve_command(ctx, args)

    def refuse(self, name: str, context: click.Context) -> NoReturn:
        """Raises the error for an unknown command, with the nearest known one."""
        names = {known: getattr(command, "also", ()) for known, command in self.commands.items()}
        found = nearest(name, names)
        advice = f" Did you mean {found}?" if found else ""
        raise click.UsageError(f"No such command {name!r}.{advice}", context)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command, and explains its failure."""
        lower_log_levels()
        leave_out_pyplot()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # the reader of our output, `head` for one, has seen enough
            _discard_output()
            ctx.exit(1)
        except Exception as error:
            explanation = _explain(error)
            if explanation is None and os.environ.get("SEQ2SEQ_TRACEBACK"):
                raise
            raise click.ClickException(explanation or _admit(error)) from error

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the page: usage, text, examples, commands, options."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        write_examples(self.examples, formatter)
        write_sections(self._rows(ctx), formatter)
        self.format_epilog(ctx, formatter)

    def _rows(self, context: click.Context) -> Mapping[str, list[tuple[str, str]]]:
        rows = {
            title: [(name, self.commands[name].get_short_help_str(limit=200)) for name in names]
            for title, names in self.sections.items()
        }
        options = [parameter.get_help_record(context) for parameter in self.get_params(context)]
        return rows | {"Options": [record for record in options if record]}


class _Commands(UserDict[str, Any]):
    """Commands by their names. One that is a name is imported when it is asked for.

    So `seq2seq translate` waits for its own imports alone.
    """

    def __getitem__(self, name: str) -> click.Command:
        if isinstance(self.data[name], str):
            self.data[name] = getattr(import_module(f"seq2seq.cli.{name}"), name)
        return self.data[name]


def _name(command: click.Command | str) -> str:
    return command if isinstance(command, str) else str(command.name)


def _explain(error: Exception) -> str | None:
    """The line for a failure that the user can mend; None for any other."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _discard_output()
        return f"Expected to write the output. Received: {error.strerror}. Free some space."
    if isinstance(error, PermissionError) and error.filename:
        return (
            f"Expected to be allowed to use {error.filename}. Received: {error.strerror}. "
            "Change its permissions, or choose another place."
        )
    if isinstance(error, UnicodeEncodeError):
        return (
            f"Expected an output that can hold all letters. Received: one of {error.encoding}. "
            "Set PYTHONIOENCODING=utf-8."
        )
    return None


def _admit(error: Exception) -> str:
    """The line for a failure that the user cannot mend: a mistake in this package."""
    reason = " ".join(str(error).split())[:300]
    return (
        f"{type(error).__name__}: {reason} This should not happen. "
        "Set SEQ2SEQ_TRACEBACK=1 to see where it comes from."
    )


def _discard_output() -> None:
    """Discards output that could not be written; writing it would fail again when Python exits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
