"""JSON: strings that are values are translated; keys, numbers, layout and escapes stay."""

import json
import random

import pytest

from seq2seq.errors import InputError

# Small letters are human text; what has a capital letter must stay.
TABLE = r"""{
  "GREETING" :"hello {NAME}, you have %d {{COUNT}} books.",
  "menu": {"SAVE": "save", "ITEMS": ["one", 2, -1.50e+3, true, null, ["nested \"quote\""]]},
  "PATH": "A/B/C.png", "KEY": "HOME_TITLE", "COLOUR": "#FFF", "URL": "https://E.org/x?Y=1",
  "BIG": 123456789012345678901234567890,
  "PLURAL": "{COUNT, plural, one {# BOOK} other {# BOOKS}}",
	"slash": "a\/b and \t tab", "EMPTY": "", "NUMBER": "42",
  "TWO": "first line.\nsecond line."
}
"""


def test_segments_are_values_with_words(opened):
    text = '{"a": "Hello.", "b": ["One.\\nTwo.", 3, "https://e.org"], "Key": {"c": "한국어"}}'

    assert opened("a.json", text).segments == ["Hello.", "One.", "Two.", "한국어"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_keeps_every_byte(unchanged, line_end, mark):
    content = (mark + TABLE.replace("\n", line_end)).encode()

    assert unchanged("a.json", content) == content


def test_translation_changes_values_alone(shouted):
    rendered = shouted("a.json", TABLE)

    found = json.loads(rendered)
    assert found["GREETING"] == "HELLO {NAME}, YOU HAVE %d {{COUNT}} BOOKS."
    assert found["menu"] == {
        "SAVE": "SAVE",
        "ITEMS": ["ONE", 2, -1500.0, True, None, ['NESTED "QUOTE"']],
    }
    assert found["PLURAL"] == "{COUNT, plural, one {# BOOK} other {# BOOKS}}"
    assert found["TWO"] == "FIRST LINE.\nSECOND LINE."
    assert rendered.lower() == TABLE.replace("\\/", "/").lower()
    assert "-1.50e+3" in rendered


@pytest.mark.parametrize(
    "value, is_text",
    [
        ("Save", True),
        ("Yes/No", True),
        ("e-mail me", True),
        ("3.50/month", True),
        ("2nd", True),
        ("...wait", True),
        ("안녕.반가워", True),
        ("home.title", False),
        ("HOME_TITLE", False),
        ("images/icons/a", False),
        ("/about", False),
        ("#fff", False),
        ("button-1", False),
        ("you@example.org", False),
        ("\\ud83d half", False),
        ("{n, plural,\\n one {# book}\\n other {# books}}", False),
    ],
)
def test_names_for_machines_are_no_text(opened, value, is_text):
    assert bool(opened("a.json", f'["{value}"]').segments) == is_text


def test_letters_are_escaped_if_those_of_the_file_are(opened):
    escaped = opened("a.json", '{"a": "caf\\u00e9", "b": "tea"}')
    plain = opened("a.json", '{"a": "café", "b": "tea"}')

    assert escaped.rendered(["café", "차"]).decode() == '{"a": "caf\\u00e9", "b": "\\ucc28"}'
    assert plain.rendered(["café", "차"]).decode() == '{"a": "café", "b": "차"}'


def test_random_values_keep_their_structure(shouted, unchanged):
    random_numbers = random.Random(4)

    def value(depth):
        kind = random_numbers.randint(0, 5 if depth else 2)
        if kind == 0:
            return random_numbers.choice([1, -2.5, None, False])
        if kind <= 2:
            return random_numbers.choice(["hello", 'a "b" \\ c', "", "x\ny.", "ö 한 😀 you", "12"])
        items = [value(depth - 1) for _ in range(3)]
        return items if kind == 3 else {f"k{number}": item for number, item in enumerate(items)}

    def upper(found):
        if isinstance(found, dict):
            return {key: upper(item) for key, item in found.items()}
        if isinstance(found, list):
            return [upper(item) for item in found]
        return found.upper() if isinstance(found, str) else found

    for _ in range(100):
        source = value(4)
        text = json.dumps(source, indent=random_numbers.choice([None, 1, 2]), ensure_ascii=False)

        assert unchanged("a.json", text) == text.encode()
        assert json.loads(shouted("a.json", text)) == upper(source)


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "which is empty"),
        ("hello", "whose line 1 is wrong at letter 1"),
        ('{"a": "b"', "whose line 1 is wrong at letter 10"),
        ('{"a":\n "b', "whose line 2 is wrong at letter 2"),
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        (b'{"a": "\xb3\xaa"}', "line 1 of which is not UTF-8"),
        (b"\x00\x01", "which is binary"),
    ],
)
def test_bad_json_is_one_clear_line(opened, text, message):
    with pytest.raises(InputError, match=message):
        opened("a.json", text)


@pytest.mark.parametrize(
    "value",
    [
        "3F2504E0-4F89-11D3-9A0C-0305E82C3301", "9E107D9D372BB6826BD81D3542A419D6",
        "2024-01-01T10:00:00Z", "2024-01-01T10:00:00.5+09:00", "1.2.3-BETA.1", "V2.0-RC1",
        "en-US", "zh_Hant", "application/json", "text/html; charset=utf-8", "app://open/this",
        "fooBarBaz", "getElementById", "aGVsbG8gd29ybGQhIQ==", "$t(menu.open)", "@:common.hello",
        "mailto:a@b.org", "tel:+1-800-CALL", "data:image/png;base64,AAAA", "Foo::Bar", "a.b.c",
    ],
)  # fmt: skip
def test_values_for_machines_stay(opened, value):
    assert opened("a.json", json.dumps([value])).segments == []


@pytest.mark.parametrize(
    "value",
    [
        "well-known", "state-of-the-art", "Hello", "3D view", "2nd", "either/or", "O'Neil",
        "Donaudampfschifffahrtsgesellschaft", "Time: 10:30", "A-Z", "McDonald", "한국어", "yes/no",
        "e.g. this", "Re: hello", "C++ is fun", "I18N and l10n",
    ],
)  # fmt: skip
def test_values_for_people_are_translated(opened, value):
    assert opened("a.json", json.dumps([value])).segments == [value]
