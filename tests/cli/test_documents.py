"""`seq2seq translate` with documents: what is no text stays, and what is wrong is one line."""

import gzip

import pytest

from fixtures.commands import fails, run, succeeds

pytest_plugins = ["fixtures.commands", "fixtures.cli"]
pytestmark = pytest.mark.usefixtures("loaded_once")

SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\na b c\n\n2\n00:00:09,000 --> 00:00:10,000\nb d e\n"
TABLE = "number,text\n1,a b c\n2,b d e\n"


@pytest.fixture
def translated(reverse_translator):
    """A text with its two sentences translated; without letters they would be none."""

    def translate(text):
        for sentence in ("a b c", "b d e"):
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
    (tmp_path / "lines.txt").write_text("b c\n")
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
        "--input film.srt --jobs 2",
        "--input lines.txt --jobs 2",
        "--input .",
        "--input . --output -",
        "--input . --output out --format jsonl",
    ],
)
def test_options_of_the_other_kind_of_input_are_refused(here, reverse_model, arguments):
    result = run("translate", *arguments.split(), "--model", reverse_model)
    assert result.exit_code == 2
    assert "Expected" in result.stderr


@pytest.fixture
def tree(here):
    """A folder of documents, some of which are bad, of other files, and of what is left out."""
    folder = here / "films"
    (folder / "b" / "deep").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name, content in {
        "a.srt": SUBTITLES.encode(),
        "b/deep/a.srt": SUBTITLES.replace("\n", "\r\n").encode(),
        "b/lines.txt": b"a b c\n\nb d e\n",
        "b/table.csv": TABLE.encode(),
        "b/empty.json": b"[1]",
        "style.css": b"a {}\xff",
        "b/README": b"a b c",
        ".git/a.srt": SUBTITLES.encode(),
        ".hidden.srt": SUBTITLES.encode(),
    }.items():
        (folder / name).write_bytes(content)
    return folder


def contents(folder):
    """The bytes of all files of a folder, by name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("jobs", [(), ("--jobs", 1), ("--jobs", 2)])
def test_folder_becomes_a_folder_of_the_same_names(tree, reverse_model, translated, jobs):
    options = ("--input", "films", "--output", "out/films", "--column", "text", *jobs)
    result = succeeds("translate", *options, "--model", reverse_model)

    expected = translated(SUBTITLES).encode()
    assert contents(tree.parent / "out" / "films") == {
        "a.srt": expected,
        "b/deep/a.srt": expected.replace(b"\n", b"\r\n"),
        "b/lines.txt": translated("a b c\n\nb d e\n").encode(),
        "b/table.csv": translated(TABLE).encode(),
        "b/empty.json": b"[1]",
        "style.css": b"a {}\xff",
        "b/README": b"a b c",
    }
    assert "Copied, being of other kinds: style.css, b/README\n" in result.stderr
    assert result.stdout == ""


def test_bad_files_of_a_folder_are_a_line_each_and_stop_no_other(tree, reverse_model, translated):
    (tree / "bad.srt").write_bytes(b"\x89PNG\0")
    (tree / "bad\nname.json").write_bytes(b"{")
    (tree / "gone.html").symlink_to("nowhere")
    options = ("--input", "films", "--output", "out", "--model", reverse_model)
    result = run("translate", *options)

    assert result.exit_code == 1
    *errors, copied, count = [line for line in result.stderr.splitlines() if line[:1] != "M"]
    assert [line[:16] for line in errors] == ["Error: Expected "] * 4
    assert "films/bad.srt, which is binary" in result.stderr
    assert "films/bad�name.json" in result.stderr and "films/gone.html: No such" in result.stderr
    assert "films/b/table.csv, whose columns are: number, text" in result.stderr
    assert (copied[:6], count) == ("Copied", "Files that failed: 4")

    written = contents(tree.parent / "out")
    assert written["b/deep/a.srt"] == translated(SUBTITLES).replace("\n", "\r\n").encode()
    assert not {"bad.srt", "bad\nname.json", "gone.html", "b/table.csv"} & set(written)


def test_output_may_lie_in_the_folder_and_is_not_read_again(tree, reverse_model):
    options = ("--input", "films", "--output", "films/ko", "--column", 2, "--model", reverse_model)
    succeeds("translate", *options)
    before = contents(tree / "ko")
    succeeds("translate", *options)
    assert contents(tree / "ko") == before and "a.srt" in before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--input films --output films", "another folder than --input"),
        ("--input films/b --output films", "not one around it"),
        ("--input films --output link", "another folder than --input"),
        ("--input films --output film.srt", "Expected --output to be a folder"),
        ("--input none --output out", "which has none"),
    ],
)
def test_folder_that_cannot_be_translated_is_refused(tree, reverse_model, options, message):
    (tree.parent / "none").mkdir()
    (tree.parent / "link").symlink_to("films")
    before = contents(tree.parent)
    assert message in fails("translate", *options.split(), "--model", reverse_model)
    assert contents(tree.parent) == before


def test_draws_of_a_folder_do_not_depend_on_the_jobs(tree, reverse_model):
    written = []
    for jobs in (1, 3):
        options = ("--input", "films", "--output", f"out{jobs}", "--jobs", jobs, "--column", "text")
        succeeds("translate", *options, "--temperature", 3, "--model", reverse_model)
        written.append(contents(tree.parent / f"out{jobs}"))
    assert written[0] == written[1]
