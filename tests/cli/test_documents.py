"""`seq2seq translate` with documents: what is no text stays, and what is wrong is one line."""

import gzip

import pytest

from fixtures.commands import fails, run, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\na 1 2\n\n2\n00:00:09,000 --> 00:00:10,000\nb 3 4\n"
TABLE = "number,text\n1,a 1 2\n2,b 3 4\n"


@pytest.fixture
def translated(reverse_translator):
    """A text with its two sentences translated; without letters they would be none."""

    def translate(text):
        for sentence in ("a 1 2", "b 3 4"):
            text = text.replace(sentence, reverse_translator.translate(sentence))
        return text

    return translate


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The folder of the documents, in which the commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film.srt").write_text(SUBTITLES)
    (tmp_path / "table.csv").write_text(TABLE)
    (tmp_path / "pairs.tsv").write_text(TABLE.replace(",", "\t"))
    (tmp_path / "letter.docx").write_text("no archive")
    (tmp_path / "lines.txt").write_text("1 2\n")
    return tmp_path


def test_text_of_a_document_is_translated_and_all_else_stays(here, reverse_model, translated):
    expected = translated(SUBTITLES)
    assert expected != SUBTITLES
    model = ("--model", reverse_model)
    succeeds("translate", "--input", "film.srt", "--output", "out.srt", *model)
    assert (here / "out.srt").read_text() == expected
    assert succeeds("translate", "--input", "film.srt", *model).stdout == expected
    succeeds("translate", "--input", "film.srt", "--output", "out.srt.gz", *model)
    assert gzip.decompress((here / "out.srt.gz").read_bytes()).decode() == expected


def test_column_of_a_table_is_translated(here, reverse_model, translated):
    expected = translated(TABLE)
    for name, comma in (("table.csv", ","), ("pairs.tsv", "\t")):
        options = ("--input", name, "--column", "text", "--model", reverse_model)
        assert succeeds("translate", *options).stdout == expected.replace(",", comma)


def test_tsv_without_a_column_is_lines(here, reverse_model):
    result = succeeds("translate", "--input", "pairs.tsv", "--model", reverse_model)
    assert len(result.stdout.splitlines()) == 3


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("letter.docx", "Expected a Word document (.docx). Received: letter.docx"),
        ("table.csv", "Name the column to translate."),
        ("missing.srt", "missing.srt: No such file"),
    ],
)
def test_what_is_no_document_of_its_name_is_one_line(here, reverse_model, name, message):
    options = ("--input", name, "--output", "out", "--model", reverse_model)
    assert message in fails("translate", *options)
    assert not (here / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        "--input lines.txt --column 1",
        "--input pairs.tsv --retranslate",
        "--target-language ko",
        "--input film.srt --column 1",
        "--input film.srt --format jsonl",
        "--input film.srt --n-best 2",
    ],
)
def test_options_of_the_other_kind_of_input_are_refused(here, reverse_model, arguments):
    result = run("translate", *arguments.split(), "--model", reverse_model)
    assert result.exit_code == 2
    assert "Expected" in result.stderr
