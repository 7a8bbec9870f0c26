"""Word documents: the text of paragraphs is translated; formats and all other parts stay."""

import io
import re
import zipfile

import pytest

from seq2seq.documents import word
from seq2seq.documents.document import translate_document
from seq2seq.errors import InputError

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def paragraph(*runs, style=""):
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def run(text, properties="", space=""):
    written = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f"<w:r>{written}<w:t{space}>{text}</w:t></w:r>"


def archive(*paragraphs, **parts):
    """A document of these paragraphs, and of other parts: `header1=…` is word/header1.xml."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("[Content_Types].xml", "<Types/>")
        for name, content in {"document": "".join(paragraphs), **parts}.items():
            xml = f'<?xml version="1.0"?>\r\n<w:document {NAMESPACE}>{content}</w:document>'
            target.writestr(f"word/{name}.xml", xml)
        target.writestr("word/media/image.png", b"\x89PNG", zipfile.ZIP_STORED)
    return stream.getvalue()


def part(data, name="document"):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return source.read(f"word/{name}.xml").decode()


def texts(data, name="document"):
    return re.findall(r"<w:t[^>]*>([^<]*)</w:t>", part(data, name))


@pytest.fixture
def translated(opened):
    """Translates a document given a translation of each segment."""

    def translate(data, *translations):
        return opened("a.docx", data).rendered(translations)

    return translate


def shout(document):
    return translate_document(document, lambda found: [text.upper() for text in found])


BOLD = "<w:b/>"
LINK = '<w:hyperlink r:id="R1">' + run("the site", "<w:u/>") + "</w:hyperlink>"


def test_segments_are_lines_of_paragraphs_whatever_their_runs(opened):
    data = archive(
        paragraph(run("I am Yu"), run("sol.", '<w:lang w:val="en"/>')),
        paragraph(run("I study "), run("art", BOLD), run(" &amp; music.")),
        paragraph(run("See "), LINK, run(".")),
        paragraph(run("One"), "<w:r><w:br/></w:r>", run("Two"), "<w:r><w:tab/><w:t>3</w:t></w:r>"),
        "<w:tbl><w:tr><w:tc>" + paragraph(run("In a cell", BOLD)) + "</w:tc></w:tr></w:tbl>",
        paragraph(run("code"), style="SourceCode"),
        paragraph(run("42")),
        header1=paragraph(run("At the top")),
        footer2=paragraph(run("At the bottom")),
        footnotes=paragraph(run("A note.")),
        settings=paragraph(run("No text")),
    )

    assert opened("a.docx", data).segments == [
        "I am Yusol.",
        'I study <g id="1">art</g> &amp; music.',
        'See <g id="1">the site</g>.',
        "One",
        "Two",
        "In a cell",
        "At the top",
        "At the bottom",
        "A note.",
    ]


def test_identity_keeps_every_byte(unchanged):
    data = archive(paragraph(run("Hello."), run(" You", BOLD)), header1=paragraph(run("Top")))

    assert unchanged("a.docx", data) == data


def test_translation_changes_the_text_of_the_xml_alone(opened):
    data = archive(
        paragraph(run("i am "), run("yusol", BOLD), run(" &amp; you.")),
        paragraph(run("see "), LINK, run(".")),
        header1=paragraph(run("top")),
    )

    rendered = shout(opened("a.docx", data))

    assert texts(rendered) == ["I AM ", "YUSOL", " &amp; YOU.", "SEE ", "THE SITE", "."]
    spaced = ' xml:space="preserve"'
    for name in ("document", "header1"):
        found = part(rendered, name).replace(spaced, "")
        assert re.sub("<w:t>[^<]*", "", found) == re.sub("<w:t>[^<]*", "", part(data, name))
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(io.BytesIO(rendered)) as after,
    ):
        assert after.namelist() == before.namelist()
        assert after.read("word/media/image.png") == before.read("word/media/image.png")
        assert [e.date_time for e in after.infolist()] == [e.date_time for e in before.infolist()]
        assert after.getinfo("word/media/image.png").compress_type == zipfile.ZIP_STORED


def test_split_word_is_translated_whole_into_its_first_run(translated):
    rendered = translated(archive(paragraph(run("Hel"), run("lo"), run("!"))), "안녕!")

    assert texts(rendered) == ["안녕!", "", ""]


def test_spaces_at_the_edge_of_a_run_are_kept_by_the_word_processor(translated):
    data = archive(
        paragraph(run("I am"), run(" Yusol", BOLD, ' xml:space="preserve"'), run(" here."))
    )

    rendered = part(translated(data, '나는 <g id="1">유솔</g>이야.'))

    assert '<w:t xml:space="preserve">나는 </w:t>' in rendered


def test_formats_in_another_order_move_with_their_words(translated):
    data = archive(paragraph(run("I study "), run("art", BOLD), run(" at "), LINK, run(" now.")))

    rendered = translated(data, '<g id="2">도서관</g>에서 <g id="1">미술</g>을 공부해.')

    written = part(rendered)
    assert [text for text in texts(rendered) if text] == ["도서관", "에서 ", "미술", "을 공부해."]
    assert re.search(r'<w:hyperlink r:id="R1"><w:r><w:rPr><w:u/></w:rPr><w:t [^>]*>도서관', written)
    assert re.search(r"<w:rPr><w:b/></w:rPr><w:t [^>]*>미술", written)


def test_formats_in_another_order_stay_in_their_line(translated):
    broken = "<w:r><w:t>One</w:t><w:br/><w:t>See </w:t></w:r>"
    data = archive(paragraph(broken, run("art", BOLD), run(" or "), run("me", "<w:i/>")))

    rendered = translated(data, "하나", '<g id="2">나</g>나 <g id="1">미술</g>을 봐.')

    assert "".join(texts(rendered)) == "하나나나 미술을 봐."
    assert (
        part(rendered).index("하나") < part(rendered).index("<w:br/>") < part(rendered).index("봐")
    )


@pytest.mark.parametrize(
    "translation", ["나는 유솔이야.", '나는 <g id="1">유솔이야.', '<g id="7">나는</g> 유솔이야.']
)
def test_translation_without_its_tags_is_plain(translated, translation):
    data = archive(paragraph(run("I am "), run("Yusol", BOLD), run(".")))

    assert "".join(texts(translated(data, translation))) == "나는 유솔이야."


def test_translation_with_signs_of_markup_is_well_formed(opened, translated):
    rendered = translated(archive(paragraph(run("R &amp; D"))), "A & B < C &amp; D")

    assert texts(rendered) == ["A &amp; B &lt; C &amp; D"]
    assert opened("b.docx", rendered).segments == ["A &amp; B &lt; C &amp; D"]


def test_text_box_in_a_paragraph_is_a_paragraph_of_its_own(opened):
    box = f"<w:r><w:pict><w:txbxContent>{paragraph(run('inside'))}</w:txbxContent></w:pict></w:r>"
    document = opened("a.docx", archive(paragraph(run("before "), box, run("after"))))

    assert sorted(document.segments) == ["before after", "inside"]
    assert sorted(filter(None, texts(shout(document)))) == ["BEFORE AFTER", "INSIDE"]


def test_document_of_a_library_is_read(opened, tmp_path):
    docx = pytest.importorskip("docx")
    made = docx.Document()
    made.add_heading("My day", 1)
    paragraph_made = made.add_paragraph("I am ")
    paragraph_made.add_run("Yusol").bold = True
    paragraph_made.add_run(".")
    made.add_table(1, 2).cell(0, 1).text = "In a cell"
    made.sections[0].header.paragraphs[0].text = "Top"
    made.save(tmp_path / "made.docx")

    document = opened("a.docx", (tmp_path / "made.docx").read_bytes())
    (tmp_path / "written.docx").write_bytes(shout(document))
    read = docx.Document(str(tmp_path / "written.docx"))

    assert [found.text for found in read.paragraphs] == ["MY DAY", "I AM YUSOL."]
    assert read.paragraphs[1].runs[1].text == "YUSOL" and read.paragraphs[1].runs[1].bold
    assert read.tables[0].cell(0, 1).text == "IN A CELL"
    assert read.sections[0].header.paragraphs[0].text == "TOP"


def test_archive_that_would_fill_the_memory_is_refused(opened, monkeypatch):
    data = archive(paragraph(run("a" * 10_000)))
    monkeypatch.setattr(word, "MAX_SIZE", 5_000)

    with pytest.raises(
        InputError, match="bytes when decompressed. At most 5,000 are read"
    ) as error:
        opened("a.docx", data)
    assert str(error.value).count("Expected") == 1  # it was said inside another message once


def test_text_that_would_take_minutes_is_refused(opened, monkeypatch):
    data = archive(paragraph(run("a" * 10_000)))
    monkeypatch.setattr(word, "MAX_TEXT_SIZE", 5_000)

    with pytest.raises(InputError, match="bytes of text when decompressed. At most 5,000"):
        opened("a.docx", data)


def test_archive_that_lies_about_its_size_is_refused(opened):
    data = archive(paragraph(run("a" * 10_000)))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        size = source.getinfo("word/document.xml").file_size
    lying = data.replace(size.to_bytes(4, "little"), (10).to_bytes(4, "little"))

    with pytest.raises(InputError, match="which is no whole archive"):
        opened("a.docx", lying)


def test_document_type_in_a_part_is_refused(opened):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
        target.writestr("word/document.xml", bomb)

    with pytest.raises(InputError, match=r"a\.docx, word/document\.xml, which has a document type"):
        opened("a.docx", stream.getvalue())


def other_archive():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        target.writestr("a.txt", "a")
    return stream.getvalue()


@pytest.mark.parametrize(
    "data, message",
    [
        (b"", "which is empty"),
        (b"hello", "which is no whole archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old .doc is not one"),
        (archive(paragraph(run("Hello")))[:-40], "which is no whole archive"),
        (other_archive(), "which has no word/document.xml"),
        (archive("<w:p>"), "is no XML"),
    ],
)
def test_bad_documents_are_one_clear_line(opened, data, message):
    with pytest.raises(InputError, match=message):
        opened("a.docx", data)


def test_note_stays_behind_its_sentence(opened):
    note = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    data = archive(
        paragraph(run("One."), note.format(1), run(" Two, "), run("three.", BOLD), note.format(2))
    )
    document = opened("a.docx", data)
    assert document.segments == ["One.", 'Two, <g id="1">three.</g>']
    written = part(shout(document))
    order = [written.index(text) for text in ("ONE.", 'w:id="1"', "TWO", "THREE", 'w:id="2"')]
    assert order == sorted(order)


def test_hyphens_that_are_elements_are_part_of_the_text(opened):
    data = archive(
        paragraph(run("well"), "<w:r><w:noBreakHyphen/></w:r>", run("known"))
        + paragraph("<w:r><w:t>hy</w:t><w:softHyphen/><w:t>phen</w:t></w:r>")
    )
    document = opened("a.docx", data)
    assert document.segments == ["well\u2011known", "hyphen"]
    assert document.rendered(document.segments) == data
    result = shout(document)
    assert "".join(texts(result)) == "WELL\u2011KNOWNHYPHEN"
    assert "Hyphen/>" not in part(result)


def test_what_is_read_aloud_for_a_picture_is_translated(opened):
    seen = """descr='a "cat" &amp; dog' title="&quot;cat&quot;"/>"""
    picture = '<wp:docPr xmlns:wp="u" id="1" name="PIC 1" ' + seen
    data = archive(paragraph(f"<w:r><w:drawing>{picture}</w:drawing></w:r>"))
    data = shout(opened("a.docx", data))
    assert """descr='A &quot;CAT&quot; &amp; DOG' title="&quot;CAT&quot;"/>""" in part(data)
