"""`seq2seq translate`: text arguments, a file, standard input or a prompt."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.documents import (
    DOCUMENT_PARAMETERS,
    document_options,
    expect_lines,
    open_input,
)
from seq2seq.cli.language_options import expect_language, to_option
from seq2seq.cli.notices import with_notices, with_places
from seq2seq.cli.options import (
    ENSEMBLE,
    SPLIT_SENTENCES,
    find_models,
    glossary_option,
    is_given,
    model_option,
    search_options,
    write_or_print,
)
from seq2seq.cli.output_lines import CORPUS_FORMATS, check_tag, rendered
from seq2seq.cli.reranking import RERANKING_PARAMETERS, expect_reranking, reranking_options
from seq2seq.cli.sentences import expect_utf8, sentence_groups
from seq2seq.cli.shards import (
    SHARD_PARAMETERS,
    check_shard_options,
    make_job,
    run_job,
    shard_options,
)
from seq2seq.cli.streams import Stream, is_tflite, stream_loader
from seq2seq.cli.values import FILE, Choice, Number, WholeNumber
from seq2seq.data.lines import expect_readable
from seq2seq.errors import InputError
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.languages import Languages

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation


_COMPRESSED = (".gz", ".docx", ".xlsx")  # whose sizes tell nothing

_files = option_group("Input and output")
_search = option_group("Search")
_draws = option_group("Random draws, instead of a search")


@click.command(
    cls=Command,
    short_help="Translate text, a file or standard input.",
    also=["predict", "infer", "decode", "generate"],
    examples=[
        ('seq2seq translate "I am Yusol" "Hello."', "each text"),
        ("seq2seq translate --input letters.txt --output letters.ko.txt", "a file"),
        ("seq2seq translate --input film.srt --output film.ko.srt", "a document or a folder"),
        (
            "seq2seq translate --input big.txt.gz --output parts --shards 100",
            "a corpus that takes hours; again to go on",
        ),
        ("cat letters.txt | seq2seq translate - --n-best 3", "standard input"),
    ],
)
@argument(
    "text",
    nargs=-1,
    metavar="[TEXT]...",
    explanation="Sentences to translate; - is standard input. Without any, in a terminal, there is "
    "a prompt.",
)
@_files(
    "--input",
    "input_files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    also=["--source", "--src", "--file"],
    help="Sentences, one a line; .gz too; - is standard input. Repeatable. A document keeps its "
    "form. A folder of documents becomes the folder --output.",
)
@_files(
    "--output",
    "output_file",
    type=FILE,
    metavar="FILE",
    show_default="standard output",
    help="Translations; .gz too.",
)
@_files(
    "--format",
    "output_format",
    type=Choice(["text", "jsonl", *CORPUS_FORMATS]),
    default="text",
    show_default=True,
    metavar="NAME",
    help="text: translations. jsonl: source, translations, scores, tokens, attention, cut, copied, "
    "restored, confidence or reranking scores. tsv: a corpus for seq2seq train, sentence TAB "
    "translation. tsv-reversed: translation TAB sentence.",
)
@_files(
    "--tag",
    metavar="WORD",
    help="With tsv or tsv-reversed: begin the first column with it, to mark synthetic text.",
)
@document_options
@shard_options
@model_option(ENSEMBLE + " Or a TFLite model, which has the search that it was exported with.")
@to_option(" Without it, the letters of each text tell, where the two have others.")
@glossary_option
@_search(
    "--n-best",
    type=WholeNumber(1, unit="translations"),
    default=1,
    show_default=True,
    metavar="N",
    also=["--num-return-sequences"],
    help="Translations of each sentence, best first.",
)
@_search(
    "--prefix",
    default="",
    metavar="TEXT",
    also=["--force-prefix"],
    help="What every translation begins with.",
)
@search_options
@reranking_options
@SPLIT_SENTENCES
@_draws(
    "--temperature",
    type=Number(above=0),
    metavar="X",
    also=["--sampling-temperature"],
    help="Draw translations at random: at 1 as probable as the model finds them, below it safer "
    "ones.",
)
@_draws(
    "--top-k",
    type=WholeNumber(1, unit="pieces"),
    metavar="N",
    help="Draw among the N most probable pieces.",
)
@_draws(
    "--top-p",
    type=Number(above=0, maximum=1),
    metavar="SHARE",
    also=["--nucleus"],
    help="Draw among the fewest pieces whose probabilities reach it, 0 to 1.",
)
@_draws(
    "--seed",
    type=WholeNumber(0),
    default=1,
    show_default=True,
    metavar="N",
    help="Seed of the draws.",
)
def translate(
    text: tuple[str, ...],
    input_files: tuple[str, ...],
    output_file: str | None,
    model_directories: tuple[Path, ...],
    to: str | None,
    glossary_file: str | None,
    output_format: str,
    tag: str | None,
    batch_size: int,
    split_sentences: bool | None,
    shards: int | None,
    **search: Any,
) -> None:
    """Translate each TEXT, or the lines of a file or of standard input.

    Output line k translates input line k; with --n-best N, N lines do. The formats tsv and
    tsv-reversed leave out pairs with an empty side. An input whose name is that of a document
    becomes a document of the same kind, whose text alone is translated.
    """
    of_document = {name: search.pop(name) for name in DOCUMENT_PARAMETERS}
    of_reranking = {name: search.pop(name) for name in RERANKING_PARAMETERS}
    of_shards = {name: search.pop(name) for name in SHARD_PARAMETERS}
    _check_files(text, input_files, output_file, of_shards["merged_file"])
    check_shard_options(input_files, output_file, shards, **of_shards)
    check_tag(tag, output_format)
    expect_utf8(search["prefix"])
    _warn_of_file_names(text)
    several = "several --input" if len(input_files) > 1 else ""
    write_documents = _open_documents(
        input_files, output_file, only_lines="--shards" if shards else several, **of_document
    )

    models = _checked_models(model_directories, search, of_reranking, to)
    of_stream = {
        "to": to,
        "batch_size": batch_size,
        "split_sentences": split_sentences,
        "glossary_file": glossary_file,
        **of_reranking,
    }
    load = stream_loader(
        models,
        search,
        attention=output_format == "jsonl",
        text_bytes=math.inf if shards else _bytes_of(text, input_files),
        **of_stream,
    )
    render = partial(rendered, output_format=output_format, n_best=search["n_best"], tag=tag)
    if shards is not None:
        options = {**search, **of_stream, "format": output_format, "tag": tag}
        job = make_job(input_files, str(output_file), shards, models=models, options=options)
        run_job(job, load, render, **of_shards)
        return

    stream = load()
    if write_documents:
        write_documents(partial(_texts, stream, _open_languages(models, to)))
        return

    translations = with_notices(_translations(stream, sentence_groups(text, input_files)))
    write_or_print(render(translations), output_file)


def _checked_models(
    directories: Sequence[Path],
    search: Mapping[str, Any],
    of_reranking: Mapping[str, Any],
    to: str | None,
) -> Sequence[Path]:
    """The models, looked at as far as that takes no time, as are the options of the search.

    Raises:
        InputError: One is no model or does not translate into this language, or the options do not
            go together.
    """
    if is_tflite(directories):
        Languages().tag(to)
        return directories

    options = SearchOptions(**search)
    if options.draws:
        _expect_no_ranking()
    expect_reranking(options, **of_reranking)
    models = find_models(directories)
    expect_language(models[0], to, by_letters=of_reranking["rerank_with"] is None)
    return models


def _check_files(text: tuple[str, ...], input_files: tuple[str, ...], *outputs: str | None) -> None:
    """Refuses two inputs, and an output that would replace an input.

    Raises:
        click.UsageError: There are two inputs, or input and output are one file.
    """
    if text and input_files:
        raise click.UsageError("Expected TEXT or --input FILE. Received both.")

    for file, output in product(filter(os.path.isfile, input_files), filter(None, outputs)):
        if os.path.realpath(file) == os.path.realpath(output):
            raise click.UsageError(
                "Expected --output to be another file than --input. "
                f"Received: {output}, which is {file}."
            )


def _open_documents(
    input_files: tuple[str, ...], output_file: str | None, *, only_lines: str, **options: Any
) -> Callable[..., None] | None:
    """What translates and writes a document or a folder; None stands for lines.

    Args:
        input_files: What `--input` names.
        output_file: What `--output` names.
        only_lines: Why files have to hold lines; empty if documents will do.
        **options: The options of documents.

    Raises:
        InputError: A file cannot be read.
        click.UsageError: There are documents where they will not do, or options do not fit.
    """
    if only_lines:
        expect_lines(input_files, reason=only_lines)
        write_documents = None
    else:
        input_file = input_files[0] if input_files else None
        write_documents = open_input(input_file, output_file, **options)

    if not write_documents:
        for file in input_files:
            expect_readable(file)
    return write_documents


def _warn_of_file_names(texts: tuple[str, ...]) -> None:
    """Says that the name of a file is translated, where its lines may have been meant."""
    for text in texts:
        if os.path.isfile(text):
            click.echo(
                f"Warning: {text} is a file, and its name is translated. "
                f"To translate its lines: --input {quote(text)}",
                err=True,
            )


def _bytes_of(texts: Sequence[str], files: Sequence[str]) -> float:
    """The size of what is to be translated; infinite where nothing tells it.

    A pipe, a folder and a compressed file may hold any number of sentences.
    """
    if "-" in (*texts, *files) or not (texts or files or sys.stdin.isatty()):
        return math.inf
    if not all(map(os.path.isfile, files)) or any(file.endswith(_COMPRESSED) for file in files):
        return math.inf

    written = sum(len(text.encode(errors="replace")) for text in texts)
    return written + sum(map(os.path.getsize, files))


def _expect_no_ranking() -> None:
    """Refuses the options that only a beam has.

    Raises:
        InputError: One of them was given.
    """
    for name in ("beam_size", "length_penalty"):
        if is_given(name):
            raise InputError(
                f"Expected --{name.replace('_', '-')} with beam search. "
                "Received: it with random draws. Leave one out."
            )


def _translations(stream: Stream, groups: Iterable[Iterable[str]]) -> Iterator[Translation]:
    """The translations of all groups; the draws of a sentence follow from its number in all."""
    first = 0
    for sentences in groups:
        for translation in stream(sentences, first=first):
            first += 1
            yield translation


def _open_languages(models: Sequence[Path], to: str | None) -> Languages:
    """The languages of a model of which none was named; none of others."""
    if to is not None or is_tflite(models):
        return Languages()
    return ModelDirectory(models[0]).read_configuration().corpus.spoken


def _texts(
    stream: Stream,
    languages: Languages,
    documents: Sequence[Sequence[str]],
    *,
    first: int,
    places: Sequence[str],
) -> list[str]:
    """The best translation of each text of documents.

    Random draws follow from the numbers of the texts, from `first`; notices name their `places`.
    """
    from seq2seq.translation.target_language import translate_documents

    translations = translate_documents(documents, stream, languages, first=first)
    return [translation.text for translation in with_places(translations, places)]
