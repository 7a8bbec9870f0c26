"""The report of `seq2seq evaluate`: where it goes, and what it knows of models and training."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.cli.corpora import tell
from seq2seq.data.bundled import bundled_file
from seq2seq.data.corpus import PairFiles, all_pairs
from seq2seq.data.formats.columns import Columns, as_columns
from seq2seq.data.numbered import NumberedCorpus
from seq2seq.data.pairs import pair_files
from seq2seq.errors import InputError
from seq2seq.storage.directory import ModelDirectory, expect_writable
from seq2seq.storage.files import write_lines, write_text
from seq2seq.training.inputs import learns_bundled

if TYPE_CHECKING:
    from seq2seq.evaluation.report.report import Report
    from seq2seq.evaluation.report.rows import Row
    from seq2seq.evaluation.report.words import WordCounts
    from seq2seq.translation.result import Translation

SUFFIXES = (".html", ".tsv", ".json")


def expect_report(path: Path) -> None:
    """Refuses a report that could not be written, before anything is translated.

    Raises:
        InputError: The name ends in something else, or nothing can be written there.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(
            f"Expected --report to end in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}. "
            f"Received: {path}. The end of the name tells the kind of report."
        )
    expect_file(path)


def expect_file(path: Path) -> None:
    """Refuses the place of a file that could not be written.

    Raises:
        InputError: It is a directory, or nothing can be written there.
    """
    expect_writable(path)
    if path.is_dir():
        raise InputError(
            f"Expected to write {path}. Received: a directory. Give the name of a file."
        )


def expect_same_languages(model: Path, baseline: Path) -> None:
    """Refuses to compare models that are known to be of different languages.

    The scripts of their vocabularies tell; languages of one script cannot be told apart.

    Raises:
        InputError: They read or write different scripts, or a tokenizer is damaged.
    """
    from seq2seq.data.vocabulary import Vocabulary

    found = []
    for directory in map(ModelDirectory, (model, baseline)):
        files = (directory.source_tokenizer_file, directory.target_tokenizer_file)
        with directory.naming_damage():
            found.append([Vocabulary.read(file).scripts for file in files])

    for verb, one, other in zip(("reads", "writes"), *found, strict=True):
        if one and other and not set(one) & set(other):
            raise InputError(
                f"Expected a baseline of the same languages. Received: {baseline}, which {verb} "
                f"{_listed(other)}, and {model}, which {verb} {_listed(one)}. Give another."
            )


def _listed(scripts: Sequence[str]) -> str:
    return " and ".join(script.capitalize() for script in scripts)


def training_words(
    model: Path, training: Sequence[str], columns: Columns | None
) -> WordCounts | None:
    """The words of the pairs that a model has learnt; None if these are no longer where they were.

    Args:
        model: The model directory, whose configuration names them.
        training: Files of them that the user gives instead.
        columns: The columns of these files.
    """
    from seq2seq.evaluation.report.words import WordCounts

    files = _training_files(model, training, columns)
    if files is None:
        tell(
            "The training pairs are not where they were, so the report tells nothing of the "
            "frequency of words. Give them with --training."
        )
        return None
    languages = ModelDirectory(model).read_configuration().corpus.spoken
    if languages:
        several = len(files) == len(languages.pairs)
        files = [
            dataclasses.replace(part, tags=languages.tags_of(place if several else 0))
            for place, part in enumerate(files)
        ]
    return WordCounts.of(all_pairs(files, []))


def _training_files(
    model: Path, training: Sequence[str], columns: Columns | None
) -> Sequence[PairFiles] | None:
    if training:
        return pair_files(training, (), (), columns=columns)

    configuration = ModelDirectory(model).read_configuration()
    if learns_bundled(configuration):
        return [PairFiles(bundled_file("train"))]

    options = configuration.corpus
    paths = itertools.chain(options.corpus, options.source, options.target)
    if not all(Path(path).is_file() for path in paths):
        return None
    own = as_columns(options.columns or None)
    return pair_files(options.corpus, options.source, options.target, columns=own)


def rows_of(
    name: str,
    numbered: NumberedCorpus,
    translations: Sequence[Translation],
    baseline: Sequence[Translation] | None,
) -> list[Row]:
    """The rows of a corpus, for a report."""
    from seq2seq.evaluation.report.rows import make_rows

    numbers = [place + 1 for place in numbered.places]
    return make_rows(name, numbered.corpus, numbers, translations, baseline)


def write_report(path: Path, report: Report) -> None:
    """Writes a report in the form that the end of its name tells."""
    if path.suffix == ".tsv":
        from seq2seq.evaluation.report.tables import as_tsv

        write_lines(path, as_tsv(report))
    elif path.suffix == ".json":
        from seq2seq.evaluation.report.tables import as_json

        write_text(path, as_json(report))
    else:
        from seq2seq.evaluation.report.page import as_page

        write_text(path, as_page(report))
    tell(f"Wrote {path}.")
