"""Directions of translation, which a tag before each source sentence tells a model of several.

A tag names the language of the translation. It is a reserved piece, made of a noncharacter, as
placeholders are.

Reference:
    Johnson et al. 2017, https://arxiv.org/abs/1611.04558, section 3.
"""

from seq2seq.ids import LANGUAGE_TAGS

SHOWN_TAG = "→"  # what people see in the place of the piece, which has no glyph


def tagged(sentence: str, tag: str) -> str:
    """A sentence behind a tag; the space keeps the first word the piece that it is elsewhere."""
    return f"{tag} {sentence}"


def untagged(sentence: str) -> tuple[str, str]:
    """The tag of a sentence, "" if it has none, and the rest."""
    if sentence[:1] in LANGUAGE_TAGS:
        return sentence[0], sentence[2:]
    return "", sentence
