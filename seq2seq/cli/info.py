"""`seq2seq info`: what is known of a model, or of an exported one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.options import find_models
from seq2seq.cli.values import Directory
from seq2seq.storage.directory import ModelDirectory

if TYPE_CHECKING:
    from seq2seq.exports.description import ExportDescription

_output = option_group("Output")

_WIDTH = 15  # of the names of facts


@click.command(
    cls=Command,
    short_help="Tell what is known of a model.",
    also=["describe", "stats", "card"],
    examples=[
        ("seq2seq info saved_models/mine", "data, sizes, scores, versions"),
        ("seq2seq info saved_models/mine --json", "the same for a program"),
    ],
)
@argument(
    "model",
    required=False,
    type=Directory(),
    metavar="[MODEL]",
    explanation="Model directory, or an exported model. [default: the newest in saved_models/]",
)
@_output("--json", "as_json", is_flag=True, help="Print JSON.")
def info(model: Path | None, as_json: bool) -> None:
    """Tell what is known of a model: what it has learnt, its sizes, its scores, its versions.

    All its files are checked on the way. The same stands in MODEL_CARD.md of its directory.
    """
    if model is None:
        (model,) = find_models(())

    if ModelDirectory(model).holds_model():
        lines, found = _of_model(model)
    else:
        lines, found = _of_export(model)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join([str(model), *lines]))


def _of_model(model: Path) -> tuple[list[str], dict[str, Any]]:
    from seq2seq.training.description import describe
    from seq2seq.training.facts import facts

    description = describe(model)
    lines = [_line(name, text) for name, text in facts(description)]
    for score in description.scores:
        count = "" if score.sentences is None else f", {score.sentences:,} sentences"
        text = f"{score.value:6.2f}  {score.test}{count}  {score.signature}"
        lines.append(_line(score.name, text))
    return lines, description.as_dict()


def _of_export(model: Path) -> tuple[list[str], dict[str, Any]]:
    from seq2seq.exports.description import describe_export

    description = describe_export(model)
    return [*_export_lines(description)], description.as_dict()


def _export_lines(description: ExportDescription) -> Iterator[str]:
    from seq2seq.training.facts import disk, scripts

    yield _line("Kind", description.kind)
    protector = description.note.protector
    if protector and protector.scripts:
        yield _line("Reads", scripts(protector.scripts))
    direction = description.note.direction
    if direction:
        yield _line("Languages", f"{', '.join(direction.sources)} to {direction.to}")
    if description.has_note:
        splits = "sentence by sentence" if description.note.split_sentences else "as a whole"
        yield _line("Translates", f"a text of several sentences {splits}")
        known = "yes" if description.note.confidence else "not measured"
        yield _line("Confidence", known)
    if description.version:
        yield _line("Written by", f"seq2seq {description.version}")
    yield _line("Disk", disk(description.size, description.files))


def _line(name: str, text: str) -> str:
    return f"  {name:{_WIDTH}}{text}"
