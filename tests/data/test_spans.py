"""What stands in a text and is no language is found, whole and alone."""

import pytest

from seq2seq.data.spans import Kind, find_spans


def texts_of(text, kind=None):
    return [text[start:end] for start, end, of in find_spans(text) if kind in (None, of)]


@pytest.mark.parametrize(
    "literal",
    [
        "12",
        "12,345",
        "12.345,67",
        "1'000",
        "2027-03-14",
        "09:45",
        "2027-03-14T09:45:00Z",
        "2027-03-14T09:45+09:00",
        "0x1F",
        "3/4",
        "+82-10-1234-5678",
        "½",
        "v1.2.3",
        "MP3",
        "https://example.org/a?b=1&c=2",
        "https://example.org/a_(b)",
        "www.naver.com",
        "example.org/path",
        "min.ji+news@example.org",
        "report_v2.pdf",
        "/etc/hosts",
        "home_title",
        "{name}",
        "{0}",
        "${x}",
        "$HOME",
        "{{ user }}",
        "%d",
        "%1$s",
        "%(name)s",
        "&amp;",
        "#love",
        "@someone",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "I see {}.", "({}), now", "본다 {} 지금", "Is it {}?"])
def test_a_literal_is_one_span(literal, frame):
    assert texts_of(frame.replace("{}", literal), Kind.LITERAL) == [literal]


@pytest.mark.parametrize("emoji", ["🐈", "👩‍👩‍👧", "🇰🇷", "1️⃣", "❤️", "👍🏽"])
def test_an_emoji_is_one_span(emoji):
    assert texts_of(f"I like it {emoji}{emoji} much", Kind.EMOJI) == [emoji, emoji]


def test_tags_are_spans_and_their_words_are_none():
    text = 'I am <b>very</b> <a href="x.html" title="3 > 2">happy</a><br/>.'

    assert texts_of(text) == ["<b>", "</b>", '<a href="x.html" title="3 > 2">', "</a>", "<br/>"]


@pytest.mark.parametrize(
    "text", ["A and/or B.", "e.g. this, i.e. that", "50 % of", "It ends.Then", "AT&T", "a < b"]
)
def test_language_has_no_spans_but_for_numbers(text):
    assert [literal for literal in texts_of(text) if not literal.isdigit()] == []


def test_a_particle_is_no_part_of_a_literal():
    assert texts_of("https://example.org를 3명이 10:00에 본다") == [
        "https://example.org",
        "3",
        "10:00",
    ]
