"""Text to tokens and back, inside the TensorFlow graph, with a SentencePiece model.

`sentencepiece` trains the model file. `tensorflow_text` runs it, in training, in translation and in
the exported model alike.

A tokenizer of source text folds what carries no meaning for a translation (`nmt_nfkc_cf`: case,
full-width letters, ligatures, kinds of spaces). A tokenizer of target text keeps every letter,
because what it folds the model could never write. For every text that such a tokenizer was trained
on, `detokenize(tokenize(text))` is the NFC form of the text with its runs of spaces (U+0020)
collapsed and those at the ends gone. A line feed counts as a space, because a translation is one
line. There are two exceptions. NUL is unknown, because SentencePiece's rules end at it. The
noncharacters U+FDD0 and U+FDD1, which Unicode keeps out of text, stand for `▁` and `▅` inside the
model, which SentencePiece keeps for itself; they become these letters.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import tensorflow as tf
import tensorflow_text
from tensorflow_text.python.ops import sentencepiece_tokenizer

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.errors import InputError
from seq2seq.ids import BOS_ID, EOS_ID, PAD_ID, UNK_ID

_TRAINER = Path(__file__).with_name("tokenizer_training.py")
# The name that the rules for letters have in a model file; as `normalizer_spec` serialises it, too.
_LETTERS = "seq2seq_letters"
_LETTERS_FIELD = b"\x0a" + bytes([len(_LETTERS)]) + _LETTERS.encode()
_FOLDING_FIELD = b"\x0a\x0bnmt_nfkc_cf"
_TRAINING_SAMPLE = 1_000_000  # sentences; more do not change the pieces, only the time


class Tokenizer:
    """A SentencePiece model as TensorFlow operations.

    Args:
        model: The serialised SentencePiece model.

    Attributes:
        model: The serialised SentencePiece model.
        resource: The operations, which a SavedModel must track.
        vocabulary_size: Number of pieces, the four special ones included.
        keeps_letters: Whether text stays as it is but for NFC and spaces. It is folded otherwise,
            as in all models of 0.1.
        folds_case: Whether capitals and small letters are the same to it.
        has_placeholders: Whether pieces are reserved that stand for parts of a text; models of 0.1
            have none.
    """

    def __init__(self, model: bytes) -> None:
        self.model = model
        self.keeps_letters = _LETTERS_FIELD in model
        self.folds_case = _FOLDING_FIELD in model
        self.has_placeholders = PLACEHOLDERS[0].encode() in model
        # A SavedModel that is loaded shares resources of the same name: two tokenizers need two.
        name = f"tokenizer_{hashlib.sha256(model).hexdigest()[:16]}"

        # The operation has no GPU kernel, and serving must not look for one.
        with tf.device("CPU:0"):
            self.resource = tensorflow_text.SentencepieceTokenizer(
                model,
                out_type=tf.int32,  # pyright: ignore[reportArgumentType]
                add_eos=True,
                name=name,
            )
            # Private to tensorflow-text, last checked at 2.21.1: docs/private-interfaces.md.
            self.resource._model_resource = _NamedModel(model, name)

        self.vocabulary_size = int(self.resource.vocab_size())

    @classmethod
    def train(
        cls,
        sentences: Iterable[str],
        vocabulary_size: int,
        *,
        character_coverage: float = 1.0,
        keep_letters: bool = False,
        reserved: Sequence[str] = (),
    ) -> "Tokenizer":
        """Trains a unigram model (Kudo 2018, https://arxiv.org/abs/1804.10959).

        The result has fewer than `vocabulary_size` pieces if the sentences do not hold as many.

        Args:
            sentences: Training text.
            vocabulary_size: The number of pieces wanted, the four special ones included.
            character_coverage: Share of the characters that get a piece. The rarest others become
                UNK.
            keep_letters: Whether the tokenizer keeps every letter, as one of target text must.
            reserved: Pieces besides the placeholders that are never cut, folded or joined.

        Raises:
            InputError: The vocabulary is too small to hold the characters of the text.
        """
        texts = {"tokenizer": sentences}
        (model,) = _train_models(
            texts,
            vocabulary_size,
            character_coverage,
            keep_letters=keep_letters,
            reserved=reserved,
        )
        return cls(model)

    @classmethod
    def train_joint(
        cls,
        source: Iterable[str],
        target: Iterable[str],
        vocabulary_size: int,
        *,
        reserved: Sequence[str] = (),
    ) -> tuple["Tokenizer", "Tokenizer"]:
        """Trains one unigram model of two languages; returns the source and the target tokenizer.

        The target's pieces are those of the source's that the target sentences are made of. They
        have the same numbers in both, because the source's model begins with them. A piece that no
        target sentence holds can be read but never be written, and an output layer needs no place
        for it. Of Multi30k's 8,000 joint pieces of English and German, German has two thirds.

        The source tokenizer folds its text, the target tokenizer keeps every letter.

        Args:
            source: Training text of the source.
            target: Training text of the target.
            vocabulary_size: As in `train`.
            reserved: As in `train`.

        Raises:
            InputError: The vocabulary is too small to hold the characters of the text.
        """
        texts = {"source": source, "target": target}
        source_model, target_model = _train_models(
            texts, vocabulary_size, keep_letters=True, reserved=reserved
        )
        return cls(source_model), cls(target_model)

    @classmethod
    def load(cls, path: str | Path) -> "Tokenizer":
        """Reads a SentencePiece model file."""
        return cls(Path(path).read_bytes())

    def tokenize(self, text: tf.Tensor) -> tf.RaggedTensor:
        """`(batch,)` strings to ragged `(batch, length)` int32 tokens, each row ending in EOS."""
        if not self.keeps_letters:
            return self.resource.tokenize(text)  # pyright: ignore[reportReturnType]

        # TensorFlow Serving has the operation, too: it is as old as the tokenizer's.
        composed = tensorflow_text.normalize_utf8(text, "NFC")
        return self.resource.tokenize(composed)  # pyright: ignore[reportReturnType]

    def detokenize(self, tokens: tf.Tensor) -> tf.Tensor:
        """`(batch, length)` tokens to `(batch,)` strings; PAD, BOS and EOS leave no trace."""
        return self.resource.detokenize(tokens)  # pyright: ignore[reportReturnType]

    def detokenize_all(self, tokens: tf.Tensor) -> tf.Tensor:
        """`(batch, n_best, length)` tokens to `(batch, n_best)` strings."""
        shape = tf.shape(tokens)
        rows = shape[0] * shape[1]
        texts = self.detokenize(tf.reshape(tokens, [rows, shape[2]]))

        return tf.reshape(texts[:rows], shape[:2])  # detokenize makes one text of no rows at all

    def pieces(self, tokens: tf.Tensor) -> tf.Tensor:
        """Returns the piece of text behind each token, `▁` standing for a space.

        A `▁` that is text is U+FDD0 here, and a `▅` U+FDD1, where the tokenizer keeps letters.
        """
        return self.resource.id_to_string(tokens)  # pyright: ignore[reportReturnType]

    def ids(self, pieces: tf.Tensor) -> tf.Tensor:
        """Returns the token behind each piece; UNK if there is none."""
        return self.resource.string_to_id(pieces)  # pyright: ignore[reportReturnType]


class _NamedModel(tf.saved_model.experimental.TrackableResource):
    """A SentencePiece model as a TensorFlow resource with a name, which keeps it in memory.

    `SentencepieceTokenizer` gives its own resource no name. TensorFlow forgets such a resource as
    soon as a random seed is set.
    """

    def __init__(self, model: bytes, name: str) -> None:
        super().__init__()
        self._model = model
        self._name = name
        _ = self.resource_handle  # makes the resource

    def _create_resource(self) -> tf.Tensor:
        # Private to tensorflow-text, last checked at 2.21.1: docs/private-interfaces.md.
        create = sentencepiece_tokenizer.gen_sentencepiece_tokenizer.sentencepiece_op
        return create(model=self._model, shared_name=self._name, name=self._name)


def _train_models(
    texts: dict[str, Iterable[str]],
    vocabulary_size: int,
    character_coverage: float = 1.0,
    *,
    keep_letters: bool,
    reserved: Sequence[str],
) -> list[bytes]:
    """Runs `tokenizer_training` in a process of its own.

    Args:
        texts: The sentences of one language, under the name "tokenizer", or of two, under "source"
            and "target".
        vocabulary_size: See `Tokenizer.train`.
        character_coverage: See `Tokenizer.train`.
        keep_letters: Whether the last of the models keeps every letter.
        reserved: See `Tokenizer.train`.

    Returns:
        A serialised model for each of the texts.

    Raises:
        InputError: The model cannot be trained.
    """
    with tempfile.TemporaryDirectory() as directory:
        for name, sentences in texts.items():
            with Path(directory, name).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(training_lines(sentences, compose=keep_letters))

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
            "user_defined_symbols": [*PLACEHOLDERS, *reserved],
            "max_sentence_length": 65536,
            # Fixed: the number changes sums in their last bits, and so the pieces.
            "num_threads": 2,
            "minloglevel": 1,
        }
        run = subprocess.run(
            # -P keeps this room out of sys.path, where its modules' names could hide packages.
            [sys.executable, "-P", str(_TRAINER)],
            cwd=directory,
            input=json.dumps({**options, "letters": _LETTERS if keep_letters else None}),
            capture_output=True,
            text=True,
        )

        if run.returncode:
            raise InputError(_training_error(run.stderr, vocabulary_size))

        return [Path(directory, f"{name}.model").read_bytes() for name in texts]


def training_lines(sentences: Iterable[str], *, compose: bool) -> Iterator[str]:
    """The lines of a file; composed, each sentence is one line in NFC."""
    for sentence in sentences:
        text = unicodedata.normalize("NFC", sentence).replace("\n", " ") if compose else sentence
        yield text + "\n"


def _training_error(log: str, vocabulary_size: int) -> str:
    """Returns the message for a training that failed with this log."""
    too_small = re.search(r"smaller than required_chars\. \d+ vs (\d+)", log)
    if too_small:
        return (
            f"Expected a vocabulary of at least {too_small[1]} pieces, one for each character of "
            f"the text. Received: {vocabulary_size}. Use a larger --vocabulary-size."
        )

    last = log.strip().splitlines()[-1] if log.strip() else "no message"
    return (
        f"Expected text that {vocabulary_size} pieces can be learnt from. "
        f"Received from sentencepiece: {last} Check that the corpus holds text."
    )
