"""A program that adds the pieces of new text to the SentencePiece models of a trained model.

It reads what to do as JSON from standard input, and runs in a process of its own, as
`tokenizer_training` does.

A piece is added behind those of the model, with the score of its parts and a trifle more. So the
best way to cut a text is the one that it was before, with some neighbours joined: no text is cut
into more pieces, and one without new pieces is cut as before. A letter that the model lacks gets
the score of its rarest piece.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import (
    ModelProto,  # pyright: ignore[reportAttributeAccessIssue]
)

TRIFLE = 1e-3  # by which a piece is better than its parts
SPACE = "\u2581"
NORMAL = ModelProto.SentencePiece.NORMAL


class Additions(NamedTuple):
    """What a model lacks.

    Attributes:
        pieces: The new pieces, the letters first.
        parts: The tokens that the model cut each into until now; none for a letter that it lacks,
            and none in the place of such a letter inside of a piece.
    """

    pieces: list[str]
    parts: list[list[int]]


def main() -> None:
    """Extends the models of two languages.

    `source` and `target` name the files of each: the `model`, another model that was `learnt` from
    the new text, the `text`, a sentence on each line, and `extended`, which is written. A piece is
    added if the new text has it `least` times. Where the vocabulary is `shared`, the pieces of the
    target remain the first of the source's. Prints the parts of every token of both, as JSON.
    """
    options = json.load(sys.stdin)
    source, target = (_files(options[side]) for side in ("source", "target"))
    found = additions(*target, least=options["least"])
    target_model, target_parts = appended(target[0], found)

    if options["shared"]:
        whole, parts = inserted(source[0], found, len(target_parts) - len(found.pieces))
        own = additions(whole, *source[1:], least=options["least"])
        source_model, later = appended(whole, own)
        source_parts = [_together(tokens, parts) for tokens in later]
    else:
        source_model, source_parts = appended(source[0], additions(*source, least=options["least"]))

    Path(options["source"]["extended"]).write_bytes(source_model)
    Path(options["target"]["extended"]).write_bytes(target_model)
    json.dump({"source": source_parts, "target": target_parts}, sys.stdout)


def _files(names: dict[str, str]) -> tuple[bytes, bytes, list[str]]:
    text = Path(names["text"]).read_bytes().decode().removesuffix("\n")
    return Path(names["model"]).read_bytes(), Path(names["learnt"]).read_bytes(), text.split("\n")


def additions(model: bytes, learnt: bytes, text: Sequence[str], *, least: int) -> Additions:
    """What a model lacks of a text.

    Args:
        model: The serialised model.
        learnt: A model that was trained on the text.
        text: The sentences.
        least: How often the text must have a piece of several letters.
    """
    known = {piece.piece for piece in ModelProto.FromString(model).pieces}
    reader = sentencepiece.SentencePieceProcessor(model_proto=model)
    letters = set("".join(reader.normalize(list(text)))) - known - set(" \0" + SPACE)
    with_letters, _ = appended(model, Additions(sorted(letters), [[] for _ in letters]))

    other = sentencepiece.SentencePieceProcessor(model_proto=learnt)
    counts = Counter(token for sentence in other.encode(list(text)) for token in sentence)
    pieces = sorted(letters)
    parts: list[list[int]] = [[] for _ in letters]
    cutter = _cutter(with_letters)
    for token, piece in enumerate(ModelProto.FromString(learnt).pieces):
        is_new = piece.type == NORMAL and piece.piece not in known and len(piece.piece) > 1
        if not is_new or counts[token] < least:
            continue
        tokens = cutter.encode(piece.piece.replace(SPACE, " "))
        if len(tokens) > 1 and cutter.unk_id() not in tokens:
            pieces.append(piece.piece)
            parts.append([token for token in tokens if token < len(known)])
    return Additions(pieces, parts)


def _cutter(model: bytes) -> sentencepiece.SentencePieceProcessor:
    """The model as it cuts a piece, which is text that was normalised and has its spaces."""
    plain = ModelProto.FromString(model)
    plain.normalizer_spec.precompiled_charsmap = b""
    plain.normalizer_spec.add_dummy_prefix = False
    plain.normalizer_spec.remove_extra_whitespaces = False
    return sentencepiece.SentencePieceProcessor(model_proto=plain.SerializeToString())


def appended(model: bytes, new: Additions) -> tuple[bytes, list[list[int]]]:
    """The model with pieces behind its own; and the parts of every token, its own among them."""
    changed = ModelProto.FromString(model)
    size = len(changed.pieces)
    _add(changed, size, new.pieces)
    return changed.SerializeToString(deterministic=True), [*([i] for i in range(size)), *new.parts]


def inserted(model: bytes, new: Additions, place: int) -> tuple[bytes, list[list[int]]]:
    """The source model of a shared vocabulary with new pieces of the target.

    They follow the first `place` pieces, which are the target's. A piece that the source has
    already, behind these, moves there and stays what it is.
    """
    changed = ModelProto.FromString(model)
    tokens = {piece.piece: token for token, piece in enumerate(changed.pieces)}
    lacking = [piece for piece in new.pieces if piece not in tokens]
    parts = [[token] for token in range(len(changed.pieces))]
    parts += [new.parts[new.pieces.index(piece)] for piece in lacking]
    _add(changed, len(changed.pieces), lacking)

    tokens = {piece.piece: token for token, piece in enumerate(changed.pieces)}
    moved = [tokens[piece] for piece in new.pieces]
    rest = sorted(set(range(place, len(changed.pieces))) - set(moved))
    order = [*range(place), *moved, *rest]

    pieces = [changed.pieces[token] for token in order]
    model_parts = [parts[token] for token in order]
    whole = ModelProto()
    whole.CopyFrom(changed)
    del whole.pieces[:]
    whole.pieces.extend(pieces)
    return whole.SerializeToString(deterministic=True), model_parts


def _add(model: "ModelProto", size: int, pieces: Sequence[str]) -> None:
    """Appends pieces, with the scores that the docstring of the module speaks of."""
    rarest = min(piece.score for piece in model.pieces[:size] if piece.type == NORMAL)
    letters = [piece for piece in pieces if len(piece) == 1]
    for piece in letters:
        model.pieces.add(piece=piece, score=rarest)

    cutter = _cutter(model.SerializeToString())
    scores = [piece.score for piece in model.pieces]
    for piece in pieces:
        if len(piece) > 1:
            parts = cutter.encode(piece.replace(SPACE, " "))
            model.pieces.add(piece=piece, score=sum(scores[part] for part in parts) + TRIFLE)
    model.trainer_spec.vocab_size = len(model.pieces)


def _together(tokens: Sequence[int], parts: Sequence[list[int]]) -> list[int]:
    """The parts of the parts of a token."""
    return [part for token in tokens for part in parts[token]]


if __name__ == "__main__":
    main()
