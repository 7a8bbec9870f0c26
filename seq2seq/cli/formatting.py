"""Commands whose help a stranger can read: options in groups, defaults in words, examples."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import click

from seq2seq.cli.suggestions import nearest

_NO_BREAK = "\u00a0"  # a space at which no line is broken
_FIRST_COLUMN = (
    26  # characters of an option and its value, at most; longer ones stand on a line alone
)
_GAP = 2  # spaces between the columns
_GLUED = 46  # characters of a default that is not broken over two lines, at most
_OTHER = "Other options"


class Formatter(click.HelpFormatter):
    """Breaks lines between words alone: `--dev-source` stays whole."""

    def write_text(self, text: str) -> None:
        """Writes paragraphs; one that begins with a line of `\\b` alone keeps its lines."""
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            marker, _, rest = paragraph.partition("\n")
            lines = (
                rest.splitlines() if marker == "\b" else _wrap(paragraph, self.width - len(indent))
            )
            paragraphs.append("".join(f"{indent}{line}".rstrip() + "\n" for line in lines))

        self.write("\n".join(paragraphs))


def _wrap(text: str, width: int) -> list[str]:
    """The lines of one paragraph."""
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_NO_BREAK, " ") for line in lines]


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
        if default and len(default) <= _GLUED:
            default = default.replace(" ", _NO_BREAK)
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
        explanation: What is to be given.
    """

    def __init__(self, *args: Any, explanation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.explanation = explanation

    def shown(self) -> str:
        """Its name in the help, without the brackets that the usage line has."""
        return str(self.metavar or self.name).replace("[", "").replace("]", "")


def option_group(title: str) -> Callable[..., Callable]:
    """`click.option`, but for options that stand under the heading `title`."""
    return partial(click.option, cls=Option, group=title)


def argument(name: str, *, explanation: str, **kwargs: Any) -> Callable:
    """`click.argument`, but explained in the help."""
    return click.argument(name, cls=Argument, explanation=explanation, **kwargs)


class Command(click.Command):
    """A command with groups of options and examples, which answers mistakes with suggestions.

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
            click.UsageError: The command takes something else; the message says what may be meant.
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
        options = [
            option for option in self.get_params(context) if isinstance(option, click.Option)
        ]
        names = {name: getattr(option, "also", ()) for option in options for name in _names(option)}
        owners = [
            str(command.name) for command in _siblings(context) if name in _all_names(command)
        ]
        message = f"No such option {name!r}."

        found = nearest(name, names, misspelt=not owners)
        if found:
            return f"{message} Did you mean {found}?"
        if owners:
            return f"{message} It is an option of {', '.join(owners)}."
        return message

    def _missing(self, error: click.MissingParameter) -> str:
        """What is missing, what it is, and a command line that has it."""
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
        """What to write instead of an argument too many: a model is what people give so."""
        message = f"Unexpected argument {word!r}."
        if any("--model" in parameter.opts for parameter in self.params):
            return f"{message} Did you mean --model {word}?"
        return message

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the page: usage, text, arguments, options, examples."""
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        self._format_parameters(ctx, formatter)
        write_examples(self.examples, formatter)

    def _format_parameters(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        other: list[tuple[str, str]] = []
        for parameter in self.get_params(context):
            if isinstance(parameter, Argument):
                record = parameter.shown(), parameter.explanation
                sections.setdefault("Arguments", []).append(record)
                continue
            record = parameter.get_help_record(context)
            group = getattr(parameter, "group", _OTHER)
            if record and group == _OTHER:
                other.append(record)
            elif record:
                sections.setdefault(group, []).append(record)
        if other:
            alone = not sections.keys() - {"Arguments"}
            sections["Options" if alone else _OTHER] = other

        write_sections(sections, formatter)


def write_sections(
    sections: Mapping[str, Sequence[tuple[str, str]]], formatter: click.HelpFormatter
) -> None:
    """Writes headings with rows of a term and its explanation, in columns alike in all sections."""
    terms = [term for rows in sections.values() for term, _ in rows]
    widths = [len(term) for term in terms if len(term) <= _FIRST_COLUMN]
    width = max(widths, default=_FIRST_COLUMN)

    for title, rows in sections.items():
        with formatter.section(title):
            for term, explanation in rows:
                _write_row(term, explanation, width, formatter)


def _write_row(term: str, explanation: str, width: int, formatter: click.HelpFormatter) -> None:
    """Writes one row; a term wider than its column stands on a line alone."""
    indent = " " * formatter.current_indent
    start = len(indent) + width + _GAP
    lines = _wrap(explanation, formatter.width - start) or [""]

    if len(term) > width:
        formatter.write(f"{indent}{term}\n")
        term = ""
    formatter.write(f"{indent + term:{start}}{lines[0]}".rstrip() + "\n")
    for line in lines[1:]:
        formatter.write(" " * start + line + "\n")


def write_examples(examples: Sequence[tuple[str, str]], formatter: click.HelpFormatter) -> None:
    """Writes commands to copy, with what they do beside them, or above where there is no room."""
    if not examples:
        return

    widest = max(len(command) for command, _ in examples)
    beside = all(widest + len(comment) + 6 <= formatter.width for _, comment in examples)
    with formatter.section("Examples"):
        indent = " " * formatter.current_indent
        for command, comment in examples:
            if beside:
                formatter.write(f"{indent}{command:{widest}}  # {comment}\n")
            else:
                formatter.write(f"{indent}# {comment}\n{indent}{command}\n")


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]


def _names(option: click.Option) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def _all_names(command: click.Command) -> set[str]:
    options = [option for option in command.params if isinstance(option, click.Option)]
    return {name for option in options for name in _names(option)}


def _siblings(context: click.Context) -> list[click.Command]:
    """The commands of the group that the command of the context belongs to."""
    group = context.parent.command if context.parent else None
    return list(group.commands.values()) if isinstance(group, click.Group) else []
