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
        "@min.ji",
        "1e-5",
        "2.5E+10",
        "１２，３４５",
        "٣٫١٤",
        "#हिन्दी",
        "https://例え.jp/テスト?q=1",
        "https://ko.wikipedia.org/wiki/한국어",
        "用户@例子.广告",
        "उपयोगकर्ता@उदाहरण.भारत",
        "naïve@exämple.com",
        "%{name}",
        "$t(key)",
        "$t(a.b:c, {count: 1})",
        "@:message.hello",
        "{n, plural, one {# file} other {# files}}",
        "{g, select, male {{n, plural, one {his} other {their #}}} other {its}}",
        "{when, date, short}",
        "<https://example.org/a>",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "I see {}.", "({}), now", "본다 {} 지금", "Is it {}?"])
def test_a_literal_is_one_span(literal, frame):
    assert texts_of(frame.replace("{}", literal), Kind.LITERAL) == [literal]


@pytest.mark.parametrize(
    "emoji", ["🐈", "👩‍👩‍👧", "🇰🇷", "1️⃣", "❤️", "👍🏽", ":smile: ", ":+1: ", "<:party:12345>"]
)
def test_an_emoji_is_one_span(emoji):
    found = texts_of(f"I like it {emoji}{emoji} much", Kind.EMOJI)
    assert found == [emoji.strip(), emoji.strip()]


def test_tags_are_spans_and_their_words_are_none():
    text = 'I am <b>very</b> <a href="x.html" title="3 > 2">happy</a><br/>.'

    assert texts_of(text) == ["<b>", "</b>", '<a href="x.html" title="3 > 2">', "</a>", "<br/>"]


@pytest.mark.parametrize(
    "tag",
    [
        "<custom-tag>",
        "<제목>",
        "<g id='1'>",
        "<input disabled>",
        "<li v-else :x='1' *ngIf=\"a\">",
        "<div {{ attributes }} class=x>",
        "<%= name %>",
        "<?php x ?>",
    ],
)
def test_a_tag_is_one_span(tag):
    assert (
        texts_of(f"I see {tag}it</제목> now", Kind.TAG) == [tag, "</제목>"][: 1 + ("제목" in tag)]
    )


@pytest.mark.parametrize(
    "text", ["if a<b and c>d", "x <b or y>, z", "<기생충>을 봤다", "a <- b -> c"]
)
def test_comparisons_and_titles_are_no_tags(text):
    assert texts_of(text) == []


@pytest.mark.parametrize("text", ["12:30: go", "Note:this:that", "a :b: c", "std::vector::size"])
def test_colons_make_no_emoji(text):
    assert texts_of(text, Kind.EMOJI) == []


@pytest.mark.parametrize(
    "text, literals",
    [
        ("#love를 봐", ["#love"]),
        ("#BTS가 왔다", ["#BTS"]),
        ("#BTS가수 왔다", ["#BTS가수"]),  # a noun
        ("#서울은 좋다", ["#서울은"]),  # which may be its name
        ("@minji에게 home_title을, $name은", ["@minji", "home_title", "$name"]),
        ("#1번", ["1"]),
    ],
)
def test_a_particle_that_is_surely_one_is_no_part_of_a_name(text, literals):
    assert texts_of(text) == literals


@pytest.mark.parametrize(
    "unit",
    [
        *("<a b ", '<a b="', "<%", "{a,", "{a, b, {c", "$t(a", "@:a.", "#a_", "@a.", ":a", "1e"),
        *("漢@", "กั", "a@", "a.b@", "é@é.", "http://가", "http://a("),
    ],
)
def test_no_text_makes_the_search_go_back_and_forth(unit):
    find_spans(unit * 5000)  # which would take minutes


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
