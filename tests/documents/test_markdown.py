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

    assert segments[:5] == [
        "heading *one*",
        'a paragraph with `CODE here` and [a link](https://E.org/X "T"). hard break',
        "T",
        "next line",
        "third line.",
    ]
    for expected in ("item in quote", "a task", "an apple", "a \\| b", "a picture", "watch out."):
        assert expected in segments
    assert segments[-2:] == ["a footnote text.", "TITLE"]


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


BLOCKS = """!!! note "A title"

    The body
    goes on.

    ```
    !!! code
    ```

    ??? tip
        Deep text.

    Back again.

Outside.

=== "A tab"

    - Item
        that goes on

Note[^1].

[^1]: First part.

    Second part.

    \tcode

    code
"""


def test_admonitions_tabs_and_footnotes_of_several_paragraphs(opened, shouted, unchanged):
    assert unchanged("a.md", BLOCKS) == BLOCKS.encode()
    assert opened("a.md", BLOCKS).segments == [
        "The body goes on.", "Deep text.", "Back again.", "Outside.", "Item that goes on",
        "Note[^1].", "First part.", "Second part.", "code", "A title", "A tab",
    ]  # fmt: skip
    result = shouted("a.md", BLOCKS)
    kept = ('!!! note "A TITLE"\n\n    THE BODY GOES ON.\n\n    ```\n    !!! code\n    ```\n',
            '    ??? tip\n        DEEP TEXT.\n', '=== "A TAB"\n\n    - ITEM THAT GOES ON\n\n',
            "    \tcode\n")  # fmt: skip
    assert all(part in result for part in kept)


def test_admonition_stays_a_block_of_its_own(shouted):
    text = "!!! note\n    Go\n    home.\n"
    assert shouted("a.md", text) == "!!! note\n    GO HOME.\n"


def test_titles_of_links_are_translated(shouted):
    text = """[a](U "the title") and ![b](V 'two "words"') `[c](W "no")`"""
    expected = """[A](U "THE TITLE") AND ![B](V 'TWO ”WORDS”') `[c](W "no")`"""
    assert shouted("a.md", text) == expected
    assert shouted("a.md", '[d]\n\n[d]: X "e f"\n') == '[D][d]\n\n[d]: X "E F"\n'
    table = '| a |\n|---|\n| [b](U "c d") |\n'
    assert shouted("a.md", table) == '| A |\n|---|\n| [B](U "C D") |\n'


def test_links_keep_their_labels_when_their_text_is_translated(shouted, opened, unchanged):
    text = "See [one], [two words][] and ![three]. Not [four], `[one]`, [x][one] or [one](U).\n\n"
    text += "[one]: A\n[Two  words]: B\n[three]: C\n"
    assert unchanged("a.md", text) == text.encode()
    assert shouted("a.md", text).startswith(
        "SEE [ONE][one], [TWO WORDS][two words] AND ![THREE][three]. "
        "NOT [FOUR], `[one]`, [X][one] OR [ONE](U).\n"
    )


def test_mathematics_and_signs_stay(shouted):
    text = "let $x_i$ be $n$, it costs $5 or $6 :smile: at 10:30:20\n"
    assert shouted("a.md", text) == "LET $x_i$ BE $n$, IT COSTS $5 OR $6 :smile: AT 10:30:20\n"


def test_what_looks_like_a_table_keeps_its_lines(shouted):
    text = "| a | b | c |\n|---|---|\n| d | e |\n"
    assert shouted("a.md", text) == "| A | B | C |\n|---|---|\n| D | E |\n"
