"""A program that learns the pieces of one language or two, and writes SentencePiece models.

It reads what to do as JSON from standard input. It runs in a process of its own, because
sentencepiece trains safely only where TensorFlow was not imported before it.
"""

import json
import sys
from pathlib import Path

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import (
    ModelProto,  # pyright: ignore[reportAttributeAccessIssue]
)

SEED = 1  # of the sample
# The number of target pieces is a multiple of it, which suits products and the search for the best.
ROUND = 64


def main() -> None:
    """Learns from the files of `input`; two of them are source and target of a joint vocabulary."""
    options = json.load(sys.stdin)
    sentencepiece.set_random_generator_seed(SEED)
    sentencepiece.SentencePieceTrainer.train(**options)

    files = options["input"].split(",")
    if len(files) == 2:
        joint = Path("tokenizer.model").read_bytes()
        target = Path(files[1]).read_text(encoding="utf-8").split("\n")
        source_model, target_model = target_first(joint, target)
        Path("source.model").write_bytes(source_model)
        Path("target.model").write_bytes(target_model)


def target_first(joint: bytes, target: list[str]) -> tuple[bytes, bytes]:
    """Numbers the pieces of a joint model anew, those of the target first.

    The first pieces alone are the second model. They are the pieces that the target sentences are
    made of, all single characters, so that any word can be spelt, and a few others that make the
    number a multiple of `ROUND`. A token of the second model is the same piece in the first, and
    the target sentences have the same tokens in both.

    Args:
        joint: The serialised model of both languages.
        target: The target sentences.

    Returns:
        The serialised models of the source and of the target.
    """
    tokens = sentencepiece.SentencePieceProcessor(model_proto=joint).encode(target, num_threads=2)
    used = {token for sentence in tokens for token in sentence}
    model = ModelProto.FromString(joint)

    chosen = []
    others = []
    for token, piece in enumerate(model.pieces):
        is_special = piece.type != ModelProto.SentencePiece.NORMAL
        is_first = token in used or is_special or len(piece.piece) == 1
        (chosen if is_first else others).append(piece)

    ordered = chosen + others
    target_size = -(-len(chosen) // ROUND) * ROUND
    return _with_pieces(model, ordered), _with_pieces(model, ordered[:target_size])


def _with_pieces(whole: ModelProto, pieces: "list[ModelProto.SentencePiece]") -> bytes:
    """Returns the model with these pieces instead of its own, serialised."""
    model = ModelProto()
    model.CopyFrom(whole)
    del model.pieces[:]
    model.pieces.extend(pieces)
    model.trainer_spec.vocab_size = len(pieces)

    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    main()
