"""Text to translations: a model with its tokenizers, and the directory that holds them."""

import dataclasses
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import tensorflow as tf

from seq2seq.checkpoint import load_weights, save_weights
from seq2seq.configuration import CONFIGURATION, TOKENIZERS, Configuration, model_configuration
from seq2seq.data import teacher_forced
from seq2seq.directory import expect_same_tokenizers, naming_damage
from seq2seq.ensemble import Ensemble, expect_single
from seq2seq.errors import InputError
from seq2seq.files import write_atomically
from seq2seq.ids import EOS_ID, PAD_ID
from seq2seq.model import Seq2Seq
from seq2seq.search import beam_search
from seq2seq.tokenizer import Tokenizer

LENGTH_PENALTY = 1.0
MAX_SOURCE_LENGTH = 256  # tokens; longer sentences are cut
_WINDOW = 64  # batches that are sorted by length together

_EOS = "</s>"  # the piece of EOS_ID in SentencePiece

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Translation:
    """The translations of one sentence, best first.

    Attributes:
        source: The sentence.
        translations: Texts.
        scores: For each, log-probability / length penalty; see `search.beam_search`.
        source_tokens: Pieces of the source, EOS last.
        tokens: For each translation, its pieces; EOS last if the model ended it itself.
        attention: For each translation, `(target_length, source_length)`; None unless asked for and there is any.
    """

    source: str
    translations: list[str]
    scores: list[float]
    source_tokens: list[str]
    tokens: list[list[str]]
    attention: list[np.ndarray] | None = None

    def ended(self) -> bool:
        """Whether the model ended the best translation itself, before the length limit; an empty one always has."""
        return not self.tokens[0] or self.tokens[0][-1] == _EOS


class Translator:
    """A trained model that takes and gives text.

    Args:
        model: The sequence-to-sequence model, or an ensemble of several.
        source_tokenizer: Tokenizer of the source language.
        target_tokenizer: Tokenizer of the target language.
        configuration: The options the model was made with.

    Attributes:
        threads: Batches translated at once; as many as the parts that the threads are split into (see `parallel`).

    Example:
        >>> translator = Translator.load("saved_models/en-ko")
        >>> translator.translate(["I am Yusol"])
        ['나는 유솔이야']
    """

    def __init__(
        self,
        model: Seq2Seq | Ensemble,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        configuration: Configuration,
    ):
        self.model = model
        self.source_tokenizer, self.target_tokenizer = source_tokenizer, target_tokenizer
        self.configuration, self.threads = configuration, 1
        scalar, tokens = tf.TensorSpec([], tf.int32), tf.TensorSpec([None, None], tf.int32)
        penalty = tf.TensorSpec([], tf.float32)
        self._search = tf.function(
            self.search, input_signature=[tokens, scalar, scalar, penalty, scalar], autograph=False
        )
        self._attend = tf.function(
            self.attend, input_signature=[tokens, tf.TensorSpec([None, None, None], tf.int32)], autograph=False
        )

    def translate(self, texts: Iterable[str], **options) -> list[str]:
        """The best translation of each text; the options are those of `stream`."""
        return [translation.translations[0] for translation in self.stream(texts, **options)]

    def stream(
        self,
        texts: Iterable[str],
        *,
        beam_size: int = 5,
        n_best: int = 1,
        length_penalty: float = LENGTH_PENALTY,
        max_length: int | None = None,
        batch_size: int = 64,
        attention: bool = False,
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Sentences are sorted by length within windows of a few thousand, so that a batch holds little padding.

        Args:
            texts: Sentences; an empty one has an empty translation.
            beam_size: Hypotheses kept per sentence; 1 is greedy search.
            n_best: Translations per sentence, at most `beam_size`.
            length_penalty: 0 ranks by log-probability; larger values favour longer translations.
            max_length: Most tokens of a translation; by default 10 more than twice those of the source.
            batch_size: Sentences decoded at once.
            attention: Whether to report the attention weights.
        """
        if isinstance(texts, str):
            raise InputError("Expected a list of sentences. Received: one string. Put it in brackets.")
        numbers = {"beam_size": beam_size, "n_best": n_best, "batch_size": batch_size, "max_length": max_length}
        for name, number in numbers.items():
            if number is not None and number < 1:
                raise InputError(f"Expected {name} to be at least 1. Received: {number}.")
        if not length_penalty >= 0:
            raise InputError(f"Expected length_penalty not to be negative. Received: {length_penalty}.")
        if n_best > beam_size:
            raise InputError(
                f"Expected n-best to be at most the beam size. Received: {n_best} best of a beam of {beam_size}. "
                "Use a larger beam."
            )
        texts = iter(texts)
        options = [
            tf.constant(value, dtype)
            for value, dtype in [(beam_size, tf.int32), (n_best, tf.int32), (length_penalty, tf.float32)]
        ] + [tf.constant(max_length or 0)]
        while window := list(islice(texts, _WINDOW * batch_size)):
            yield from self._translate_window(window, options, batch_size, attention)

    def _translate_window(self, texts, options, batch_size, attention):
        tokens = self.source_tokenizer.tokenize(tf.constant(texts))
        lengths = tokens.row_lengths().numpy()
        for text in np.array(texts, object)[lengths > MAX_SOURCE_LENGTH]:
            _log.warning("Sentence cut to its first %d tokens: %.40s…", MAX_SOURCE_LENGTH, text)
        tokens = truncate(tokens)
        order = np.argsort(lengths, kind="stable")
        results: list[Translation | None] = [None] * len(texts)
        batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]

        def translations(batch):
            return list(self._translate_batch(tf.gather(tokens, batch).to_tensor(PAD_ID), options, attention))

        with ThreadPoolExecutor(self.threads) as threads:
            for batch, found in zip(batches, threads.map(translations, batches), strict=True):
                for index, translation in zip(batch, found, strict=True):
                    results[index] = dataclasses.replace(translation, source=texts[index])
        return results

    def _translate_batch(self, source_tokens, options, attention):
        texts, scores, tokens = self._search(source_tokens, *options)
        weights = self._attend(source_tokens, tokens).numpy() if attention and self.model.attends else None
        texts, scores, tokens = texts.numpy(), scores.numpy(), tokens.numpy()
        source_pieces, pieces = self.source_tokenizer.pieces(source_tokens), self.target_tokenizer.pieces(tokens)
        source_pieces, pieces = source_pieces.numpy(), pieces.numpy()
        source_lengths = np.count_nonzero(source_tokens.numpy() != PAD_ID, -1)
        lengths = np.count_nonzero(tokens != PAD_ID, -1)  # (batch, n_best)
        for row, source_length in enumerate(source_lengths):
            found = [place for place in range(len(scores[row])) if np.isfinite(scores[row][place])]
            yield Translation(
                source="",
                translations=[texts[row][place].decode() for place in found],
                scores=[float(scores[row][place]) for place in found],
                source_tokens=[piece.decode() for piece in source_pieces[row][:source_length]],
                tokens=[[piece.decode() for piece in pieces[row][k][: lengths[row][k]]] for k in found],
                attention=weights
                if weights is None
                else [weights[row, k, : lengths[row][k], :source_length] for k in found],
            )

    def search(self, source_tokens, beam_size, n_best, length_penalty, max_length, prefix=None):
        """Graph function: `(batch, source_length)` tokens to `(batch, n_best)` texts and scores, and their tokens.

        All translations of a sentence begin with its prefix, `(batch, prefix_length)` tokens, and may be longer by it.
        """
        state, source = self.model.encode(source_tokens)
        limits = length_limits(source_tokens, max_length)
        if prefix is not None:
            limits += tf.where(limits > 0, tf.math.count_nonzero(prefix, -1, dtype=tf.int32), 0)
        tokens, scores = beam_search(
            self.model.step,
            state,
            source,
            max_lengths=limits,
            prefix=prefix,
            beam_size=beam_size,
            n_best=n_best,
            length_penalty=length_penalty,
        )
        tokens = tokens[..., : tf.reduce_max(tf.math.count_nonzero(tokens, -1, dtype=tf.int32))]
        shape = tf.shape(tokens)
        rows = shape[0] * shape[1]
        texts = self.target_tokenizer.detokenize(tf.reshape(tokens, [rows, shape[2]]))
        return tf.reshape(texts[:rows], shape[:2]), scores, tokens  # of no rows at all it makes one text

    def attend(self, source_tokens, tokens):
        """Graph function: the attention `(batch, n_best, length, source_length)` behind the tokens a search found."""
        weights = self.model.attention_weights(_rows(source_tokens, tokens))[:, : tf.shape(tokens)[2]]
        return tf.reshape(weights, tf.concat([tf.shape(tokens), tf.shape(source_tokens)[1:]], 0))

    def probabilities(self, source_tokens, tokens):
        """Graph function: the probability `(batch, n_best, length)` of each token a search found."""
        return tf.reshape(self.model.token_probabilities(_rows(source_tokens, tokens)), tf.shape(tokens))

    def save(self, directory: str | Path) -> None:
        """Writes configuration, tokenizers and weights into a model directory.

        Raises:
            InputError: It is an ensemble, or the directory cannot be written to.
        """
        expect_single(self.model)
        directory = Path(directory)
        save_weights(directory, self.model)
        self.save_tokenizers(directory)
        self.configuration.save(directory / CONFIGURATION)

    def save_tokenizers(self, directory: str | Path) -> None:
        """Writes the SentencePiece models into a model directory."""
        tokenizers = self.source_tokenizer, self.target_tokenizer
        for name, tokenizer in zip(TOKENIZERS, tokenizers, strict=True):
            write_atomically(Path(directory, name), lambda path, model=tokenizer.model: path.write_bytes(model))

    @classmethod
    def load(cls, directory: str | Path, *others: str | Path) -> "Translator":
        """Loads a model directory, or several as an ensemble, whose configuration is that of the first.

        Raises:
            InputError: A directory is no model's, a file in it is missing, cut short or of another model, or the
                models have different tokenizers.
        """
        directories = [Path(directory), *map(Path, others)]
        expect_same_tokenizers(directories)
        configuration = model_configuration(directory)
        tokenizers = load_tokenizers(directories[0])
        models = [_load_model(place, *tokenizers) for place in directories]
        return cls(Ensemble(models) if others else models[0], *tokenizers, configuration)


def _load_model(directory, source_tokenizer, target_tokenizer):
    with naming_damage(directory, tf.errors.OpError):
        model = make_model(model_configuration(directory), source_tokenizer, target_tokenizer)
        load_weights(directory, model)
    return model


def load_tokenizers(directory: Path) -> tuple[Tokenizer, Tokenizer]:
    """The source and the target tokenizer of a model directory.

    Raises:
        InputError: A file is missing or damaged.
    """
    with naming_damage(directory, tf.errors.OpError):
        source, target = (Tokenizer.load(directory / name) for name in TOKENIZERS)
    return source, target


def make_model(configuration: Configuration, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer) -> Seq2Seq:
    """A model of the configured sizes with new weights."""
    return Seq2Seq(
        source_vocabulary_size=source_tokenizer.vocabulary_size,
        target_vocabulary_size=target_tokenizer.vocabulary_size,
        shared_vocabulary=configuration.shared_vocabulary,
        units=configuration.units,
        decoder_units=configuration.decoder_units,
        embedding_size=configuration.embedding_size,
        cell=configuration.cell,
        attention=configuration.attention,
        encoder_layers=configuration.encoder_layers,
        decoder_layers=configuration.decoder_layers,
        bidirectional=configuration.bidirectional,
        dropout=configuration.dropout,
        label_smoothing=configuration.label_smoothing,
        clip_norm=configuration.clip_norm,
    )


def _rows(source_tokens, tokens):
    """A teacher-forced batch of all `(batch, n_best, length)` tokens that a search found."""
    shape = tf.shape(tokens)
    labels = tf.reshape(tokens, [shape[0] * shape[1], shape[2]])
    return teacher_forced(tf.repeat(source_tokens, shape[1], axis=0), labels)


def truncate(tokens: tf.RaggedTensor) -> tf.RaggedTensor:
    """Cuts sentences to `MAX_SOURCE_LENGTH` tokens, EOS included."""
    return tf.concat([tokens[:, :-1][:, : MAX_SOURCE_LENGTH - 1], tf.fill([tokens.nrows(), 1], EOS_ID)], 1)


def length_limits(source_tokens: tf.Tensor, max_length: tf.Tensor) -> tf.Tensor:
    """The most tokens each translation may have, `(batch,)`; 0 for an empty sentence, which holds EOS alone."""
    lengths = tf.reduce_sum(tf.cast(source_tokens != PAD_ID, tf.int32), -1)
    limits = tf.where(max_length > 0, max_length, 2 * lengths + 10)
    return tf.where(lengths > 1, limits, 0)
