"""gettext tables: empty translations are filled; all else stays byte for byte."""

import random

import pytest

from seq2seq.documents.plurals import PluralForms, plural_forms
from seq2seq.errors import InputError

HEADER = """# A comment.
msgid ""
msgstr ""
"Language: ko\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"""

PO = (
    HEADER
    + """
#: HOME.py:10
msgid "hello {NAME}, where is the station?"
msgstr ""

# done
msgid "DONE"
msgstr "됨"

#, fuzzy
#| msgid "OLD"
msgid "FUZZY"
msgstr "흐릿"

msgctxt "MENU"
msgid "open"
msgstr ""

#, python-format
msgid ""
"many lines\\n"
"of \\"text\\" \\\\ %(COUNT)s\\n"
msgstr ""

#, python-format
msgid "one book"
msgid_plural "%d books"
msgstr[0] ""

msgid "HOME.title"
msgstr ""

#~ msgid "OBSOLETE"
#~ msgstr ""
"""
)


def test_segments_are_what_has_no_translation(opened):
    assert opened("a.po", PO).segments == [
        "hello {NAME}, where is the station?",
        "open",
        'many lines of "text" \\ %(COUNT)s',
        "%d books",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_fills_translations_and_keeps_all_else(unchanged, line_end, mark):
    content = mark + PO.replace("\n", line_end)
    expected = PO.replace(
        'station?"\nmsgstr ""', 'station?"\nmsgstr "hello {NAME}, where is the station?"'
    )
    expected = expected.replace('"open"\nmsgstr ""', '"open"\nmsgstr "open"')
    lines = PO[PO.index('"many') : PO.index('msgstr ""\n\n#, python-format\nmsgid "one')]
    expected = expected.replace(lines + 'msgstr ""\n', lines + 'msgstr ""\n' + lines)
    expected = expected.replace('msgstr[0] ""', 'msgstr[0] "%d books"')

    assert unchanged("a.po", content) == (mark + expected.replace("\n", line_end)).encode()


def test_filled_table_has_nothing_left_and_stays_as_it_is(opened, unchanged):
    filled = unchanged("a.po", PO)
    again = opened("b.po", filled)

    assert again.segments == []
    assert again.rendered([]) == filled


def test_translation_changes_empty_strings_alone(shouted):
    rendered = shouted("a.po", PO)

    assert 'msgstr "HELLO {NAME}, WHERE IS THE STATION?"' in rendered
    assert '"MANY LINES\\n"\n"OF \\"TEXT\\" \\\\ %(COUNT)s\\n"' in rendered
    assert 'msgstr[0] "%d BOOKS"' in rendered
    assert [line for line in rendered.splitlines() if line.startswith(("#", "msgid"))] == [
        line for line in PO.splitlines() if line.startswith(("#", "msgid"))
    ]


def test_translations_are_replaced_when_asked(opened):
    document = opened("a.po", PO, retranslate=True)

    assert "DONE" in document.segments and "FUZZY" in document.segments
    assert 'msgid "DONE"\nmsgstr "DONE"' in document.rendered(document.segments).decode()


@pytest.mark.parametrize(
    "header, language, slots",
    [
        ("Plural-Forms: nplurals=2; plural=(n != 1);", "ko", ["one", "many"]),
        ("Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;", "ko", ["many"]),
        ("Language: ru", None, ["one", "many", "many"]),
        ("Language: ru", "de", ["one", "many"]),
        (
            "Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : 3;",
            None,
            ["many", "one", "many", "many", "many", "many"],
        ),
    ],
)
def test_plural_forms_are_those_of_the_header_or_the_language(opened, header, language, slots):
    text = (
        f'msgid ""\nmsgstr "{header}\\n"\n\n'
        'msgid "one"\nmsgid_plural "many"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )
    document = opened("a.pot", text, target_language=language)

    rendered = document.rendered(document.segments).decode()

    expected = "\n".join(f'msgstr[{number}] "{word}"' for number, word in enumerate(slots))
    assert rendered.endswith(f'msgid_plural "many"\n{expected}\n')


def test_plural_form_that_is_there_stays(opened):
    text = 'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "eins"\nmsgstr[1] ""\n'
    document = opened("a.po", text, target_language="de")

    assert document.rendered(["ein", "viele"]).decode().endswith('[0] "eins"\nmsgstr[1] "viele"\n')


@pytest.mark.parametrize("escape", ["\\0", "\\x01", "\\033[1m"])
def test_message_with_control_characters_is_left_alone(opened, escape):
    assert opened("a.po", f'msgid "bold {escape}"\nmsgstr ""\n').segments == []


def test_plural_forms_are_unknown_without_header_and_language():
    assert plural_forms("", None) is None
    assert plural_forms("", "pt-BR") == PluralForms(2, 0)
    assert plural_forms("", "zh_CN") == PluralForms(1, 0)


def test_random_messages_are_filled_with_themselves(opened):
    random_numbers = random.Random(6)
    words = ["hello", "%s", '\\"', "\\\\", "\\n", "\\t", " ", "{name}", "한"]
    for _ in range(100):
        strings = ["".join(random_numbers.choices(words, k=6)) + "x y" for _ in range(4)]
        text = HEADER + "".join(
            f'\nmsgctxt "{n}"\nmsgid "{s}"\nmsgstr ""\n' for n, s in enumerate(strings)
        )
        document = opened("a.po", text)

        refilled = opened("b.po", document.rendered(document.segments), retranslate=True)

        assert refilled.segments == document.segments


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "which is empty"),
        ("# only a comment\n", "which has no message"),
        ("hello\n", "line 1 of which is neither a comment nor part of a message"),
        ('msgid "a"\nmsgstr "b\n', "line 2 of which is neither"),
        ('msgid "a"\n', "whose message of line 1 is incomplete"),
        ('msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgid "c"\nmsgstr ""\n', "message of line 4"),
        ('msgstr "a"\n', "whose message of line 1 is incomplete"),
        ('msgid ""\nmsgstr "Content-Type: text/plain; charset=EUC-KR\\n"\n', "charset=EUC-KR"),
        (b'msgid "\xb3\xaa"\nmsgstr ""\n', "line 1 of which is not UTF-8"),
        (b"\xde\x12\x04\x95\0\0\0\0", "which is binary"),
    ],
)
def test_bad_tables_are_one_clear_line(opened, text, message):
    with pytest.raises(InputError, match=message):
        opened("a.po", text)
