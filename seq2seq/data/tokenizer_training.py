"""A program that learns the pieces of one language or two, and writes SentencePiece models.

It reads what to do as JSON from standard input. It runs in a process of its own, because
sentencepiece trains safely only where TensorFlow was not imported before it.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sentencepiece
from sentencepiece.sentencepiece_model_pb2 import (
    ModelProto,  # pyright: ignore[reportAttributeAccessIssue]
)

SEED = 1  # of the sample
FOLDING = "nmt_nfkc_cf"  # full-width letters, ligatures, kinds of spaces, and case
# The number of target pieces is a multiple of it, which suits products and the search for the best.
ROUND = 64


# SentencePiece writes ▁ for a space, and skips a training sentence that holds ▅. In a model that
# keeps letters, noncharacters stand for both, which no text holds.
STAND_INS = {"\u2581": "\ufdd0", "\u2585": "\ufdd1"}

# SentencePiece takes its names of special tokens out of the sentences that it learns from.
SPECIAL = re.compile("<(?=(?:pad|unk|s|/s)>)")
LONGEST = 16_000  # characters of a line; SentencePiece skips lines of more than 65,536 bytes


def main() -> None:
    """Learns from the files of `input`; two of them are source and target of a joint vocabulary.

    Where `letters` is no name, the model folds its text.
    """
    options = json.load(sys.stdin)
    letters = options.pop("letters")
    sentencepiece.set_random_generator_seed(SEED)
    if letters:
        train_keeping_letters(options, letters)
    else:
        sentencepiece.SentencePieceTrainer.train(**options, normalization_rule_name=FOLDING)


def train_keeping_letters(options: dict[str, Any], name: str) -> None:
    """Trains a model that keeps every letter of the last file of `input`.

    Args:
        options: What SentencePiece takes.
        name: What the rules are called in the model file.
    """
    *sources, target = options["input"].split(",")
    target_lines = read_lines(target)
    write_lines(target, target_lines)
    for source in sources:
        write_lines(source, folded(read_lines(source)))

    write_rules("letters.tsv", {"\n": " ", **STAND_INS})
    write_rules("text.tsv", {stand_in: letter for letter, stand_in in STAND_INS.items()})
    sentencepiece.SentencePieceTrainer.train(
        **options, normalization_rule_tsv="letters.tsv", denormalization_rule_tsv="text.tsv"
    )

    model = ModelProto.FromString(Path("tokenizer.model").read_bytes())
    model.normalizer_spec.name = name
    # The rules that give text back must leave its spaces alone.
    model.denormalizer_spec.add_dummy_prefix = False
    model.denormalizer_spec.remove_extra_whitespaces = False
    model.denormalizer_spec.escape_whitespaces = False
    whole = model.SerializeToString(deterministic=True)
    Path("tokenizer.model").write_bytes(whole)

    if sources:
        source_model, target_model = target_first(whole, target_lines)
        Path("source.model").write_bytes(folding(source_model))
        Path("target.model").write_bytes(target_model)


def read_lines(path: str) -> list[str]:
    """Returns the lines of a file; LF alone ends one."""
    return Path(path).read_bytes().decode().removesuffix("\n").split("\n")


def write_lines(path: str, sentences: list[str]) -> None:
    """Writes sentences so that SentencePiece learns from all of each."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for sentence in sentences:
            file.writelines(line + "\n" for line in learnable(sentence))


def learnable(sentence: str) -> Iterator[str]:
    """Yields the lines to learn a sentence from, only itself in nearly all cases."""
    text = sentence.translate(str.maketrans(STAND_INS))
    for line in SPECIAL.sub("<\n", text).split("\n"):
        for start in range(0, len(line) or 1, LONGEST):
            yield line[start : start + LONGEST]


def folded(sentences: list[str]) -> list[str]:
    """Returns sentences as the source tokenizer reads them."""
    normalizer = sentencepiece.SentencePieceNormalizer(
        rule_name=FOLDING, add_dummy_prefix=False, escape_whitespaces=False
    )
    return normalizer.normalize(sentences)


def folding(model: bytes) -> bytes:
    """Returns a model that folds its text before it cuts it, instead of keeping the letters."""
    normalizer = sentencepiece.SentencePieceNormalizer(rule_name=FOLDING)
    rules = ModelProto.FromString(normalizer.serialized_model_proto()).normalizer_spec

    changed = ModelProto.FromString(model)
    changed.normalizer_spec.name = rules.name
    changed.normalizer_spec.precompiled_charsmap = rules.precompiled_charsmap
    changed.normalizer_spec.ClearField("normalization_rule_tsv")
    changed.denormalizer_spec.Clear()
    return changed.SerializeToString(deterministic=True)


def write_rules(path: str, rules: dict[str, str]) -> None:
    """Writes rules in SentencePiece's form: the code points of a text, a TAB, and of another."""
    lines = []
    for text, other in rules.items():
        lines.append(f"{ord(text):X}\t{ord(other):X}\n")
    Path(path).write_text("".join(lines))


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
