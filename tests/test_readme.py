"""Every command in the READMEs exists with its options, and the two READMEs say the same."""

import dataclasses
import re
from pathlib import Path

import click
import pytest

from fixtures.readme import blocks, commands, parse
from seq2seq.training.presets import PRESETS, Preset, choose_preset

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "README.md", ROOT / "README.ko.md"]


def text_of(path):
    if not path.exists():
        pytest.skip(f"there is no {path.name} yet")
    return path.read_text(encoding="utf-8")


def test_parser_of_this_test_finds_commands_and_mistakes():
    text = (
        "```sh\n$ pip install . && seq2seq train a.tsv \\\n  --output m  # why\n"
        "seq2seq translate 'I am' | cat\n```\n"
    )
    assert list(commands(text)) == [["train", "a.tsv", "--output", "m"], ["translate", "I am"]]
    for words in commands(text):
        parse(words)
    for wrong in (
        ["train", "--outptu", "m"],
        ["trian"],
        ["train", "--cell", "transformer"],
        ["translate", "--beam-size", "x"],
    ):
        with pytest.raises(click.UsageError):
            parse(wrong)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_exists_with_its_options(path):
    for words in commands(text_of(path)):
        try:
            parse(words)
        except click.exceptions.Exit:
            pass  # --help, --version
        except click.UsageError as error:
            pytest.fail(f"{path.name}: seq2seq {' '.join(words)}: {error.format_message()}")


def prose_of(text):
    """The text without its code blocks."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def table_numbers(text):
    """The numbers in each row of the tables, row by row; rows without any are left out."""
    rows = [line for line in prose_of(text).splitlines() if line.lstrip().startswith("|")]
    numbers = [re.findall(r"\d+(?:[.,]\d+)*", row) for row in rows]
    return [found for found in numbers if found]


def code(text):
    """The lines of the code blocks without their comments, which are translated."""
    lines = []
    for block in blocks(text):
        for line in block.splitlines():
            line = re.sub(r"(^|\s)#.*", "", line).rstrip()
            if line:
                lines.append(line)
    return lines


def test_the_korean_readme_has_the_same_code():
    english, korean = map(text_of, FILES)
    assert code(korean) == code(english)


def test_the_korean_readme_has_the_same_numbers_in_its_tables():
    english, korean = map(text_of, FILES)
    assert table_numbers(korean) == table_numbers(english)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_links_to_files_lead_somewhere(path):
    prose = re.sub(r"`[^`\n]*`", "", prose_of(text_of(path)))
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if "://" not in target and not target.startswith("mailto:"):
            assert (ROOT / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_table_of_presets_is_that_of_the_program(path):
    # Units and layers have two fields in a column; the columns name and pairs have none.
    width = len(dataclasses.fields(Preset))
    rows = {
        row[0]: row[1:]
        for row in table_rows(text_of(path))
        if row[0] in PRESETS and len(row) == width
    }
    assert list(rows) == list(PRESETS)

    for name, (pairs, *values) in rows.items():
        if pairs != "–":
            limit = int(pairs.replace(",", ""))
            assert choose_preset(limit) == name != choose_preset(limit + 1)
        numbers = (float(part) for value in values for part in value.replace(",", "").split(" + "))
        assert tuple(numbers) == dataclasses.astuple(PRESETS[name])


def table_rows(text):
    """The cells of each line that is a row of a table."""
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
