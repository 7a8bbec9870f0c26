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
from seq2seq.errors import InputError
from seq2seq.quiet import quietly
from seq2seq.storage.manifest import joint_digest

if TYPE_CHECKING:
    from seq2seq.shards.job import Job, Shards, Translate
    from seq2seq.translation.result import Translation

Render = Callable[[Iterable["Translation"]], Iterable[str]]
"""Gives the lines of the output for translations."""

_shards = option_group("Shards: corpora that take hours, on any number of processes")

SHARD_PARAMETERS = ("shard", "merged_file", "runner", "runner_options")

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
    _shards(
        "--runner",
        metavar="NAME",
        help="Translate the shards with Apache Beam on this runner: direct, flink, spark, "
        "dataflow or another that Beam knows.",
    ),
    _shards(
        "--runner-option",
        "runner_options",
        multiple=True,
        metavar="NAME=VALUE",
        help="An option of Beam or of the runner, such as direct_num_workers=2. Repeatable.",
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
    *,
    shard: int | None,
    merged_file: str | None,
    runner: str | None,
    runner_options: Sequence[str],
) -> None:
    """Refuses options of shards that do not go together.

    Raises:
        click.UsageError: They do not.
    """
    given = {"--shard": shard is not None, "--merge": merged_file, "--runner": runner}
    if shards is None:
        for name in filter(given.get, given):
            raise click.UsageError(f"Expected {name} with --shards N. Received: it alone.")
        return

    if sum(map(bool, given.values())) > 1:
        names = " and ".join(filter(given.get, given))
        raise click.UsageError(f"Expected one of {', '.join(given)}. Received: {names}.")
    if runner_options and not runner:
        raise click.UsageError("Expected --runner-option with --runner. Received: it alone.")
    if not input_files:
        raise click.UsageError("Expected --input FILE with --shards. Received: none.")
    if shard is not None and shard >= shards:
        raise click.UsageError(
            f"Expected --shard to be 0 to {shards - 1}, as there are {shards} shards. "
            f"Received: {shard}."
        )
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
    rerank_with = made_with.pop("rerank_with")
    made_with["rerank_sha256"] = rerank_with and models_digests([rerank_with])[0]
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
    runner: str | None,
    runner_options: Sequence[str],
) -> None:
    """Translates the shards of a job that are not there, or joins all.

    Args:
        job: The job.
        load: Loads what translates. It is called when the first shard needs it.
        render: Gives the lines of the output.
        shard: The number of the only shard to translate; None is all.
        merged_file: The file that they are joined to; None translates.
        runner: The runner of Apache Beam that translates them; None is this process.
        runner_options: Options of that.

    Raises:
        InputError: A shard is of another job, or cannot be joined; a file cannot be read or
            written; another process is at work on the only shard; or the runner failed.
    """
    from seq2seq.shards.job import Shards

    shards = Shards(job)
    load_translation = partial(translation_of_lines, load, render)
    translate = _when_needed(load_translation)
    if merged_file is not None:
        _merge(shards, merged_file)
    elif shard is not None:
        _do(shards, shard, translate)
    elif runner is not None:
        _run_pipeline(shards, load_translation, runner, runner_options)
    else:
        _do_all(shards, translate)


def translation_of_lines(load: Callable[[], Stream], render: Render) -> Translate:
    """Loads what translates, and makes of it a function that translates lines to lines."""
    return partial(_translate, load(), render)


def _translate(
    stream: Stream, render: Render, lines: Iterable[str], *, first: int
) -> Iterable[str]:
    return render(with_notices(stream(lines, first=first), first=first))


def _when_needed(load: Callable[[], Translate]) -> Translate:
    """Makes a function that loads what translates at its first call: there may be none."""
    loaded: list[Translate] = []

    def translate(lines: Iterable[str], *, first: int) -> Iterable[str]:
        if not loaded:
            loaded.append(load())
        return loaded[0](lines, first=first)

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

    _conclude(taken, total)


def _conclude(taken: int, total: int) -> None:
    """Says whether all shards are there, or some are left to other processes."""
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


def _run_pipeline(
    shards: Shards,
    load: Callable[[], Translate],
    runner: str,
    runner_options: Sequence[str],
) -> None:
    """Translates the shards that are not there with Apache Beam, and says what was done.

    Raises:
        InputError: Beam is not installed, a shard is of another job, or the runner failed.
    """
    with quietly():
        try:
            from seq2seq.shards.pipeline import run_pipeline
        except ImportError as error:
            raise InputError(
                f'Expected the packages of the extra "beam". Received: {error}. '
                'Run pip install "seq2seq[beam]".'
            ) from error

    shards.expect_own()
    job = shards.job
    counts = run_pipeline(job, range(job.shards), load, runner=runner, options=runner_options)
    click.echo(
        f"Runner {runner}: {counts['lines']:,} lines in {counts['shards']:,} shards translated, "
        f"{counts['there']:,} shards there already",
        err=True,
    )
    job.expect_all("--shard {first} says why.")
    _conclude(0, job.shards)


def _merge(shards: Shards, path: str) -> None:
    """Joins all shards, and says so."""
    from seq2seq.shards.merge import merge

    merge(shards, path)
    lines = shards.ranges[-1].stop
    click.echo(f"Joined {shards.job.shards:,} shards of {lines:,} lines: {path}", err=True)
