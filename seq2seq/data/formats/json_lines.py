"""JSON lines: an object with both sides on every line, or an array of two strings.

An object has the sides under the names of columns, or under codes of languages in an object
`translation`, as collections on the Hugging Face hub do.

Reference: https://jsonlines.org
"""

import json
from collections.abc import Iterator

from seq2seq.data.formats.columns import Columns, Picked, pick_columns
from seq2seq.data.formats.rows import as_sentence
from seq2seq.data.lines import FilePath, decoded_lines
from seq2seq.data.skipped_lines import BLANK, EMPTY_SIDE, SkippedLines
from seq2seq.errors import InputError, is_utf8

NO_JSON = "with no JSON"
NO_SIDES = "without text on both sides"

Fields = dict[str, object]


def json_pairs(
    path: FilePath, columns: Columns | None, found: SkippedLines
) -> Iterator[tuple[str, str]]:
    """Yields the pairs of a file of JSON lines, and counts the lines that are none.

    Raises:
        InputError: The file is one JSON document over many lines, or the first object does not
            tell which of its fields are the sides.
    """
    names: tuple[str, str] | None = None
    for line in decoded_lines(path):
        found.total += 1
        text = line.strip()
        fields = _fields(text)
        if fields is None:
            if found.total == 1 and text in ("[", "{"):
                raise InputError(
                    f"Expected JSON lines, one object a line. Received: {found.name}, one document "
                    "over many lines. Convert it, for example with jq -c '.[]'."
                )
            found.add(found.total, NO_JSON if text else BLANK, line)
            continue

        names = names or _names(fields, columns, found.name)
        sides = [fields.get(name) for name in names]
        if not all(isinstance(side, str) and is_utf8(side) for side in sides):
            found.add(found.total, NO_SIDES, line)
            continue

        source, target = (as_sentence(str(side)) for side in sides)
        if source and target:
            yield source, target
        else:
            found.add(found.total, EMPTY_SIDE, line)


def _fields(text: str) -> Fields | None:
    """The fields of a line by name, those of an array by number; None where it has none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None

    if isinstance(value, list):
        return {str(place): item for place, item in enumerate(value, start=1)}
    if isinstance(value, dict) and isinstance(value.get("translation"), dict):
        return value["translation"]
    return value if isinstance(value, dict) else None


def _names(fields: Fields, columns: Columns | None, name: str) -> tuple[str, str]:
    """The names of both sides, by the first line."""
    known = list(fields)
    if columns is None:
        texts = [name for name in known if isinstance(fields[name], str)]
        known = texts if len(texts) == 2 else known

    picked: Picked = pick_columns(known, columns, name)
    return known[picked.source], known[picked.target]
