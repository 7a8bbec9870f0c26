"""Tables: one column is translated; other cells, quotation marks and line ends stay."""

import csv
import io
import random

import pytest

from seq2seq.errors import InputError

CSV = """English,KOREAN,"NO ""TE\"""
"i am yusol.",A,
"he said ""yes"".","B, C",D

"i eat bread,
every day.","E
F",G
i drink tea,H
=SUM(A1),I,J
42,K
"""


def test_segments_are_the_cells_of_the_column(opened):
    assert opened("a.csv", CSV, column="English").segments == [
        "i am yusol.",
        'he said "yes".',
        "i eat bread, every day.",
        "i drink tea",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_identity_keeps_every_byte(unchanged, line_end, mark, delimiter):
    content = (mark + CSV.replace(",", delimiter).replace("\n", line_end)).encode()

    assert unchanged("a.csv", content, column="English") == content
    assert unchanged("a.csv", content.rstrip(), column=1) == content.rstrip()


def test_translation_changes_the_column_alone(shouted):
    rendered = shouted("a.csv", CSV, column="English")

    assert rendered.lower() == CSV.lower()
    assert "I EAT BREAD,\nEVERY DAY." in rendered
    assert rendered.startswith("English,KOREAN")
    assert "yusol" not in rendered


def test_column_by_number_translates_the_first_line_too(opened):
    assert opened("a.csv", "Hello,x\nWorld,y\n", column=1).segments == ["Hello", "World"]
    assert opened("a.csv", "Hello,x\nWorld,y\n", column="1").segments == ["Hello", "World"]
    assert opened("a.csv", "Hello\nWorld\n").segments == ["Hello", "World"]


def test_delimiter_is_the_most_frequent_one_or_what_excel_names(opened):
    assert opened("a.csv", "a;b\nHello, you;2\n", column="a").segments == ["Hello, you"]
    assert opened("a.csv", "sep=|\r\na|b\r\nHello, you|2\r\n", column="a").segments == [
        "Hello, you"
    ]


def test_translation_that_needs_quotation_marks_gets_them(opened):
    document = opened("a.csv", "a,b\nyes,1\nno,2\n", column="a")

    assert document.rendered(["네, 네", '"아니"']).decode() == 'a,b\n"네, 네",1\n"""아니""",2\n'


def test_tsv_quotation_marks_are_letters_unless_all_are_pairs(opened):
    plain = opened("a.tsv", 'a\tb\n"Yes\tx\nHe said "no".\ty\n', column="a")
    quoted = opened("a.tsv", 'a\tb\r\n"He said ""no""."\ty\r\n', column="a")

    assert plain.segments == ['"Yes', 'He said "no".']
    assert plain.rendered(["네\t네", "아니"]).decode() == "a\tb\n네 네\tx\n아니\ty\n"
    assert quoted.rendered(['"아니"']).decode() == 'a\tb\r\n"""아니"""\ty\r\n'


def test_random_tables_read_the_same_but_for_the_column(shouted, unchanged):
    random_numbers = random.Random(5)
    cells = ["hello", 'a "b"', "x, y; z", "one.\ntwo.", "", " spaced ", "7", "한 국"]
    for _ in range(100):
        delimiter = random_numbers.choice(",;\t")
        rows = [random_numbers.choices(cells, k=3) for _ in range(5)]
        stream = io.StringIO()
        quoting = random_numbers.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        writer = csv.writer(stream, delimiter=delimiter, quoting=quoting)
        writer.writerows([["a", "b", "c"], *rows])
        text = stream.getvalue()

        rendered = shouted("a.csv", text, column="b")
        found = list(csv.reader(io.StringIO(rendered, newline=""), delimiter=delimiter))

        assert unchanged("a.csv", text, column="b") == text.encode()
        assert found[1:] == [[first, second.upper(), third] for first, second, third in rows]


@pytest.mark.parametrize(
    "text, column, message",
    [
        ("", 1, "which is empty"),
        ("a,b\n1,2\n", None, "whose columns are: a, b. Name the column to translate"),
        ("a,b\n1,2\n", "c", "whose columns are: a, b. None of them is 'c'"),
        ('"a\nb",c\n1,2\n', None, "whose columns are: a b, c. Name the column"),
        ("a,b\n1,2\n", 3, "whose lines have 2 columns. There is no column 3"),
        ("a,b\n1,2\n", 0, "None of them is 0"),
        ("a,a\n1,2\n", "a", "More than one is named 'a'"),
        ('a,b\n"never closed,2\n', "a", "line 2 of which has a quotation mark too many or too few"),
        ('a,b\n"closed"x,2\n', "a", "line 2 of which has a quotation mark too many or too few"),
        (b"a,b\n\xb3\xaa,2\n", "a", "line 2 of which is not UTF-8"),
        (b"PK\x03\x04\0\0", "a", "which is binary"),
    ],
)
def test_bad_tables_are_one_clear_line(opened, text, column, message):
    with pytest.raises(InputError, match=message) as error:
        opened("a.csv", text, column=column)

    assert "\n" not in str(error.value)


def test_quotation_marks_inside_a_cell_need_none_around_it(shouted):
    table = 'id\ttext\n1\tsay "hi" now\n2\t"go, ""you"""\n3\t12" pipe\n'
    expected = 'id\ttext\n1\tSAY "HI" NOW\n2\t"GO, ""YOU"""\n3\t12" PIPE\n'
    assert shouted("a.tsv", table, column="text") == expected
    assert shouted("a.csv", table, column="text") == expected


def test_cells_may_be_divided_by_a_vertical_line(shouted):
    assert shouted("a.csv", "id|text\n1|hi, you\n", column="text") == "id|text\n1|HI, YOU\n"
