"""What the command says of words that were copied or put back: little, and nothing odd."""

import dataclasses

import pytest

from seq2seq.cli.notices import with_notices, with_places
from seq2seq.translation.result import Hypothesis, Translation


def translation(copied=(), restored=()):
    hypothesis = Hypothesis("x", 0.0, ["x", "</s>"], restored=[*restored])
    return Translation("x", [hypothesis], [], copied=[*copied])


def said(capsys, translations):
    assert list(with_notices(translations)) == translations
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_lines_with_copied_and_restored_words_are_named(capsys):
    plain = translation()
    assert said(capsys, [plain, translation(["東京"]), translation(["a"], ["12"]), plain]) == [
        "Line 2: copied what the model cannot read: 東京.",
        "Line 3: copied what the model cannot read: a. put back what the search lost: 12.",
    ]


@pytest.mark.parametrize("count, last", [(6, "1 more line has"), (20, "15 more lines have")])
def test_many_lines_are_counted(capsys, count, last):
    lines = said(capsys, [translation(["東京"])] * count)
    assert len(lines) == 6
    assert lines[-1].startswith(last)


def test_texts_of_documents_are_named_by_their_places(capsys):
    cut = dataclasses.replace(translation(), cut=True)
    texts = [translation(), translation(["東京"]), cut]
    assert list(with_places(texts, ["a.srt, line 1", "a.srt, line 4", "b\x1b.md, line 9"])) == texts
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a.srt, line 4: copied what the model cannot read: 東京."
    assert lines[1].endswith("md, line 9: is too long: only its beginning was translated.")
    assert all(map(str.isprintable, lines)) and len(lines) == 2

    list(with_places([cut] * 7, ["a"] * 7))
    assert capsys.readouterr().err.splitlines()[-1] == "2 more texts have such notices."


def test_notices_hold_no_control_characters(capsys):
    (line,) = said(capsys, [translation(restored=['<a title="\x1b[2J\n">'])])
    assert line.isprintable()


def test_long_lists_are_cut(capsys):
    (line,) = said(capsys, [translation(list("abcdefgh"))])
    assert line.endswith("a, b, c, d, e, ….")
