"""XLIFF: units without a translation get one; inline elements and all else stay."""

from xml.etree import ElementTree

import pytest

from seq2seq.documents.safe_xml import fitting
from seq2seq.errors import InputError

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
 <file original="A.txt" source-language="EN" target-language="KO" datatype="plaintext">
  <body>
   <trans-unit id="1"><source>hello <g id="G1">world</g> &amp; <x id="X1"/>all</source></trans-unit>
   <trans-unit id="2">
     <source>  padded
       text. </source>
     <target/>
     <note>A NOTE</note>
     <alt-trans><source>ALT</source><target></target></alt-trans>
   </trans-unit>
   <trans-unit id="3"><source>DONE</source><target>됨</target></trans-unit>
   <trans-unit id="4"><source>again</source><target state="new">again</target></trans-unit>
   <trans-unit id="5" translate="no"><source>NEVER</source></trans-unit>
   <group translate="no"><trans-unit id="6"><source>NEVER</source></trans-unit></group>
   <trans-unit id="7" xml:space="preserve"><source>two
lines. <ph id="P">&lt;BR&gt;</ph>
Third.</source><target></target></trans-unit>
   <trans-unit id="8"><source><![CDATA[a < b & c]]></source></trans-unit>
   <trans-unit id="9"><source>42</source></trans-unit>
  </body>
 </file>
</xliff>
"""

NEW = """<?xml version='1.0'?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="EN" trgLang="KO">
 <file id="F"><unit id="1">
  <segment>
   <source>hello <pc id="1">world</pc><ph id="2"/>!</source>
  </segment>
  <ignorable><source> SPACE </source></ignorable>
  <segment state="translated"><source>DONE</source><target>됨</target></segment>
  <segment state="initial"><source>open</source><target>OLD</target></segment>
 </unit></file>
</xliff>
"""


def test_segments_are_units_without_a_translation(opened):
    assert opened("a.xliff", OLD).segments == [
        'hello <g id="G1">world</g> &amp; <x id="X1"/>all',
        "padded text.",
        "again",
        'two lines. <ph id="P">&lt;BR&gt;</ph>',
        "Third.",
        "a &lt; b &amp; c",
    ]
    assert opened("a.xlf", NEW).segments == ['hello <pc id="1">world</pc><ph id="2"/>!', "open"]


@pytest.mark.parametrize("text", [OLD, NEW])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_identity_changes_targets_alone(unchanged, text, line_end, mark):
    content = (mark + text.replace("\n", line_end)).encode()

    rendered = unchanged("a.xliff", content)

    assert _without_targets(rendered) == _without_targets(content)


def _without_targets(data):
    root = ElementTree.fromstring(data)
    for parent in root.iter():
        for child in [child for child in parent if child.tag.endswith("target")]:
            parent.remove(child)
        parent.text = (parent.text or "").strip()
        parent.tail = (parent.tail or "").strip()
    return ElementTree.tostring(root)


def test_translation_goes_into_the_target_alone(shouted):
    old = shouted("a.xliff", OLD)
    new = shouted("a.xliff", NEW)

    assert '<target>HELLO <g id="G1">WORLD</g> &amp; <x id="X1"/>ALL</target></trans-unit>' in old
    assert "<target>  PADDED TEXT. </target>" in old
    assert '<target state="new">AGAIN</target>' in old
    assert '<target>TWO\nLINES. <ph id="P">&lt;BR&gt;</ph>\nTHIRD.</target>' in old
    assert "<target>A &lt; B &amp; C</target>" in old
    assert old.count("NEVER") == 2 and "<target>NEVER" not in old
    assert '\n   <target>HELLO <pc id="1">WORLD</pc><ph id="2"/>!</target>\n  </segment>' in new
    assert "<target>OPEN</target>" in new and "<target>됨</target>" in new


def test_filled_table_has_nothing_left(unchanged, opened):
    filled = unchanged("a.xliff", NEW.replace(' state="initial"', ""))

    assert opened("b.xliff", filled).segments == []


def test_target_language_is_noted_where_the_file_does_not_say_it(opened):
    document = opened("a.xlf", NEW.replace(' trgLang="KO"', ""), target_language="ko")
    rendered = document.rendered(document.segments).decode()

    assert '<xliff trgLang="ko" xmlns' in rendered
    assert opened("a.xlf", rendered).segments == ["open"]
    assert "ko" not in opened("a.xlf", NEW, target_language="ko").rendered(["a", "b"]).decode()


def test_translations_are_replaced_when_asked(opened):
    assert "DONE" in opened("a.xliff", NEW, retranslate=True).segments


@pytest.mark.parametrize(
    "translation, written",
    [
        ("R & D < 3", "R &amp; D &lt; 3"),
        ('<g id="1">책</g> &amp; <u>', '<g id="1">책</g> &amp; &lt;u>'),
        ('<g id="1">책', "책"),
        ("책 ]]> \x00", "책 ]]&gt; "),
    ],
)
def test_translation_is_well_formed_xml(translation, written):
    assert fitting(translation, '<g id="1">book</g> &amp;') == written
    ElementTree.fromstring(f"<x>{written}</x>")


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "which is empty"),
        ("hello", "whose line 1 is no XML"),
        (OLD[:500], "is no XML"),
        ("<a/>", "whose first element is <a>"),
        ("<:/>", "whose first element has an odd name"),
        (OLD.replace("UTF-8", "EUC-KR"), "the encoding EUC-KR, not UTF-8"),
        ("<x>" * 1000 + "</x>" * 1000, "more than 500 elements in one another"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "a document type"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><xliff>&x;</xliff>',
            "a document type",
        ),
        (
            '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]><xliff>&c;</xliff>',
            "a document type",
        ),
        ("<xliff>&unknown;</xliff>", "is no XML"),
        (b"<xliff>\xb3\xaa</xliff>", "line 1 of which is not UTF-8"),
    ],
)
def test_bad_tables_are_one_clear_line(opened, text, message):
    with pytest.raises(InputError, match=message):
        opened("a.xliff", text)


@pytest.mark.parametrize(
    "kept",
    [
        '<mrk mtype="protected">Acme soft</mrk>',
        '<mrk id="m1" translate="no">Acme <ph id="1"/>soft</mrk>',
        "<g id='1' translate='no'>Acme</g>",
    ],
)
def test_protected_parts_of_a_sentence_stay(shouted, kept):
    table = f'<xliff version="1.2"><trans-unit id="1"><source>use {kept} now</source>'
    result = shouted("a.xlf", table + "</trans-unit></xliff>")
    assert f"<target>USE {kept} NOW</target>" in result
