"""Which reader a file of sentence pairs has, by the end of its name."""

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from seq2seq.data.formats.columns import Columns
from seq2seq.data.formats.json_lines import json_pairs
from seq2seq.data.formats.memory import memory_pairs, translation_pairs
from seq2seq.data.formats.separated import comma_separated_pairs, tab_separated_pairs
from seq2seq.data.formats.workbook import workbook_pairs
from seq2seq.data.lines import FilePath, expect_readable, file_name
from seq2seq.data.skipped_lines import SkippedLines
from seq2seq.errors import InputError

Reader = Callable[[FilePath, Columns | None, SkippedLines], Iterator[tuple[str, str]]]


class Format(NamedTuple):
    """A kind of file: what each part of it should be, in the words of a message, and its reader."""

    part: str
    read: Reader


_TSV = Format(
    "every line of {} to be a source sentence, a TAB and a target sentence", tab_separated_pairs
)
_ROW = "a sentence in both columns in every row of {}"
_UNIT = "a segment in both languages in every unit of {}"
_FORMATS = {
    ".csv": Format(_ROW, comma_separated_pairs),
    ".xlsx": Format(_ROW, workbook_pairs),
    ".xlsm": Format(_ROW, workbook_pairs),
    ".tmx": Format(_UNIT, memory_pairs),
    ".xlf": Format(_UNIT, translation_pairs),
    ".xliff": Format(_UNIT, translation_pairs),
    ".sdlxliff": Format(_UNIT, translation_pairs),
    ".mxliff": Format(_UNIT, translation_pairs),
    ".json": Format("both sides as text on every line of {}", json_pairs),
    ".jsonl": Format("both sides as text on every line of {}", json_pairs),
    ".ndjson": Format("both sides as text on every line of {}", json_pairs),
}
_ADVICE = {
    ".xls": "Save it as .xlsx.",
    ".ods": "Save it as .xlsx.",
    ".numbers": "Export it as .xlsx.",
    ".parquet": "Read it with pandas, and give the data frame to seq2seq.train.",
}


def format_of(path: FilePath, columns: Columns | None = None) -> Format:
    """Returns the format of a file; a file of no other format is TSV.

    Raises:
        InputError: The name tells a format that is not read.
    """
    ending = os.path.splitext(os.fspath(path).casefold().removesuffix(".gz"))[1]
    if ending in _ADVICE:
        expect_readable(path)
        raise InputError(
            "Expected a file of sentence pairs: .tsv, .csv, .xlsx, .tmx, .xliff or .jsonl. "
            f"Received: {file_name(path)}. {_ADVICE[ending]}"
        )
    if ending in _FORMATS:
        return _FORMATS[ending]

    in_columns = Format(_ROW, tab_separated_pairs)
    return _TSV if columns is None else in_columns
