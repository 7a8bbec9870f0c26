"""Documents from strings, and the translation that shows what is human text: capital letters."""

import pytest

from seq2seq.documents.document import open_document, translate_document


@pytest.fixture
def opened(tmp_path):
    """Opens a document of a name and a content, text or bytes."""

    def open_content(name, content, **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return open_document(path, **options)

    return open_content


@pytest.fixture
def shouted(opened):
    """Translates a document into capital letters, and returns it as text."""

    def shout(name, content, **options):
        document = opened(name, content, **options)
        return translate_document(document, lambda texts: [text.upper() for text in texts]).decode()

    return shout


@pytest.fixture
def unchanged(opened):
    """Translates every segment into itself, and returns the bytes."""

    def translate(name, content, **options):
        return translate_document(opened(name, content, **options), list)

    return translate
