"""`seq2seq help`, `seq2seq version` and `seq2seq completion`: the command line about itself."""

import click

from seq2seq.cli.command import Command, argument
from seq2seq.cli.group import CommandGroup
from seq2seq.cli.values import Choice
from seq2seq.storage.version import package_version

PROGRAM = "seq2seq"

_COMPLETION_VARIABLE = "_SEQ2SEQ_COMPLETE"  # the name that click looks for


@click.command("help", cls=Command, short_help="Explain seq2seq, or one of its commands.")
@argument(
    "name",
    required=False,
    metavar="[COMMAND]",
    explanation="The command to explain. [default: all, in a line each]",
)
@click.pass_context
def show_help(context: click.Context, name: str | None) -> None:
    """Print the same as seq2seq COMMAND --help."""
    parent = context.find_root()
    group = parent.command
    if name is None or not isinstance(group, CommandGroup):
        click.echo(parent.get_help())
        return

    command = group.get_command(parent, name)
    if command is None:
        group.refuse(name, context)
    page = command.context_class(command, info_name=name, parent=parent).get_help()
    click.echo(page)


@click.command("version", cls=Command, short_help="Print the version.")
def show_version() -> None:
    """Print the same as seq2seq --version."""
    click.echo(f"{PROGRAM} {package_version()}")


@click.command(
    "completion",
    cls=Command,
    short_help="Let the Tab key complete commands, options and files.",
    examples=[
        ("seq2seq completion bash >> ~/.bashrc", "bash"),
        ("seq2seq completion zsh >> ~/.zshrc", "zsh"),
        (
            "seq2seq completion fish > ~/.config/fish/completions/seq2seq.fish",
            "fish",
        ),
    ],
)
@argument(
    "shell",
    type=Choice(["bash", "zsh", "fish"]),
    metavar="SHELL",
    explanation="bash, zsh or fish.",
)
@click.pass_context
def show_completion(context: click.Context, shell: str) -> None:
    """Print the script that lets a shell complete commands, options and files.

    It works in shells that are started after it was written to their start file.
    """
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"Expected bash, zsh or fish. Received: {shell!r}.")

    root = context.find_root().command
    script = completion(root, {}, PROGRAM, _COMPLETION_VARIABLE).source()
    click.echo(script)
