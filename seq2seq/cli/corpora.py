"""Reading the sentence pairs that a command is given, and saying what is skipped of them."""

from collections.abc import Sequence

import click

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.data.stream import CorpusStream, open_corpus


def read_corpora(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    strict: bool = False,
    bundled: str = "train",
) -> Corpus:
    """Reads TSV files and parallel files as one corpus; without any, a part of the bundled one."""
    corpus = read_corpus(_pair_files(tsv, source, target, strict, bundled))
    _report_skipped(corpus)
    return corpus


def read_dev(
    dev: str | None, dev_source: str | None, dev_target: str | None, *, strict: bool = False
) -> Corpus | None:
    """Reads what `--dev`, `--dev-source` and `--dev-target` give; None where none of them is given.

    Raises:
        click.UsageError: One of `--dev-source` and `--dev-target` is given without the other.
    """
    if bool(dev_source) != bool(dev_target):
        raise click.UsageError(
            "Expected --dev-source and --dev-target together. Received only one of them."
        )
    if not dev and not dev_source:
        return None

    tsv, source, target = ([file] if file else [] for file in (dev, dev_source, dev_target))
    return read_corpora(tsv, source, target, strict=strict)


def open_corpora(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    strict: bool = False,
    bundled: str = "train",
) -> Corpus | CorpusStream:
    """Reads like `read_corpora`, but what is more than a window stays in its files."""
    corpus = open_corpus(_pair_files(tsv, source, target, strict, bundled))
    _report_skipped(corpus)
    if corpus.sample is not corpus:
        windows = f"windows of {len(corpus.sample):,}"
        click.echo(
            f"{len(corpus):,} sentence pairs: read from the files in {windows} every epoch.",
            err=True,
        )
    return corpus


def _pair_files(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    strict: bool,
    bundled: str,
) -> list[PairFiles]:
    """The files of one corpus, TSV files first; without any, a part of the bundled one.

    Raises:
        click.UsageError: There are more source files than target files, or fewer.
    """
    if len(source) != len(target):
        raise click.UsageError(
            "Expected as many --source as --target files. "
            f"Received: {len(source)} and {len(target)}. "
            "Line k of each target file translates line k of its source file."
        )

    files = [PairFiles(path, strict=strict) for path in tsv]
    files += [PairFiles(*paths, strict) for paths in zip(source, target, strict=True)]
    return files or [PairFiles(bundled_file(bundled))]


def _report_skipped(corpus: Corpus | CorpusStream) -> None:
    """Says on standard error which lines are no pairs, if there are any."""
    report = corpus.skipped_report()
    if report:
        click.echo(report, err=True)
