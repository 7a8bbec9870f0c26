"""The chapters of the course: each shows what its commands make, and asks three questions."""

import re

import pytest

import pictures

CHAPTERS = sorted(path for path in pictures.COURSE.glob("[0-9]*.md") if ".ko." not in path.name)
BOTH_LANGUAGES = sorted(pictures.COURSE.glob("[0-9]*.md"))
LONGEST = 140  # lines


def name_of(path):
    return path.name


def test_chapters_are_fourteen_in_a_row():
    assert [path.name[:2] for path in CHAPTERS] == [f"{number:02}" for number in range(1, 15)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=name_of)
def test_every_picture_of_a_chapter_is_made_by_its_commands(chapter):
    found = pictures.find_pictures(chapter)

    assert found
    for picture in found:
        assert (pictures.COURSE / "pictures" / picture.name).exists()


def test_no_picture_is_left_over():
    shown = {picture.name for chapter in CHAPTERS for picture in pictures.find_pictures(chapter)}
    assert {path.name for path in (pictures.COURSE / "pictures").iterdir()} == shown


@pytest.mark.parametrize("chapter", BOTH_LANGUAGES, ids=name_of)
def test_a_chapter_has_three_questions_with_answers_and_is_short(chapter):
    text = chapter.read_text(encoding="utf-8")
    answers = re.findall(
        r"^<summary>(\d)\. [^\n]+</summary>\n\n(.+?)\n\n</details>$", text, re.MULTILINE | re.DOTALL
    )

    assert [number for number, _ in answers] == ["1", "2", "3"]
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize("chapter", BOTH_LANGUAGES, ids=name_of)
def test_both_languages_show_the_same_pictures(chapter):
    english = chapter.with_name(chapter.name.replace(".ko.md", ".md"))
    shown = [
        re.findall(r"^!\[[^\]]+\]\(pictures/([^)]+)\)$", path.read_text(encoding="utf-8"), re.M)
        for path in (chapter, english)
    ]

    assert shown[0] == shown[1] != []


def test_a_picture_that_no_command_writes_is_refused(tmp_path):
    chapter = tmp_path / "01-one.md"
    chapter.write_text("```bash\ntrue --output other.svg\n```\n\n![A](pictures/a.svg)\n")

    with pytest.raises(ValueError, match=r"one block of 01-one.md to write a.svg. Received: 0"):
        pictures.find_pictures(chapter)


def test_commands_of_a_picture_find_models_and_examples(tmp_path, capfd):
    models = tmp_path / "models"
    (models / "en-ko").mkdir(parents=True)
    chapter = tmp_path / "01-one.md"
    chapter.write_text(
        "```bash\nls examples/rnn_by_hand.py saved_models/en-ko\n"
        "make() { echo made > $2; }\nmake --output a.svg\n```\n\n![A](pictures/a.svg)\n"
    )

    [picture] = pictures.find_pictures(chapter)
    pictures.make(picture, models, tmp_path)

    assert (tmp_path / "a.svg").read_text() == "made\n"
    assert "examples/rnn_by_hand.py" in capfd.readouterr().out


def test_missing_models_are_named(tmp_path, capsys):
    (tmp_path / "en-ko").mkdir()
    with pytest.raises(SystemExit):
        pictures.main(["--models", str(tmp_path)])

    assert "Received: none of none, rnn, lstm. Train them" in capsys.readouterr().err
