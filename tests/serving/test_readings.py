"""The server reads sentences with literals in two ways, as the library does."""

import asyncio
import string
from types import SimpleNamespace

import numpy as np
import pytest

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.exports.signatures import BEAM, GREEDY, PREFIX
from seq2seq.serving.readings import Answered, chosen_readings
from seq2seq.serving.translation import TranslateRequest
from seq2seq.translation.protection import Protector

PROTECTOR = Protector(
    frozenset(string.ascii_lowercase + ".▁" + "".join(PLACEHOLDERS)), ("LATIN",), folds_case=True
)


def pieces_of(text):
    spaced = "".join(f" {letter} " if letter in PLACEHOLDERS else letter for letter in text)
    pieces = []
    for word in spaced.split():
        pieces += ["▁", word] if word in PLACEHOLDERS else [f"▁{word}"]
    return [*pieces, "</s>"]


def signature(name):
    inputs = ("text", "prefix") if name == PREFIX else ("text",)
    return SimpleNamespace(name=name, inputs=inputs, reads_text=True)


def row_of(text):
    pieces = np.array([piece.encode() for piece in pieces_of(text)], object)
    return {
        "translation": np.array([text.encode()], object),
        "score": np.array([-1.0]),
        "pieces": pieces[np.newaxis],
        "source_pieces": pieces,
        "attention": np.eye(len(pieces))[np.newaxis],
    }


class Batcher:
    """A model that gives each text back, and finds some translations of a reading probable."""

    def __init__(self, liked):
        self.liked = liked
        self.asked = []

    async def run(self, signature, inputs, *, keep, check=None):
        texts = [text.decode() for text in inputs["text"]]
        self.asked += [(signature.name, text) for text in texts]
        if signature.name != PREFIX:
            return [row_of(text) for text in texts]
        return [
            {"probability": np.full((2, prefix.count(b" ") + 3), self.liked(text, prefix.decode()))}
            for text, prefix in zip(texts, inputs["prefix"], strict=True)
        ]


async def no_attention(protected, rows):
    return [{} for _ in rows]


def chosen(sentences, batcher, name=BEAM, signatures=(BEAM, PREFIX), **request):
    version = SimpleNamespace(
        signatures={one: signature(one) for one in signatures},
        note=SimpleNamespace(protector=PROTECTOR),
    )
    protected = [PROTECTOR.protect(sentence) for sentence in sentences]
    answered = [Answered(one, row_of(one.text)) for one in protected]
    asked = TranslateRequest(text=sentences, **request)
    found = chosen_readings(asked, version, signature(name), batcher, answered, no_attention)
    return [bool(one.protected.apart) for one in asyncio.run(found)]


SENTENCES = ["see dogs", "see 12 dogs", "see {name} and dogs"]


@pytest.mark.parametrize("liked, is_taken", [("▁dogs", True), ("▁see", False)])
def test_second_reading_is_shown_unless_its_translation_is_worse(liked, is_taken):
    batcher = Batcher(lambda text, prefix: 0.9 if prefix.startswith(liked) else 0.1)

    async def run(signature, inputs, *, keep, check=None):
        rows = await Batcher.run(batcher, signature, inputs, keep=keep, check=check)
        return [row_of("dogs see") for _ in rows] if signature.name == BEAM else rows

    batcher.run = run
    assert chosen(["see dogs", "see 12 dogs"], batcher) == [False, is_taken]


def test_readings_that_find_the_same_words_as_probable_show_the_second():
    for liked in ("see dogs", "see \ufde0"):
        batcher = Batcher(lambda text, prefix, liked=liked: 0.9 if text.startswith(liked) else 0.1)
        assert chosen(SENTENCES, batcher) == [False, True, True]


@pytest.mark.parametrize(
    "options",
    [{"name": GREEDY}, {"signatures": (BEAM,)}, {"prefix": ["▁see"]}],
    ids=str,
)
def test_greedy_searches_and_prefixes_are_read_once(options):
    batcher = Batcher(lambda text, prefix: 0.5)
    assert chosen(SENTENCES[1:2], batcher, **options) == [False]
    assert batcher.asked == []


def test_only_sentences_with_literals_are_read_twice():
    batcher = Batcher(lambda text, prefix: 0.5)
    chosen(SENTENCES, batcher)
    searched = [text for name, text in batcher.asked if name == BEAM]
    assert searched == ["see dogs", "see and dogs"]
    assert sum(name == PREFIX for name, _ in batcher.asked) == 8
