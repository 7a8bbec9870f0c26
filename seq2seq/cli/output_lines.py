"""The lines that `seq2seq translate` writes: texts, JSON objects, or a corpus."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seq2seq.translation.result import Translation

CORPUS_FORMATS = ("tsv", "tsv-reversed")


def check_tag(tag: str | None, output_format: str) -> None:
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


def rendered(
    translations: Iterable[Translation], *, output_format: str, n_best: int, tag: str | None
) -> Iterable[str]:
    """The lines of the output, as soon as there is a translation for each."""
    if output_format in CORPUS_FORMATS:
        return _corpus_lines(translations, reverse=output_format == "tsv-reversed", tag=tag)
    if output_format == "jsonl":
        return map(_jsonl, translations)
    return (_lines(translation, n_best) for translation in translations)


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
