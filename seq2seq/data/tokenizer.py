"""Text to tokens and back, inside the TensorFlow graph, with a SentencePiece model.

`sentencepiece` trains the model file; `tensorflow_text` runs it, in training, translation and the exported model alike.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import tensorflow as tf
import tensorflow_text
from tensorflow_text.python.ops import sentencepiece_tokenizer

from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID

_TRAINER = Path(__file__).with_name("tokenizer_training.py")
_TRAINING_SAMPLE = 1_000_000  # sentences; more do not change the pieces, only the time


class Tokenizer:
    """A SentencePiece model as TensorFlow operations.

    Args:
        model: The serialised SentencePiece model.
    """

    def __init__(self, model: bytes):
        self.model = model
        # A SavedModel that is loaded shares resources of the same name: two tokenizers must have two.
        name = f"tokenizer_{hashlib.sha256(model).hexdigest()[:16]}"
        with tf.device(
            "CPU:0"
        ):  # the operation has no GPU kernel, and serving must not look for one
            self.resource = tensorflow_text.SentencepieceTokenizer(
                model, out_type=tf.int32, add_eos=True, name=name
            )
            self.resource._model_resource = _NamedModel(model, name)
        self.vocabulary_size = int(self.resource.vocab_size())

    @classmethod
    def train(
        cls, sentences: Iterable[str], vocabulary_size: int, *, character_coverage: float = 1.0
    ) -> "Tokenizer":
        """Trains a unigram model (Kudo 2018, https://arxiv.org/abs/1804.10959).

        The result has fewer than `vocabulary_size` pieces where the sentences do not hold as many.

        Args:
            sentences: Training text.
            vocabulary_size: The number of pieces wanted, the four special ones included.
            character_coverage: Share of the characters that get a piece; the rarest others become UNK.

        Raises:
            InputError: The vocabulary is too small to hold the characters of the text.
        """
        (model,) = _learn({"tokenizer": sentences}, vocabulary_size, character_coverage)
        return cls(model)

    @classmethod
    def train_joint(
        cls, source: Iterable[str], target: Iterable[str], vocabulary_size: int
    ) -> tuple["Tokenizer", "Tokenizer"]:
        """Trains one unigram model of two languages; returns the source and the target tokenizer.

        The target's pieces are those of the source's that the target sentences are made of, and have the same numbers:
        they are the first ones. A piece that no target sentence holds can be read but never be written, and an output
        layer needs no place for it. Of Multi30k's 8,000 joint pieces of English and German, German has two thirds.

        Raises:
            InputError: The vocabulary is too small to hold the characters of the text.
        """
        source_model, target_model = _learn({"source": source, "target": target}, vocabulary_size)
        return cls(source_model), cls(target_model)

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        return cls(Path(path).read_bytes())

    def tokenize(self, text: tf.Tensor) -> tf.RaggedTensor:
        """`(batch,)` strings to ragged `(batch, length)` int32 tokens, each row ending in EOS."""
        return self.resource.tokenize(text)

    def detokenize(self, tokens: tf.Tensor) -> tf.Tensor:
        """`(batch, length)` tokens to `(batch,)` strings; PAD, BOS and EOS leave no trace."""
        return self.resource.detokenize(tokens)

    def detokenize_all(self, tokens: tf.Tensor) -> tf.Tensor:
        """`(batch, n_best, length)` tokens to `(batch, n_best)` strings."""
        shape = tf.shape(tokens)
        rows = shape[0] * shape[1]
        texts = self.detokenize(tf.reshape(tokens, [rows, shape[2]]))
        return tf.reshape(texts[:rows], shape[:2])  # of no rows at all it makes one text

    def pieces(self, tokens: tf.Tensor) -> tf.Tensor:
        """The piece of text behind each token, `▁` standing for a space."""
        return self.resource.id_to_string(tokens)

    def ids(self, pieces: tf.Tensor) -> tf.Tensor:
        """The token behind each piece; UNK where there is none."""
        return self.resource.string_to_id(pieces)


class _NamedModel(tf.saved_model.experimental.TrackableResource):
    """The model in memory, under a name that keeps it there.

    `SentencepieceTokenizer` leaves its own nameless: TensorFlow forgets it as soon as somebody sets a random seed.
    """

    def __init__(self, model: bytes, name: str):
        super().__init__()
        self._model, self._name = model, name
        _ = self.resource_handle  # makes the resource

    def _create_resource(self):
        create = sentencepiece_tokenizer.gen_sentencepiece_tokenizer.sentencepiece_op
        return create(model=self._model, shared_name=self._name, name=self._name)


def _learn(
    texts: dict[str, Iterable[str]], vocabulary_size: int, character_coverage: float = 1.0
) -> list[bytes]:
    """The models that `vocabulary` makes of these texts, under their names."""
    with tempfile.TemporaryDirectory() as directory:
        for name, sentences in texts.items():
            with Path(directory, name).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(sentence + "\n" for sentence in sentences)
        options = {
            "input": ",".join(texts),  # relative, because the model keeps the names
            "model_prefix": "tokenizer",
            "vocab_size": vocabulary_size,
            "hard_vocab_limit": False,
            "character_coverage": character_coverage,
            "input_sentence_size": _TRAINING_SAMPLE,
            "pad_id": PAD_ID,
            "unk_id": UNK_ID,
            "bos_id": BOS_ID,
            "eos_id": EOS_ID,
            "max_sentence_length": 65536,
            "num_threads": 2,  # fixed: the number changes sums in their last bits, and so the pieces
            "minloglevel": 1,
        }
        run = subprocess.run(
            [
                sys.executable,
                "-P",
                str(_TRAINER),
            ],  # -P: our modules' names are not those of packages there
            cwd=directory,
            input=json.dumps(options),
            capture_output=True,
            text=True,
        )
        if run.returncode:
            raise InputError(_training_error(run.stderr, vocabulary_size))
        return [Path(directory, f"{name}.model").read_bytes() for name in texts]


def _training_error(log: str, vocabulary_size: int) -> str:
    if too_small := re.search(r"smaller than required_chars\. \d+ vs (\d+)", log):
        return (
            f"Expected a vocabulary of at least {too_small[1]} pieces, one for each character of the text. "
            f"Received: {vocabulary_size}. Use a larger --vocabulary-size."
        )
    last = log.strip().splitlines()[-1] if log.strip() else "no message"
    return (
        f"Expected text that {vocabulary_size} pieces can be learnt from. Received from sentencepiece: {last} "
        "Check that the corpus holds text."
    )
