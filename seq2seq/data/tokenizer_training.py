"""Learns the pieces of one language or two: a program that reads what to do as JSON and writes SentencePiece models.

It is run in a process of its own, because sentencepiece trains safely only where TensorFlow was not imported before it.
"""

import json
import sys
from pathlib import Path

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import ModelProto

SEED = 1  # of the sample
ROUND = 64  # numbers of target pieces are multiples of it, which suits products and the search for the best


def main() -> None:
    """Learns from the files of `input`; two of them are source and target of a joint vocabulary."""
    options = json.load(sys.stdin)
    sentencepiece.set_random_generator_seed(SEED)
    sentencepiece.SentencePieceTrainer.train(**options)
    if "," in options["input"]:
        joint = Path("tokenizer.model").read_bytes()
        target = Path(options["input"].split(",")[1]).read_text(encoding="utf-8").split("\n")
        source_model, target_model = target_first(joint, target)
        Path("source.model").write_bytes(source_model)
        Path("target.model").write_bytes(target_model)


def target_first(joint: bytes, target: list[str]) -> tuple[bytes, bytes]:
    """Numbers the pieces anew, those that the target sentences are made of first, which alone are the second model.

    Single characters are among them, used or not, so that any word can be spelt, and a few others that make a round
    number. A token of the second model is the same piece in the first, and the target sentences have the same tokens in
    both.
    """
    tokens = sentencepiece.SentencePieceProcessor(model_proto=joint).encode(target, num_threads=2)
    used = {token for sentence in tokens for token in sentence}
    whole = ModelProto.FromString(joint)
    pieces = list(whole.pieces)
    first = [
        token in used or piece.type != ModelProto.SentencePiece.NORMAL or len(piece.piece) == 1
        for token, piece in enumerate(pieces)
    ]
    chosen = [piece for piece, is_first in zip(pieces, first, strict=True) if is_first]
    others = [piece for piece, is_first in zip(pieces, first, strict=True) if not is_first]
    ordered = chosen + others
    return _with_pieces(whole, ordered), _with_pieces(
        whole, ordered[: -(-len(chosen) // ROUND) * ROUND]
    )


def _with_pieces(whole, pieces):
    model = ModelProto()
    model.CopyFrom(whole)
    del model.pieces[:]
    model.pieces.extend(pieces)
    model.trainer_spec.vocab_size = len(pieces)
    return model.SerializeToString(deterministic=True)


if __name__ == "__main__":
    main()
