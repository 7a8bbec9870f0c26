"""Small translators that the tests of all topics share."""

import functools

import pytest

from fixtures.commands import untrained  # noqa: F401
from seq2seq.translation.translator import Translator


@pytest.fixture(scope="session")
def translator(untrained):  # noqa: F811
    """`translator(cell, attention)`: a small one with random weights, loaded once."""

    @functools.cache
    def load(cell="gru", attention="luong"):
        return Translator.load(untrained(1, cell=cell, attention=attention))

    return load
