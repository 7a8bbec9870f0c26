"""Reading the sentence pairs that a command is given, and saying what is skipped of them."""

from collections.abc import Sequence

import click

from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.data.formats.columns import Columns
from seq2seq.data.numbered import NumberedCorpus, read_numbered
from seq2seq.data.pairs import pair_files
from seq2seq.storage.options import CorpusOptions
from seq2seq.training.inputs import tell_skipped


def read_corpora(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    strict: bool = False,
    columns: Columns | None = None,
    bundled: str = "train",
) -> Corpus:
    """Reads files of pairs and parallel files as one corpus; without any, a part of the bundled."""
    _expect_as_many(source, target)
    files = pair_files(tsv, source, target, strict=strict, columns=columns)
    corpus = read_corpus(files or [PairFiles(bundled_file(bundled))])
    tell_skipped(corpus, tell)
    return corpus


def read_numbered_corpora(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    columns: Columns | None = None,
    bundled: str = "train",
) -> NumberedCorpus:
    """As `read_corpora`, with the line of each pair."""
    _expect_as_many(source, target)
    files = pair_files(tsv, source, target, columns=columns)
    numbered = read_numbered(files or [PairFiles(bundled_file(bundled))])
    tell_skipped(numbered.corpus, tell)
    return numbered


def read_each(
    tsv: Sequence[str],
    source: Sequence[str],
    target: Sequence[str],
    *,
    columns: Columns | None = None,
) -> dict[str, NumberedCorpus]:
    """Each file of pairs, and each two parallel files, as a corpus named by its first file.

    Raises:
        click.UsageError: A file is named twice, or there are more source files than target files,
            or fewer.
    """
    _expect_as_many(source, target)
    names = [*tsv, *source]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise click.UsageError(f"Expected each file once. Received: {twice} twice.")

    of_pairs = {name: read_numbered_corpora([name], (), (), columns=columns) for name in tsv}
    parallel = {
        name: read_numbered_corpora((), [name], [other])
        for name, other in zip(source, target, strict=True)
    }
    return of_pairs | parallel


def tell(text: str) -> None:
    """Shows a line on standard error."""
    click.echo(text, err=True)


def read_dev(dev: str | None, dev_source: str | None, dev_target: str | None) -> Corpus | None:
    """Reads what `--dev`, `--dev-source` and `--dev-target` give; None where none of them is given.

    Raises:
        click.UsageError: One of `--dev-source` and `--dev-target` is given without the other.
    """
    expect_parallel(CorpusOptions(dev_source=dev_source, dev_target=dev_target))
    if not dev and not dev_source:
        return None

    tsv, source, target = ([file] if file else [] for file in (dev, dev_source, dev_target))
    return read_corpora(tsv, source, target)


def expect_parallel(options: CorpusOptions) -> None:
    """Refuses text files without their other side.

    Raises:
        click.UsageError: There are more source files than target files, or fewer.
    """
    _expect_as_many(options.source, options.target)
    if bool(options.dev_source) != bool(options.dev_target):
        raise click.UsageError(
            "Expected --dev-source and --dev-target together. Received only one of them."
        )


def _expect_as_many(source: Sequence[str], target: Sequence[str]) -> None:
    if len(source) != len(target):
        raise click.UsageError(
            "Expected as many --source as --target files. "
            f"Received: {len(source)} and {len(target)}. "
            "Line k of each target file translates line k of its source file."
        )
