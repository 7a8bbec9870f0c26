"""Commands whose help a stranger can read, and which answer mistakes with advice."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click

from seq2seq.cli.formatting import NO_BREAK, Formatter, write_examples, write_sections
from seq2seq.cli.suggestions import nearest

_LONGEST = 46  # characters of a default that is not broken over two lines, at most
_OTHER = "Other options"


class _Context(click.Context):
    formatter_class = Formatter


class Option(click.Option):
    """An option that knows its group in the help, and what else people call it.

    Attributes:
        group: The heading that it stands under.
        also: Names in other programs, such as `--lr`, for which it is suggested.
    """

    def __init__(
        self, *args: Any, group: str = _OTHER, also: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.group = group
        self.also = tuple(also)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option with the name of its value, and the explanation with the default."""
        if self.hidden:
            return None

        names = ", ".join(sorted(self.opts, key=len))
        if self.secondary_opts:
            names += ", " + ", ".join(self.secondary_opts)
        value = "" if self.is_flag else f" {self._value_name()}"

        default = self._default_in_words()
        if default and len(default) <= _LONGEST:
            default = default.replace(" ", NO_BREAK)
        explanation = f"{self.help or ''} {default}".strip()

        return names + value, explanation

    def _value_name(self) -> str:
        if self.metavar:
            return self.metavar
        if isinstance(self.type, click.Choice):
            return "[" + "|".join(map(str, self.type.choices)) + "]"
        return self.type.name.upper()

    def _default_in_words(self) -> str:
        if self.required:
            return "[required]"
        if isinstance(self.show_default, str):
            return f"[default: {self.show_default}]"
        if not self.show_default:
            return ""
        shown = f"{self.default:g}" if isinstance(self.default, float) else str(self.default)
        return f"[default: {shown}]"


class Argument(click.Argument):
    """An argument that the help explains.

    Attributes:
        group: The heading that it stands under.
        explanation: What is to be given.
    """

    group = "Arguments"

    def __init__(self, *args: Any, explanation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explanation = explanation

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The argument and its explanation."""
        return self.shown(), self.explanation

    def shown(self) -> str:
        """The name of the argument in the help, without the brackets of the usage line."""
        return str(self.metavar or self.name).replace("[", "").replace("]", "")


def option_group(title: str) -> Callable[..., Callable]:
    """`click.option`, but for options that stand under the heading `title`."""
    return partial(click.option, cls=Option, group=title)


def argument(name: str, *, explanation: str, **kwargs: Any) -> Callable:
    """`click.argument`, but explained in the help."""
    return click.argument(name, cls=Argument, explanation=explanation, **kwargs)


class Command(click.Command):
    """A command whose help has groups of options and examples, and whose errors suggest a remedy.

    Attributes:
        examples: Pairs of a command line, and what it does.
        also: Names in other programs for which the command is suggested.
    """

    context_class = _Context
    allow_extra_args = True  # `parse_args` refuses them, with advice

    def __init__(
        self,
        *args: Any,
        examples: Sequence[tuple[str, str]] = (),
        also: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.also = tuple(also)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parses the command line.

        Raises:
            click.UsageError: An option or an argument is unknown, missing or superfluous. The
                message suggests what may be meant.
        """
        try:
            rest = super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            raise click.UsageError(self._unknown_option(error.option_name, ctx), ctx) from error
        except click.MissingParameter as error:
            raise click.UsageError(self._missing(error), ctx) from error

        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            raise click.UsageError(self._unexpected(rest[0]), ctx)
        return rest

    def _unknown_option(self, name: str, context: click.Context) -> str:
        """The message for an unknown option: the nearest option, or the commands that have it."""
        message = f"No such option {name!r}."
        known = {}
        for option in self.get_params(context):
            if isinstance(option, click.Option):
                known |= dict.fromkeys(_names(option), getattr(option, "also", ()))
        owners = [command.name or "" for command in _siblings(context) if _has(command, name)]

        found = nearest(name, known, misspelt=not owners)
        if found:
            return f"{message} Did you mean {found}?"
        if owners:
            return f"{message} It is an option of {', '.join(owners)}."
        return message

    def _missing(self, error: click.MissingParameter) -> str:
        """The message for a missing argument or option: its meaning and a whole command line."""
        parameter = error.param
        if isinstance(parameter, Argument):
            message = (
                f"Missing argument {parameter.shown()!r}: {_uncapitalised(parameter.explanation)}"
            )
        elif isinstance(parameter, click.Option) and parameter.help:
            message = f"Missing option {parameter.opts[0]!r}: {_uncapitalised(parameter.help)}"
        else:
            message = error.format_message()

        examples = [line for line, _ in self.examples if line.startswith(f"seq2seq {self.name} ")]
        return f"{message} Example: {examples[0]}" if examples else message

    def _unexpected(self, word: str) -> str:
        """The message for a superfluous argument, which people mostly mean as the model."""
        message = f"Unexpected argument {word!r}."
        if any("--model" in parameter.opts for parameter in self.params):
            return f"{message} Did you mean --model {word}?"
        return message

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the page: usage, text, arguments, options, examples."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        write_sections(self._sections(ctx), formatter)
        write_examples(self.examples, formatter)

    def _sections(self, context: click.Context) -> dict[str, list[tuple[str, str]]]:
        """The rows of the help under their headings, the options of no group last."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(context):
            record = parameter.get_help_record(context)
            if record:
                group = getattr(parameter, "group", _OTHER)
                sections.setdefault(group, []).append(record)

        other = sections.pop(_OTHER, [])
        title = _OTHER if sections.keys() - {Argument.group} else "Options"
        return {**sections, title: other}


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _names(option: click.Option) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def _has(command: click.Command, name: str) -> bool:
    """Whether a command has an option of this name."""
    options = [option for option in command.params if isinstance(option, click.Option)]
    return any(name in _names(option) for option in options)


def _siblings(context: click.Context) -> list[click.Command]:
    """The commands of the group that the command of the context belongs to."""
    group = context.parent.command if context.parent else None
    return list(group.commands.values()) if isinstance(group, click.Group) else []
