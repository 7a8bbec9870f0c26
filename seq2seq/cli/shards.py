"""Shards for `seq2seq translate`: a corpus of lines in numbered parts, and what joins them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import option_group
from seq2seq.cli.notices import with_notices
from seq2seq.cli.streams import Stream, models_digests
from seq2seq.cli.values import FILE, WholeNumber
from seq2seq.storage.manifest import joint_digest

if TYPE_CHECKING:
    from seq2seq.shards.job import Job, Shards, Translate
    from seq2seq.translation.result import Translation

Render = Callable[[Iterable["Translation"]], Iterable[str]]
"""Gives the lines of the output for translations."""

_shards = option_group("Shards: corpora that take hours, on any number of processes")

_SUFFIXES = {"text": ".txt", "jsonl": ".jsonl", "tsv": ".tsv", "tsv-reversed": ".tsv"}

SHARD_OPTIONS = (
    _shards(
        "--shards",
        type=WholeNumber(1, 99_999),
        metavar="N",
        help="Cut the lines into N shards, and write those that are not there to the folder "
        "--output. Several processes may do so at once: each takes the next.",
    ),
    _shards(
        "--shard",
        type=WholeNumber(0),
        metavar="I",
        help="Write shard I alone, 0 to N-1.",
    ),
    _shards(
        "--merge",
        "merged_file",
        type=FILE,
        metavar="FILE",
        help="Check all shards against models, options and input, and join them; .gz too.",
    ),
)


def shard_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options of shards."""
    for option in reversed(SHARD_OPTIONS):
        command = option(command)
    return command


def check_shard_options(
    input_files: Sequence[str],
    output: str | None,
    shards: int | None,
    shard: int | None,
    merged_file: str | None,
) -> None:
    """Refuses options of shards that do not go together.

    Raises:
        click.UsageError: They do not.
    """
    if shards is None:
        if shard is not None or merged_file is not None:
            name = "--merge" if shard is None else "--shard"
            raise click.UsageError(f"Expected {name} with --shards N. Received: it alone.")
        return

    if not input_files:
        raise click.UsageError("Expected --input FILE with --shards. Received: none.")
    if shard is not None and shard >= shards:
        raise click.UsageError(
            f"Expected --shard to be 0 to {shards - 1}, as there are {shards} shards. "
            f"Received: {shard}."
        )
    if shard is not None and merged_file is not None:
        raise click.UsageError("Expected --shard I or --merge FILE. Received both.")
    if output in (None, "-") or os.path.isfile(output):
        raise click.UsageError(
            f"Expected --output FOLDER, for the shards. Received: {output or 'none'}."
        )
    if merged_file == "-":
        raise click.UsageError("Expected --merge FILE. Received: -, which is no file.")


def make_job(
    inputs: Sequence[str],
    folder: str,
    shards: int,
    *,
    models: Sequence[Path],
    options: Mapping[str, Any],
) -> Job:
    """The job that the options of the command describe.

    Args:
        inputs: Files of lines.
        folder: The folder of the shards.
        shards: How many there are.
        models: What translates.
        options: What else the translations depend on, by the names of the parameters.
    """
    from seq2seq.shards.job import Job
    from seq2seq.translation.batching import WINDOW

    made_with = dict(options)
    glossary = made_with.pop("glossary_file")
    made_with["glossary_sha256"] = glossary and joint_digest(
        Path(glossary).parent, [Path(glossary).name]
    )
    return Job(
        inputs=inputs,
        folder=Path(folder),
        suffix=_SUFFIXES[options["format"]],
        shards=shards,
        together=WINDOW * options["batch_size"],
        model_sha256=models_digests(models),
        options=made_with,
    )


def run_job(
    job: Job,
    load: Callable[[], Stream],
    render: Render,
    *,
    shard: int | None,
    merged_file: str | None,
) -> None:
    """Translates the shards of a job that are not there, or joins all.

    Args:
        job: The job.
        load: Loads what translates. It is called when the first shard needs it.
        render: Gives the lines of the output.
        shard: The number of the only shard to translate; None is all.
        merged_file: The file that they are joined to; None translates.

    Raises:
        InputError: A shard is of another job, or cannot be joined; a file cannot be read or
            written; or another process is at work on the only shard.
    """
    from seq2seq.shards.job import Shards

    shards = Shards(job)
    translate = translation_of_lines(load, render)
    if merged_file is not None:
        _merge(shards, merged_file)
    elif shard is not None:
        _do(shards, shard, translate)
    else:
        _do_all(shards, translate)


def translation_of_lines(load: Callable[[], Stream], render: Render) -> Translate:
    """Makes a function that translates lines to lines; what translates is loaded at its first call.

    Args:
        load: Loads what translates.
        render: Gives the lines of the output.
    """
    loaded: list[Stream] = []

    def translate(lines: Iterable[str], *, first: int) -> Iterable[str]:
        if not loaded:
            loaded.append(load())
        return render(with_notices(loaded[0](lines, first=first), first=first))

    return translate


def _do_all(shards: Shards, translate: Translate) -> None:
    """Translates the shards that are not there and that no other process is at work on."""
    from seq2seq.storage.lock import Taken

    taken = 0
    total = shards.job.shards
    for number in range(total):
        try:
            _do(shards, number, translate)
        except Taken:
            taken += 1

    if taken:
        click.echo(f"Left to other processes: {taken:,} of {total:,} shards.", err=True)
    else:
        click.echo(f"All {total:,} shards are there. --merge FILE joins them.", err=True)


def _do(shards: Shards, number: int, translate: Translate) -> None:
    """Translates a shard unless it is there, and says which of the two in a line."""
    start = time.monotonic()
    done = shards.do(number, translate, say=partial(click.echo, err=True))
    seconds = time.monotonic() - start

    lines = len(shards.ranges[number])
    outcome = f"{lines:,} lines in {seconds:.1f} s" if done else "there already"
    click.echo(f"Shard {number} of {shards.job.shards}: {outcome}", err=True)


def _merge(shards: Shards, path: str) -> None:
    """Joins all shards, and says so."""
    from seq2seq.shards.merge import merge

    merge(shards, path)
    lines = shards.ranges[-1].stop
    click.echo(f"Joined {shards.job.shards:,} shards of {lines:,} lines: {path}", err=True)
