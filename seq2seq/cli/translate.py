"""`seq2seq translate`: text arguments, a file, standard input or a prompt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.command import Command, argument, option_group
from seq2seq.cli.documents import document_options, open_input
from seq2seq.cli.notices import with_notices, with_places
from seq2seq.cli.options import (
    ENSEMBLE,
    SPLIT_SENTENCES,
    find_models,
    glossary_option,
    is_given,
    model_option,
    read_glossary,
    search_options,
    write_or_print,
)
from seq2seq.cli.sentences import expect_utf8, sentence_groups
from seq2seq.cli.streams import Stream, is_tflite, tflite_stream, translator_stream
from seq2seq.cli.values import FILE, Choice, Number, WholeNumber
from seq2seq.data.lines import expect_readable
from seq2seq.errors import InputError
from seq2seq.search.options import SearchOptions

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation


CORPUS_FORMATS = ("tsv", "tsv-reversed")

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
    "input_file",
    type=FILE,
    metavar="FILE",
    also=["--source", "--src", "--file"],
    help="Sentences, one a line; .gz too; - is standard input. A document keeps its form. A folder "
    "of documents becomes the folder --output.",
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
    "restored, confidence. tsv: a corpus for seq2seq train, sentence TAB translation. "
    "tsv-reversed: translation TAB sentence.",
)
@_files(
    "--tag",
    metavar="WORD",
    help="With tsv or tsv-reversed: begin the first column with it, to mark synthetic text.",
)
@document_options
@model_option(ENSEMBLE + " Or a TFLite model, which has the search that it was exported with.")
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
    input_file: str | None,
    output_file: str | None,
    model_directories: tuple[Path, ...],
    glossary_file: str | None,
    output_format: str,
    tag: str | None,
    batch_size: int,
    split_sentences: bool | None,
    column: str | None,
    target_language: str | None,
    retranslate: bool,
    jobs: int,
    **search: Any,
) -> None:
    """Translate each TEXT, or the lines of a file or of standard input.

    Output line k translates input line k; with --n-best N, N lines do. The formats tsv and
    tsv-reversed leave out pairs with an empty side. An input whose name is that of a document
    becomes a document of the same kind, whose text alone is translated.
    """
    _check_files(text, input_file, output_file)
    _check_tag(tag, output_format)
    expect_utf8(search["prefix"])
    _warn_of_file_names(text)
    files = {"column": column, "target_language": target_language, "retranslate": retranslate}
    write_documents = open_input(input_file, output_file, jobs=jobs, **files)
    if input_file is not None and not write_documents:
        expect_readable(input_file)  # checked before a model is loaded

    of_text = {
        "split_sentences": split_sentences,
        "glossary": read_glossary(glossary_file),
    }
    if is_tflite(model_directories):
        stream = tflite_stream(model_directories[0], search, of_text)
    else:
        options = SearchOptions(**search)  # likewise
        if options.draws:
            _expect_no_ranking()
        more = {
            "batch_size": batch_size,
            "attention": output_format == "jsonl",
        }
        stream = translator_stream(find_models(model_directories), {**search, **more, **of_text})

    if write_documents:
        write_documents(partial(_texts, stream))
        return

    translations = with_notices(_translations(stream, sentence_groups(text, input_file)))
    if output_format in CORPUS_FORMATS:
        lines = _corpus_lines(translations, reverse=output_format == "tsv-reversed", tag=tag)
    elif output_format == "jsonl":
        lines = map(_jsonl, translations)
    else:
        lines = (_lines(translation, search["n_best"]) for translation in translations)
    write_or_print(lines, output_file)


def _check_files(text: tuple[str, ...], input_file: str | None, output_file: str | None) -> None:
    """Refuses two inputs, and an output that would replace the input.

    Raises:
        click.UsageError: There are two inputs, or input and output are one file.
    """
    if text and input_file:
        raise click.UsageError("Expected TEXT or --input FILE. Received both.")

    if input_file is None or output_file is None or not os.path.isfile(input_file):
        return
    if os.path.realpath(input_file) == os.path.realpath(output_file):
        raise click.UsageError(
            "Expected --output to be another file than --input. "
            f"Received: {output_file}, which is {input_file}."
        )


def _warn_of_file_names(texts: tuple[str, ...]) -> None:
    """Says that the name of a file is translated, where its lines may have been meant."""
    for text in texts:
        if os.path.isfile(text):
            click.echo(
                f"Warning: {text} is a file, and its name is translated. "
                f"To translate its lines: --input {quote(text)}",
                err=True,
            )


def _check_tag(tag: str | None, output_format: str) -> None:
    """Refuses a tag that a corpus cannot hold, or that nothing would be marked with.

    Raises:
        click.UsageError: The tag is blank or holds control characters, or the output is no corpus.
    """
    if tag is None:
        return
    if output_format in CORPUS_FORMATS and tag.strip() and tag.isprintable():
        return
    raise click.UsageError(
        f"Expected --tag to be a word or a few, with --format {' or '.join(CORPUS_FORMATS)}. "
        f"Received: {tag!r} with --format {output_format}."
    )


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


def _texts(stream: Stream, texts: Sequence[str], *, first: int, places: Sequence[str]) -> list[str]:
    """The best translation of each text of documents.

    Random draws follow from the numbers of the texts, from `first`; notices name their `places`.
    """
    return [translation.text for translation in with_places(stream(texts, first=first), places)]


def _lines(translation: Translation, n_best: int) -> str:
    """The lines of a sentence; empty ones where the search found fewer than `n_best`."""
    texts = [found.text for found in translation.hypotheses]
    texts += [""] * (n_best - len(texts))
    return "".join(text + "\n" for text in texts)


def _jsonl(translation: Translation) -> str:
    return json.dumps(translation.as_dict(), ensure_ascii=False) + "\n"


def _corpus_lines(
    translations: Iterable[Translation], *, reverse: bool, tag: str | None
) -> Iterator[str]:
    """The lines of a TSV corpus: a pair for each translation, unless a side is empty."""
    left_out = 0
    for translation in translations:
        for found in translation.hypotheses:
            pair = [side.replace("\t", " ").strip() for side in (translation.source, found.text)]
            if all(pair):
                source, target = reversed(pair) if reverse else pair
                yield f"{tag.strip()} {source}\t{target}\n" if tag else f"{source}\t{target}\n"
            else:
                left_out += 1

    if left_out:
        pairs = "pair" if left_out == 1 else "pairs"
        click.echo(f"Left out {left_out:,} {pairs} with an empty side.", err=True)
