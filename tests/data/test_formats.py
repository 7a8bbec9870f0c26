"""The files that people have: what each gives, and the one line for what is wrong with it."""

import gzip
import io
import json
import zipfile

import pytest

from seq2seq.data.corpus import Corpus, PairFiles, read_corpus
from seq2seq.data.formats import memory, workbook
from seq2seq.data.formats.columns import as_columns, is_header
from seq2seq.data.formats.separated import written_by_excel
from seq2seq.data.pairs import as_corpus
from seq2seq.errors import InputError

SOURCE = ["I am Yusol.", 'He said "yes".', "I eat bread, every day."]
TARGET = ["나는 유솔이야.", '그는 "네"라고 말했어.', "나는 매일, 빵을 먹어."]
ROWS = [["English", "Korean"], *zip(SOURCE, TARGET, strict=True)]


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set('",;\n\t') else cell


def as_table(rows, delimiter=",", end="\r\n", mark="\ufeff"):
    return (mark + "".join(delimiter.join(map(quoted, row)) + end for row in rows)).encode()


def as_workbook(rows, title="Pairs"):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_memory(pairs, header='srclang="en"', before="", extra=""):
    units = "".join(
        f'<tu><tuv xml:lang="ko-KR"><seg>{target}</seg></tuv>'
        f'<tuv xml:lang="en-US"><seg>{source}</seg></tuv></tu>\n'
        for source, target in pairs
    )
    return (
        f'<?xml version="1.0"?>{before}<tmx version="1.4"><header {header}/><body>\n{units}{extra}'
        "</body></tmx>"
    )


def as_xliff(pairs):
    units = "".join(
        f'<trans-unit id="{place}"><source>{source}</source><target>{target}</target></trans-unit>'
        for place, (source, target) in enumerate(pairs)
    )
    return (
        '<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file original="x" '
        f'source-language="en-US" target-language="ko"><body>{units}</body></file></xliff>'
    )


def as_xliff_2(pairs):
    units = "".join(
        f'<unit id="{place}"><segment><source>{source}</source><target>{target}</target></segment>'
        "</unit>"
        for place, (source, target) in enumerate(pairs)
    )
    return (
        '<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" '
        f'trgLang="ko"><file id="f">{units}</file></xliff>'
    )


def as_json(rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


PAIRS = list(zip(SOURCE, TARGET, strict=True))
FILES = {
    "pairs.tsv": as_table(PAIRS, "\t"),
    "headed.tsv": as_table(ROWS, "\t"),
    "pairs.csv": as_table(ROWS),
    "semicolons.csv": as_table(ROWS, ";"),
    "tabs.csv": as_table(ROWS, "\t", mark=""),
    "sep.csv": b"sep=;\r\n" + as_table(ROWS, ";", mark=""),
    "pairs.xlsx": as_workbook(ROWS),
    "headless.xlsx": as_workbook(PAIRS),
    "memory.tmx": as_memory(PAIRS),
    "utf16.tmx": as_memory(PAIRS).replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"),
    "typed.tmx": as_memory(PAIRS, before='<!DOCTYPE tmx SYSTEM "tmx14.dtd">'),
    "one.xliff": as_xliff(PAIRS),
    "two.xlf": as_xliff_2(PAIRS),
    "pairs.jsonl": as_json({"source": source, "target": target} for source, target in PAIRS),
    "hub.jsonl": as_json({"id": 1, "translation": {"en": en, "ko": ko}} for en, ko in PAIRS),
    "arrays.jsonl": as_json(PAIRS),
}


@pytest.fixture
def write(tmp_path):
    """Writes a file into the test's folder and returns its path as a string."""

    def write_file(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write_file


def read(path, columns=None, **options):
    return read_corpus([PairFiles(path, columns=as_columns(columns), **options)])


def message_of(path, columns=None):
    """Returns the message of the InputError, which is one line that names the file."""
    with pytest.raises(InputError) as caught:
        read(path, columns)
    message = str(caught.value)
    assert "\n" not in message and message.startswith("Expected ") and "Received: " in message
    assert path in message
    return message


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_pairs(write, name, packed):
    content = FILES[name]
    content = content.encode() if isinstance(content, str) else content
    path = write(f"{name}.gz", gzip.compress(content)) if packed else write(name, content)
    corpus = read(path, strict=True)
    assert (corpus.source, corpus.target) == (SOURCE, TARGET)


@pytest.mark.parametrize("name", ["pairs.xlsx", "pairs.csv", "memory.tmx", "one.xliff", "two.xlf"])
def test_columns_turn_the_direction(write, name):
    corpus = read(write(name, FILES[name]), "ko,en")
    assert (corpus.source, corpus.target) == (TARGET, SOURCE)


@pytest.mark.parametrize("columns", ["English,Korean", "english,KOREAN", "en,ko", "2,4", (2, 4)])
def test_columns_are_known_by_name_number_and_language(write, columns):
    rows = [["No.", "English", "Note", "Korean"]]
    rows += [[str(k), source, "", target] for k, (source, target) in enumerate(PAIRS)]
    for name, content in (("a.csv", as_table(rows)), ("a.xlsx", as_workbook(rows))):
        corpus = read(write(name, content), columns)
        assert (corpus.source, corpus.target) == (SOURCE, TARGET)
        assert "row 1 is a header and no pair: 'No.', 'English'" in corpus.skipped_report()


def test_wide_table_has_the_two_columns_that_its_header_tells(write):
    rows = [["No.", "Target", "Source"], ["1", "b", "a"]]
    corpus = read(write("a.csv", as_table(rows)))
    assert (corpus.source, corpus.target) == (["a"], ["b"])
    assert "source: 'Source', target: 'Target'" in corpus.skipped_report()


def test_table_of_two_without_a_header_stands_as_it_is_beside_others(write):
    corpus = read(write("dev.tsv", "a\tb\n"), "English,Korean")
    assert corpus.source == ["a"]
    assert "it has no header, so its two columns are taken as they stand" in corpus.skipped_report()


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("English", "Korean", True),
        ("en", "ko", True),
        ("en-US", "한국어", True),
        ("Source text", "target_text", True),
        ("English (US)", "German", True),
        ("English", "영어", False),
        ("English", "anglais", False),
        ("I am Yusol.", "나는 유솔이야.", False),
        ("source", "나는", False),
        ("no", "nein", False),
    ],
)
def test_header_names_two_sides_and_is_no_pair_of_words(source, target, expected):
    assert is_header(source, target) is expected


def test_header_of_a_tsv_file_is_no_pair_and_is_said(write):
    corpus = read(write("a.tsv", "source\ttarget\na\tb\n"))
    assert (corpus.source, corpus.target) == (["a"], ["b"])
    assert "line 1 is a header and no pair: 'source', 'target'" in corpus.skipped_report()
    assert read(write("b.tsv", "a\tb\nsource\ttarget\n")).source == ["a", "source"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"He said ""yes""."\t"x ""y"""\n', True),
        ('"a, b"\tc\n"d, e"\tf\n"g, h"\ti\n', True),
        ('"Hello."\t"안녕."\n', False),
        ('"Hello," he said.\t"x ""y"""\n', False),
        ('"a, b"\tc\n"d, e"\tf\n"g, h"\ti, j\n', False),
        ('"Open.\tAuf.\nClosed."\tZu.\n', False),
        ("plain\ttext\n", False),
    ],
)
def test_marks_of_excel_are_told_from_quotations(text, expected):
    assert written_by_excel(text) is expected


def test_quotations_in_a_tsv_file_stay(write):
    corpus = read(write("a.tsv", '"Hello," he said.\t"Hallo", sagte er.\n"Yes."\t"Ja."\n'))
    assert corpus.source == ['"Hello," he said.', '"Yes."']
    assert corpus.skipped_report() == ""


def test_line_break_in_a_cell_is_a_space(write):
    rows = [["I eat bread,\nevery day.", "나는\r\n먹어."], ["a", "b"]]
    for name, content in (("a.csv", as_table(rows)), ("a.xlsx", as_workbook(rows))):
        corpus = read(write(name, content))
        assert (corpus.source[0], corpus.target[0]) == ("I eat bread, every day.", "나는 먹어.")


def test_faulty_rows_are_counted_by_their_row(write):
    path = write("a.csv", 'a,b\n,\nonly\n"x\ny",\nc,d,e\nf,g,,\n')
    corpus = read(path)
    assert corpus.source == ["a", "f"]
    report = corpus.skipped_report()
    assert f"Skipped 4 of 6 rows of {path}:" in report
    assert "row 3 (with too few cells): 'only'" in report
    assert "row 4 (with an empty side)" in report and "row 5 (with too many cells)" in report


def test_numbers_and_blank_rows_of_a_workbook_are_text_and_nothing(write):
    rows = [["a", 3], [None, None], ["b", 2.5], ["c", 4.0], [None, "  "], [None, None]]
    corpus = read(write("a.xlsx", as_workbook(rows)))
    assert corpus.target == ["3", "2.5", "4"]
    assert "1 blank" in corpus.skipped_report() and "Skipped 1 of 4 rows" in corpus.skipped_report()


def test_marks_in_a_segment_go_and_placeholders_stay(write):
    source = (
        'I am <bpt i="1">&lt;b&gt;</bpt>Yusol<ept i="1">&lt;/b&gt;</ept>, <hi>and</hi> you have '
        "<ph>{count}</ph> files<ph>\\n</ph>."
    )
    corpus = read(write("a.tmx", as_memory([(source, "나")])))
    assert corpus.source == ["I am Yusol, and you have {count} files."]


def test_units_without_a_translation_are_counted(write):
    only = '<tu><tuv xml:lang="en"><seg>Only</seg></tuv></tu>'
    report = read(write("a.tmx", as_memory(PAIRS, extra=only))).skipped_report()
    assert "1 of 4 units" in report and "unit 4 (without one of the languages): 'en'" in report
    one = as_xliff(PAIRS).replace("<target>", '<target state="new">', 1)
    report = read(write("a.xliff", one)).skipped_report()
    assert "unit 1 (without a translation): 'I am Yusol.'" in report


def test_third_language_of_a_memory_needs_columns(write):
    third = '<tu><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="fr"><seg>b</seg></tuv></tu>'
    path = write("a.tmx", as_memory(PAIRS, extra=third))
    assert "unit 4 has 'fr' beside en-US and ko-KR" in message_of(path)
    assert read(path, "en,fr").target == ["b"]
    assert "Expected the languages en and fr" in message_of(
        write("a.xliff", as_xliff(PAIRS)), "en,fr"
    )


ENTITY = '<!DOCTYPE tmx [<!ENTITY a "b">]>'
EXTERNAL = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BOOK = as_workbook(ROWS)
BAD = {
    "cut.tmx": (as_memory(PAIRS)[:-40], "damaged or cut short after unit 2: no element found"),
    "words.tmx": ("a\tb\n", "damaged or cut short after unit 0"),
    "entity.tmx": (as_memory(PAIRS, before=ENTITY), "after unit 0: EntitiesForbidden"),
    "external.tmx": (as_memory(PAIRS, before=EXTERNAL), "EntitiesForbidden"),
    "unknown.tmx": (as_memory([("a &nbsp; b", "c")]), "undefined entity"),
    "deep.tmx": (as_memory([("<hi>" * 200 + "</hi>" * 200, "a")]), "at most 100 elements"),
    "empty.tmx": (as_memory([]), "an empty file"),
    "cut.xliff": (as_xliff(PAIRS)[:-60], "damaged or cut short"),
    "cut.xlsx": (BOOK[:-200], "which is cut short or damaged"),
    "text.xlsx": ("a,b\n", "which is no workbook"),
    "old.xlsx": (b"\xd0\xcf\x11\xe0" + bytes(99), "of the old format .xls or has a password"),
    "old.xls": (b"\xd0\xcf\x11\xe0" + bytes(99), "Save it as .xlsx"),
    "zip.csv": (BOOK, "which is a ZIP file"),
    "zip.tsv": (BOOK, "a name that ends in .xlsx"),
    "xml.csv": (as_memory(PAIRS), "which is XML"),
    "quote.csv": ('a,b\n"c,d\ne,f\n', "row 2, which begins in line 2"),
    "mark.csv": ('a,b\n"c" d,e\n', "row 2, which begins in line 2: ',' expected"),
    "one.csv": ("only one\n", "whose first row has one: 'only one'"),
    "three.csv": ("a,b,c\n", "whose first row is: a, b, c. Name the source's"),
    "header.csv": ("English,Korean\n", "a header and nothing below it"),
    "empty.csv": ("", "an empty file"),
    "korean.csv": ("나,너\n".encode("cp949"), "iconv -f cp949"),
    "gone.jsonl": ("no\n\n", "2 of 2 lines of"),
    "whole.json": ("[\n{}\n]\n", "one document over many lines"),
    "many.jsonl": ('{"a": "b", "c": "d", "e": "f"}\n', "whose first row is: a, c, e"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_used_is_named_in_one_line(write, name):
    content, fragment = BAD[name]
    assert fragment in message_of(write(name, content))


def test_part_of_a_workbook_that_is_damaged_is_named_by_its_row(write):
    parts = zipfile.ZipFile(io.BytesIO(BOOK))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part in parts.namelist():
            content = parts.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = content[: content.index(b'<row r="3"') + 30]
            archive.writestr(part, content)
    assert "cannot be read at row 3" in message_of(write("a.xlsx", stream.getvalue()))


def test_what_unpacks_to_too_much_is_refused_before_it_is(write, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_BYTES", 1000)
    assert "at most 0 MiB" in message_of(write("a.xlsx", BOOK))
    assert "which is larger" in message_of(write("a.xlsx.gz", gzip.compress(BOOK)))
    monkeypatch.setattr(memory, "_MOST_BYTES", 1000)
    bomb = as_memory([("a" * 100_000, "b")])
    assert "hold none" in message_of(write("a.tmx.gz", gzip.compress(bomb.encode())))


@pytest.mark.parametrize("name", ["a.tmx.gz", "a.xlsx.gz", "a.csv.gz", "a.jsonl.gz"])
def test_gzip_that_was_cut_is_refused(write, name):
    content = {"tmx": as_memory(PAIRS * 999).encode(), "xlsx": BOOK}.get(name.split(".")[1])
    packed = gzip.compress(content or as_table(PAIRS * 999))
    assert "Expected a complete gzip file" in message_of(write(name, packed[:-30]))


@pytest.mark.parametrize(
    ("columns", "fragment"),
    [
        ("English,Deutsch", "Expected a column 'Deutsch'. Received: "),
        ("English,7", "Expected a column '7'"),
        ("Note,Korean", "Expected one column 'Note'. Received: "),
        ("English,2", "Received: English,2"),
        ("English,en", "which are one"),
    ],
)
def test_columns_that_are_not_there_once_are_named(write, columns, fragment):
    rows = [["English", "Korean", "Note", "Note"], ["a", "b", "c", "d"]]
    path = write("a.csv", as_table(rows))
    if columns == "English,2":
        assert read(path, columns).source == ["a"]
    else:
        assert fragment in message_of(path, columns)


@pytest.mark.parametrize("columns", ["English", "a,b,c", "a,a", ("a",), 7, "a,"])
def test_columns_are_two(columns):
    with pytest.raises(InputError, match="Expected two columns, .* English,Korean or 1,2"):
        as_columns(columns)


def test_column_name_may_hold_a_comma():
    assert as_columns('"Text, English",Korean') == ("Text, English", "Korean")


def test_missing_package_is_named_with_how_to_install_it(write, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    with pytest.raises(InputError, match=r'extra "data".*pip install "seq2seq\[data\]"'):
        read(write("a.xlsx", BOOK))


class Frame:
    """What a data frame can do, as far as it is needed."""

    def __init__(self, **columns):
        self._columns = columns
        self.columns = list(columns)
        self.shape = (1, len(columns))

    def __getitem__(self, name):
        return self._columns[name]


def test_data_frame_is_read_like_a_table():
    frame = Frame(number=[1, 2, 3], English=["a", float("nan"), " c "], Korean=["가", "나", "다"])
    for columns in (None, "en,ko", (2, 3)):
        corpus = as_corpus(frame, columns=columns)
        assert (corpus.source, corpus.target) == (["a", "c"], ["가", "다"])
        assert "1 of 3 rows of the data frame: 1 with an empty side" in corpus.skipped_report()
    with pytest.raises(InputError, match="Expected a column 'German'"):
        as_corpus(frame, columns="German,Korean")
    with pytest.raises(InputError, match=r"row 2 \(with an empty side\)"):
        as_corpus(frame, strict=True)


def test_memory_does_not_grow_with_the_file(write):
    import tracemalloc

    def most(count):
        path = write(f"{count}.tmx", as_memory(PAIRS * count))
        tracemalloc.start()
        assert sum(1 for _ in PairFiles(path).pairs([])) == 3 * count
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert most(2000) < 1.5 * most(500)


def test_corpus_of_a_file_equals_the_corpus_of_its_pairs(write):
    assert read(write("pairs.jsonl", FILES["pairs.jsonl"])) == Corpus(SOURCE, TARGET)
