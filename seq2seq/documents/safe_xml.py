"""XML as text that is known to be well-formed and to refer to nothing outside of it."""

import re
from xml.parsers import expat

from seq2seq.documents import markup
from seq2seq.documents.literals import literals
from seq2seq.documents.source_file import SourceFile

_MOST_DEPTH = 500  # elements in one another
_ENTITY = re.compile(r"&(?!(?:#\d+|#x[\da-fA-F]+|amp|lt|gt|quot|apos);)")


class _Forbidden(Exception):
    """The XML has what is not read."""


def xml_text(file: SourceFile) -> str:
    """Returns the text of an XML file.

    A document type is refused: entities are defined there, which can name other files or grow
    without bound. Nothing is loaded.

    Raises:
        InputError: The file is no well-formed XML in UTF-8, is nested too deeply, or has a document
            type.
    """
    text = file.text()
    try:
        _parse(text)
    except expat.ExpatError as error:
        file.refuse(
            f"whose line {error.lineno:,} is no XML: {expat.ErrorString(error.code)}",
            "Check that it was saved whole.",
        )
    except _Forbidden as error:
        file.refuse(f"which has {error}", "Save it without.")

    return text


def _parse(text: str) -> None:
    """Checks that a text is XML that may be read."""
    depth = 0

    def enter(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH:
            raise _Forbidden(f"more than {_MOST_DEPTH} elements in one another")

    def leave(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse_type(*declaration: object) -> None:
        raise _Forbidden("a document type (<!DOCTYPE …>)")

    def check_encoding(version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise _Forbidden(f"the encoding {encoding}, not UTF-8")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.StartDoctypeDeclHandler = refuse_type
    parser.XmlDeclHandler = check_encoding
    parser.Parse(text.encode(), True)


def fitting(translation: str, source: str) -> str:
    """Returns a translation that can stand in XML.

    Signs that XML reads as markup are written as entities, unless they belong to tags and entities
    of the source and are well-formed together.

    Args:
        translation: A translation of a stretch of XML.
        source: That stretch.
    """
    kept = {literal for literal in literals(source) if literal[:1] in "<&"}
    tags = "|".join(re.escape(literal) for literal in sorted(kept, key=len, reverse=True))
    pieces = re.split(f"({tags})", translation) if kept else [translation]
    together = "".join(piece if piece in kept else escaped_text(piece) for piece in pieces)
    if _is_well_formed(together):
        return together
    return "".join(escaped_text(piece) for piece in pieces if not piece.startswith("<"))


def escaped_text(text: str) -> str:
    """Returns a text whose signs of markup are entities; characters that XML forbids are gone."""
    allowed = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)
    return _ENTITY.sub("&amp;", allowed).replace("<", "&lt;").replace("]]>", "]]&gt;")


def _is_well_formed(text: str) -> bool:
    """Whether a text can be the content of an element."""
    try:
        _parse(f"<x>{text}</x>")
    except (expat.ExpatError, _Forbidden):
        return False
    return True


def local_name(token: markup.Token) -> str:
    """Returns the name of an element without its namespace."""
    return token.name.rpartition(":")[2]
