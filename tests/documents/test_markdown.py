"""Markdown: text of blocks is translated; code, links and the marks of blocks stay."""

import builtins
import random

import pytest

from seq2seq.errors import InputError

# Small letters are human text; what has a capital letter or a digit must stay.
PAGE = """---
TITLE: MY PAGE
---

# heading *one* #

a paragraph with `CODE here` and [a link](https://E.org/X "T").
hard break\x20\x20
next line\\
third line.

setext
======

> quoted text.
>
> - item in quote

1. one
   - nested [x](Y)

     ```PYTHON
     PRINT("NO")
     ```
2. two
* [ ] a task
- [X] done task

| name | price |
|------|:-----:|
| an apple | 3 |
| a \\| b | **bold** |

    INDENTED CODE

~~~
FENCED
~~~

<div align="CENTER">
  <b>hello</b> <img src="X" alt="a picture">
</div>

![an image](A.png) see [ref][1] and <https://AUTO.link>.

[1]: https://EXAMPLE.org "TITLE"

***

text[^1] {#ANCHOR}
## heading two {#ID .CLS}

> [!NOTE]
> watch out.

line with <span translate="NO">html</span> and more<br>
after br.

[^1]: a footnote text.
"""


def test_segments_are_blocks_and_lines_of_tables(opened):
    segments = opened("a.md", PAGE).segments

    assert segments[:4] == [
        "heading *one*",
        'a paragraph with `CODE here` and [a link](https://E.org/X "T"). hard break',
        "next line",
        "third line.",
    ]
    for expected in ("item in quote", "a task", "an apple", "a \\| b", "a picture", "watch out."):
        assert expected in segments
    assert segments[-1] == "a footnote text."


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_keeps_every_byte(unchanged, line_end, mark):
    content = (mark + PAGE.replace("\n", line_end)).encode()

    assert unchanged("a.md", content) == content


def test_translation_changes_words_alone(shouted):
    rendered = shouted("a.md", PAGE)

    assert rendered.lower().split() == PAGE.lower().split()
    for kept in (
        "`CODE here`",
        "](https://E.org/X",
        "PRINT",
        "](Y)",
        "<b>",
        "[^1]",
        "<span ",
        "<br>",
    ):
        assert kept in rendered
    letters = rendered.replace("here`", "").replace("https:", "").replace("<https", "")
    for word in ("heading", "paragraph", "nested", "apple", "task", "picture", "footnote", "after"):
        assert word not in letters


def test_paragraph_of_several_lines_is_one_segment_and_becomes_one_line(opened):
    document = opened("a.md", "> - I am\n>   a student.\n\nEnd.\n")

    assert document.segments == ["I am a student.", "End."]
    assert document.rendered(["나는 학생이야.", "끝."]).decode() == "> - 나는 학생이야.\n\n끝.\n"


@pytest.mark.parametrize(
    "translation, written",
    [
        ("1. 책", "1\\. 책"),
        ("- 책", "\\- 책"),
        ("# 책", "\\# 책"),
        ("**책**이야", "**책**이야"),
        ("1.5배", "1.5배"),
    ],
)
def test_translation_never_becomes_another_block(opened, translation, written):
    assert opened("a.md", "A book.\n").rendered([translation]).decode() == written + "\n"


def test_lines_that_begin_something_are_segments_of_their_own(opened):
    text = "- [ ] One\n\nTerm\n: Its meaning.\n\n[^1]: A note here.\n[^2]: More.\n\n$$\na + b\n$$\n"
    document = opened("a.md", text)

    assert document.segments == ["One", "Term", "Its meaning.", "A note here.", "More."]
    assert document.rendered(list("abcde")).decode() == (
        "- [ ] a\n\nb\n: c\n\n[^1]: d\n[^2]: e\n\n$$\na + b\n$$\n"
    )


def test_marks_of_quotations_are_outside_of_segments(opened, unchanged):
    text = (
        "> one\n> two\n\n> a | b\n> --|--\n> c | d\n\n> > deep\n\n"
        "> <div>\n> hello\n> </div>\n\n- <div>\n  hi\n  </div>\n"
    )

    assert opened("a.md", text).segments == ["one two", "a", "b", "c", "d", "deep", "hi"]
    assert unchanged("a.md", text) == text.encode()


def test_translation_of_a_cell_keeps_the_table(opened):
    document = opened("a.md", "| a | b |\n|---|---|\n| yes | no |\n")

    assert document.segments == ["a", "b", "yes", "no"]
    assert document.rendered(["x", "y", "a|b", "z"]).decode().endswith("| a\\|b | z |\n")


def test_random_pages_keep_all_but_words(unchanged, shouted):
    pieces = [
        "# YOU and `me`\n",
        "- an item\n",
        "  more of it\n",
        "> A quotation\n",
        "\n",
        "```\ncode\n```\n",
        "    code\n",
        "1. first\n",
        "| a | b |\n|---|---|\n| c | d |\n",
        "<div>\nhi\n</div>\n",
        "A *line* of [text](url).\n",
        "\ttab\n",
        "***\n",
        "hello  \n",
    ]
    random_numbers = random.Random(3)
    for _ in range(300):
        chosen = random_numbers.choices(pieces, k=random_numbers.randint(1, 15))
        source = "hello\n" + "".join(chosen)

        assert unchanged("a.md", source) == source.encode()
        shouted_words = [word for word in shouted("a.md", source).lower().split() if word != ">"]
        assert shouted_words == [word for word in source.lower().split() if word != ">"]


def test_missing_package_is_one_line_that_says_how_to_install_it(opened, monkeypatch):
    real_import = builtins.__import__

    def without_markdown(name, *arguments, **options):
        if name.startswith("markdown_it"):
            raise ImportError(name)
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_markdown)
    with pytest.raises(InputError, match=r'pip install "seq2seq\[documents\]"'):
        opened("a.md", "Hello.\n")


@pytest.mark.parametrize(
    "text, message",
    [(" \n", "which is empty"), (b"a\n\xb3\n", "line 2 of which"), (b"\0a", "which is binary")],
)
def test_bad_pages_are_one_clear_line(opened, text, message):
    with pytest.raises(InputError, match=message):
        opened("a.md", text)
