"""HTML pages: words, alt and title are translated; everything else stays byte for byte."""

import random
import re

import pytest

from seq2seq.documents.document import translate_document
from seq2seq.errors import InputError

# Small letters are human text; what has a capital letter or a digit must stay.
PAGE = """<!DOCTYPE HTML>
<HTML LANG=EN><HEAD><META charset=utf-8><TITLE>my &amp; your day</TITLE>
<STYLE>P { COLOR: RED }</STYLE><script>if (A<B && C>D) { "</P>" }</script></HEAD>
<BODY CLASS=MAIN contenteditable>
<!-- A comment with <P>TEXT</P> -->
<P ALIGN=CENTER>hello   <B>big</B>
\tworld.<BR>second &nbsp; line<br/>
<P translate="no">BRAND<P>after the brand.
<p>run <code>SEQ2SEQ TRAIN</code> now, or <span class="X notranslate">ACME <b>CORP</b></span> will.
<ul><li><a href=FOO.html title='go "home"'>home</a><li>two <img src=A.png alt=house> houses
<ul><li>inner</ul></ul>
<a href="#"><i class="ICON"></i> save <svg><text>X</text></svg></a>
<table><tr><td>1<td>cell one</table>
<pre title="NO">CODE <b>HERE</b></pre>
<div translate=no><p>SKIP</p><b translate=yes>do this</b> SKIP</div> back again
<textarea>FORM</textarea><input placeholder="NAME" value="GO" title="your name">
5 < 6 and 7 > 3. {{ USER.NAME }} is {% IF X %}here{% ENDIF %} &lt;
<?php ECHO "<P>NO</P>" ?>
<button disabled>press me</button>
<p>see https://EXAMPLE.org/A?B=1 or mail ME@EXAMPLE.org!</p><p>https://EXAMPLE.org/ONLY</p>
</BODY></HTML>
"""


def test_segments_are_blocks_with_their_inline_tags(opened):
    page = (
        '<h1>My  day</h1><p>I am\n<b>Yusol</b>. I study <a href="https://e.org/?x=1&amp;y=2">art</a>'
        '.</p><p><b>All bold.</b></p><img alt="my house" src=a>'
    )

    assert opened("a.html", page).segments == [
        "My day",
        'I am <b>Yusol</b>. I study <a href="https://e.org/?x=1&amp;y=2">art</a>.',
        "All bold.",
        "my house",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_keeps_every_byte(unchanged, line_end, mark):
    content = (mark + PAGE.replace("\n", line_end)).encode()

    assert unchanged("a.html", content) == content


def test_translation_changes_words_alone(shouted):
    rendered = shouted("a.htm", PAGE)

    assert rendered.lower().split() == PAGE.replace("alt=house", 'alt="house"').lower().split()
    words = "my your day hello world second line after brand run now will home two houses house"
    words += " inner save cell do this back again your name is here press me see or mail big"
    for word in words.split():
        assert word.upper() in rendered
    for kept in (
        "&amp;",
        "&nbsp;",
        "<code>SEQ2SEQ TRAIN</code>",
        'class="X notranslate"',
        "placeholder=",
        "<?php ECHO",
        "contenteditable>",
        "</script>",
        "href=FOO.html title='GO \"HOME\"'",
    ):
        assert kept in rendered


def test_attribute_inside_a_sentence_is_translated_in_its_tag(opened):
    document = opened("a.html", '<p>See <img alt="a &quot;dog&quot;" src=x> here.</p>')

    assert document.segments == [
        'See <img alt="a &quot;dog&quot;" src=x> here.',
        "a &quot;dog&quot;",
    ]
    rendered = document.rendered(['여기 <img alt="a &quot;dog&quot;" src=x>를 봐.', '"개"'])
    assert rendered.decode() == '<p>여기 <img alt="&quot;개&quot;" src=x>를 봐.</p>'


def test_translation_adds_no_tags(opened):
    document = opened("a.html", "<p>I am <b>Yusol</b>, 1 < 2.</p>")

    rendered = document.rendered(["<script>x</script> <b>유솔</b> 1 < 2 <!-- <br"]).decode()

    assert rendered == ("<p>&lt;script>x&lt;/script> <b>유솔</b> 1 < 2 &lt;!-- &lt;br</p>")


def test_unquoted_attribute_gets_quotes_for_a_translation(opened):
    document = opened("a.html", "<img alt=house src=a.png>")

    assert document.rendered(["나의 집"]).decode() == '<img alt="나의 집" src=a.png>'


def test_element_that_is_implied_to_end_ends_what_is_not_translated(opened):
    page = "<ul><li translate=no>A<ul><li>B</ul>C<li>yes</ul><p class=notranslate>D<div>and</div>"

    assert opened("a.html", page).segments == ["yes", "and"]


def test_random_pages_keep_all_but_words(unchanged, shouted):
    pieces = [
        ("<P>", "<P>"),
        ("</P>", "</P>"),
        ("<BR/>", "<BR/>"),
        ("<LI>", "<LI>"),
        ("<B>", "<B>"),
        ("</B>", "</B>"),
        ("<CODE>X y</CODE>", "<CODE>X y</CODE>"),
        ("<IMG SRC=x ALT='A b'>", "<IMG SRC=x ALT='A B'>"),
        ("<!-- a -->", "<!-- a -->"),
        ("</DIV>", "</DIV>"),
        ("<PRE>a</PRE>", "<PRE>a</PRE>"),
        (" you &amp; me. ", " YOU &amp; ME. "),
        ("1 < 2 ", "1 < 2 "),
        ("\n", "\n"),
        ("https://e.org/a ", "https://e.org/a "),
    ]
    random_numbers = random.Random(2)
    for _ in range(200):
        chosen = random_numbers.choices(pieces, k=random_numbers.randint(1, 25))
        source = "<P>" + "".join(piece for piece, _ in chosen)
        expected = "<P>" + "".join(piece for _, piece in chosen)

        assert unchanged("a.html", source) == source.encode()
        assert shouted("a.html", source).split() == expected.split()


def test_number_of_translations_must_be_that_of_the_segments(opened):
    document = opened("a.html", "<p>One.</p><p>Two.</p>")

    with pytest.raises(InputError, match="a translation of each of 2 segments. Received: 1"):
        translate_document(document, lambda texts: texts[:1])


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "which is empty"),
        ("plain text", "which has no tag"),
        ("<p>Hello <a hre", "ends within what begins in line 1"),
        ("<p>a\n<!-- never ended", "ends within what begins in line 2"),
        ("<p>a<script>var x;", "ends within what begins in line 1"),
        (b"<p>\xb3\xaa\xb4\xc2</p>", "line 1 of which is not UTF-8"),
        (b"<p>\0</p>", "which is binary"),
    ],
)
def test_bad_pages_are_one_clear_line(opened, text, message):
    with pytest.raises(InputError, match=message):
        opened("a.html", text)


@pytest.mark.parametrize("piece", ["<a ", "<!--", "<script>", "<b>", "</i>", "<a b='", "<?php "])
def test_time_of_a_page_grows_with_its_size_alone(opened, piece):
    """A page of nothing but beginnings is refused or read, in no time either way."""
    try:
        opened("a.html", piece * 20_000)
    except InputError:
        pass


def test_literals_of_several_lines_or_of_another_case_are_restored(opened):
    page = '<p>Run <code>A\n b</code> or <code>a B</code> in <a\n  href="X">here</a> now.</p>'
    document = opened("a.html", page)

    assert "\n" not in document.segments[0]
    assert document.rendered([document.segments[0].upper()]).decode() == (
        '<p>RUN <code>A\n b</code> OR <code>a B</code> IN <a\n  href="X">HERE</a> NOW.</p>'
    )
    swapped = '<a href="X">여기</a>서 <code>a B</code>나 <code>A b</code>를 실행해.'
    assert document.rendered([swapped]).decode() == (
        '<p><a\n  href="X">여기</a>서 <code>a B</code>나 <code>A\n b</code>를 실행해.</p>'
    )


# In small letters, what a reader sees.
ATTRIBUTES = """<meta name="description" content="a page">
<meta content='my cats' property='og:title'>
<meta name="viewport" content="WIDTH=3">
<meta name="twitter:title" content="cats"><meta charset="X">
<input placeholder="your name" value="SECRET"><input type=submit value="send it">
<input type="Button" value=press><input type=hidden value="SECRET">
<input type="reset" value='undo all'>
<textarea placeholder="your message" name="X">WRITE</textarea>
<select><optgroup label="all fruit"><option value="X" label="a pear">pear</select>
<iframe src="X" title="a video"></iframe><track label="korean" src="X">
<table><th abbr="short" scope="ROW">long</table>
<button aria-label="close it" aria-describedby="ID" data-title="NO">x</button>
<p aria-description="what it is">
go <code title="a command">LS</code> <svg aria-label="an icon"></svg> on</p>
<div translate="no" title="NO"><img alt="NO"></div><img translate="no" alt="NO">
<pre title="a program"><b title="NO">X</b></pre>
"""


def test_attributes_that_a_reader_sees_are_translated(shouted, unchanged):
    assert unchanged("a.html", ATTRIBUTES) == ATTRIBUTES.encode()
    result = shouted("a.html", ATTRIBUTES)
    names = "content|placeholder|label|title|abbr|alt|aria-description"
    values = re.findall(rf"""(?:{names})=(["'])(.*?)\1""", result)
    assert all(value == value.upper() for _, value in values)
    assert all(f"value={value}" in result for value in ('"SEND IT"', '"PRESS"', "'UNDO ALL'"))
    assert result.lower().replace('"press"', "press") == ATTRIBUTES.lower()
    assert '<code title="A COMMAND">LS</code> <svg aria-label="AN ICON"></svg> ON' in result
