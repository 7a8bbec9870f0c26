"""Text to translations: a model with its tokenizers, and the directory that holds them."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
import tensorflow as tf

from seq2seq.cpu import rows_each
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import MAX_SOURCE_LENGTH, PAD_ID, UNK_ID
from seq2seq.model.ensemble import Ensemble, expect_single
from seq2seq.model.options import ModelOptions
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.beam import SearchResult
from seq2seq.search.options import SearchOptions
from seq2seq.storage.archive import SHORTLIST
from seq2seq.storage.configuration import (
    CONFIGURATION,
    TOKENIZERS,
    Configuration,
    model_configuration,
)
from seq2seq.storage.directory import expect_same_tokenizers, naming_damage
from seq2seq.storage.files import write_atomically
from seq2seq.storage.weights import load_weights, save_weights
from seq2seq.translation.decoding import decode, length_limits, score_targets, truncate
from seq2seq.translation.result import PairScore, Translation, warn_of_cut
from seq2seq.translation.shortlist import Shortlist

_WINDOW = 64  # batches that are sorted by length together


class Translator:
    """A trained model that takes and gives text.

    Args:
        model: The sequence-to-sequence model, or an ensemble of several.
        source_tokenizer: Tokenizer of the source language.
        target_tokenizer: Tokenizer of the target language.
        configuration: The options the model was made with.
        shortlist: Needed by the search option of this name alone.

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
        shortlist: Shortlist | None = None,
    ):
        self.model, self.shortlist = model, shortlist
        self.source_tokenizer, self.target_tokenizer = source_tokenizer, target_tokenizer
        self.configuration, self.threads = configuration, 1
        self._searches: dict[SearchOptions, Callable] = {}
        tokens, targets = (
            tf.TensorSpec([None, None], tf.int32),
            tf.TensorSpec([None, None, None], tf.int32),
        )
        texts = tf.TensorSpec([None], tf.string)
        self._tokenize = tf.function(
            self._lengths_and_tokens, input_signature=[texts], autograph=False
        )
        self._score = tf.function(
            self._log_probabilities, input_signature=[tokens, texts], autograph=False
        )
        self._attend = tf.function(
            lambda *tokens: score_targets(model, *tokens)[1],
            input_signature=[tokens, targets],
            autograph=False,
        )

    def anew(self) -> "Translator":
        """The same translator before anything is traced, for a model or a precision that has changed."""
        tokenizers = self.source_tokenizer, self.target_tokenizer
        translator = Translator(self.model, *tokenizers, self.configuration, self.shortlist)
        translator.threads = self.threads
        return translator

    def translate(self, texts: Iterable[str], **options) -> list[str]:
        """The best translation of each text; the options are those of `stream`."""
        return [translation.translations[0] for translation in self.stream(texts, **options)]

    def stream(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = 64,
        attention: bool = False,
        first: int = 0,
        **options,
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Sentences are sorted by length within windows of a few thousand, so that a batch holds little padding.

        Args:
            texts: Sentences; an empty one has an empty translation.
            batch_size: Most sentences decoded at once by a thread.
            attention: Whether to report the attention weights.
            first: Place of the first text in an input that comes in parts; random draws depend on it.
            **options: The attributes of `SearchOptions`.

        Raises:
            InputError: An option is out of its range, or the model cannot do what is asked for.
        """
        _expect_texts(texts, batch_size)
        options = SearchOptions(**options)
        self.expect_able(options)
        search, prefix, texts = self._search(options), self._prefix(options), iter(texts)
        while window := list(islice(texts, _WINDOW * batch_size)):

            def found(source_tokens, places, first=first):
                begin = tf.tile(prefix, [len(places), 1])
                return search(
                    source_tokens, begin, _uniforms(source_tokens, first + places, options, begin)
                )

            yield from self._translate_window(window, found, batch_size, attention)
            first += len(window)

    def expect_able(self, options: SearchOptions) -> None:
        """Refuses a search that needs what the model does not have.

        Raises:
            InputError: It does.
        """
        if options.coverage_penalty and not self.model.attends:
            raise InputError(
                "Expected a model with attention for a coverage penalty. Received: one without. Leave it out."
            )
        if options.shortlist and not self.shortlist:
            raise InputError(
                f"Expected a model with {SHORTLIST} for a shortlist. Received: one without, of an older version. "
                "Copy that of a model with the same tokenizers, train it anew, or leave the shortlist out."
            )

    def _translate_window(self, texts, search, batch_size, attention):
        lengths, tokens = self._tokenized(texts)

        def translations(batch):
            source_tokens = tokens[batch, : max(lengths[batch])]
            sources = [(texts[place], bool(lengths[place] > MAX_SOURCE_LENGTH)) for place in batch]
            return self._translations(
                sources, source_tokens, search(source_tokens, batch), attention
            )

        return self._by_length(lengths, batch_size, translations)

    def _tokenized(self, texts):
        lengths, tokens = (tensor.numpy() for tensor in self._tokenize(tf.constant(texts)))
        for text in np.array(texts, object)[lengths > MAX_SOURCE_LENGTH]:
            warn_of_cut(text)
        return lengths, tokens

    def _lengths_and_tokens(self, texts):
        """Graph function: the numbers of tokens, `(texts,)`, and the tokens, long sentences cut, `(texts, length)`."""
        tokens = self.source_tokenizer.tokenize(texts)
        return tokens.row_lengths(), truncate(tokens).to_tensor(PAD_ID)

    def _by_length(self, lengths, batch_size, work):
        """The results of `work(places)` in the order of the lengths, from batches of similar ones."""
        order = np.argsort(lengths, kind="stable")
        batch_size = rows_each(len(order), self.threads, most=batch_size)
        batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
        results = [None] * len(lengths)
        with ThreadPoolExecutor(self.threads) as threads:
            for batch, found in zip(
                batches, threads.map(lambda batch: list(work(batch)), batches), strict=True
            ):
                for place, result in zip(batch, found, strict=True):
                    results[place] = result
        return results

    def _translations(self, sources, source_tokens, found, attention):
        texts, scores, tokens, pieces, source_pieces = (tensor.numpy() for tensor in found)
        weights = (
            self._attend(source_tokens, tokens).numpy()
            if attention and self.model.attends
            else None
        )
        source_lengths = np.count_nonzero(source_tokens != PAD_ID, -1)
        lengths = np.count_nonzero(tokens != PAD_ID, -1)  # (batch, n_best)
        for row, ((source, cut), source_length) in enumerate(
            zip(sources, source_lengths, strict=True)
        ):
            found = [place for place in range(len(scores[row])) if np.isfinite(scores[row][place])]
            yield Translation(
                source=source,
                translations=[texts[row][place].decode() for place in found],
                scores=[float(scores[row][place]) for place in found],
                source_tokens=[piece.decode() for piece in source_pieces[row][:source_length]],
                tokens=[
                    [piece.decode() for piece in pieces[row][k][: lengths[row][k]]] for k in found
                ],
                attention=weights
                if weights is None
                else [weights[row, k, : lengths[row][k], :source_length] for k in found],
                cut=cut,
            )

    def score(
        self, sources: Iterable[str], targets: Iterable[str], *, batch_size: int = 64
    ) -> Iterator[PairScore]:
        """How probable the model finds given translations, in constant memory; result k belongs to pair k.

        A translation is cut into pieces as the tokenizer cuts it; a search may have spelt the same text otherwise.

        Args:
            sources: Sentences.
            targets: A translation of each.
            batch_size: Most pairs computed at once by a thread.

        Raises:
            InputError: There are more of the one than of the other.
        """
        for texts in (sources, targets):
            _expect_texts(texts, batch_size)
        pairs = zip_longest(sources, targets)
        while window := list(islice(pairs, _WINDOW * batch_size)):
            if None in window[-1]:
                raise InputError(
                    "Expected a translation for every sentence. Received: more of the one than the other."
                )
            yield from self._score_window(window, batch_size)

    def _score_window(self, window, batch_size):
        source_lengths, source_tokens = self._tokenized([source for source, _ in window])
        targets = np.array([target for _, target in window], object)

        def scores(batch):
            sources = source_tokens[batch, : max(source_lengths[batch])]
            log_probs, labels = self._score(sources, tf.constant(targets[batch]))
            pieces = self.target_tokenizer.pieces(labels).numpy()
            lengths = tf.math.count_nonzero(labels, 1).numpy()
            for place, row, length, numbers in zip(
                batch, pieces, lengths, log_probs.numpy(), strict=True
            ):
                yield PairScore(
                    *window[place],
                    [piece.decode() for piece in row[:length]],
                    numbers[:length].tolist(),
                )

        return self._by_length([len(target) for _, target in window], batch_size, scores)

    def source_tokens(self, text: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Graph function: `(batch,)` strings to `(batch, source_length)` tokens, and which sentences these cut."""
        lengths, tokens = self._lengths_and_tokens(text)
        # A recurrent layer cannot read a width of 0, which is that of an empty batch.
        width = [[0, 0], [0, tf.cast(tf.shape(tokens)[0] == 0, tf.int32)]]
        return tf.pad(tokens, width, constant_values=PAD_ID), lengths > MAX_SOURCE_LENGTH

    def log_probabilities(
        self, text: tf.Tensor, translation: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Graph function: log-probabilities of the target tokens of pairs of text, and these; `(batch, length)`."""
        source_tokens, _ = self.source_tokens(text)
        return self._log_probabilities(source_tokens, translation)

    def _log_probabilities(self, source_tokens, translation):
        labels = self.target_tokenizer.tokenize(translation).to_tensor(PAD_ID)
        log_probs, _ = score_targets(self.model, source_tokens, labels[:, tf.newaxis])
        return tf.where(labels == PAD_ID, 0.0, log_probs[:, 0]), labels

    def decode(self, source_tokens: tf.Tensor, options: SearchOptions, **given) -> SearchResult:
        """Graph function: `decoding.decode` of the model with its shortlist."""
        return decode(self.model, source_tokens, options, shortlist=self.shortlist, **given)

    def _search(self, options):
        """The search as a graph for all batches, prefixes and seeds: texts, scores, tokens and the pieces of both."""
        key = dataclasses.replace(options, seed=0, prefix="…" if options.prefix else "")
        if key not in self._searches:

            def search(source_tokens, prefix, uniforms):
                begin = prefix if key.prefix else None
                tokens, scores = self.decode(source_tokens, key, prefix=begin, uniforms=uniforms)
                pieces = (
                    self.target_tokenizer.pieces(tokens),
                    self.source_tokenizer.pieces(source_tokens),
                )
                return self.target_tokenizer.detokenize_all(tokens), scores, tokens, *pieces

            tokens, numbers = (
                tf.TensorSpec([None, None], tf.int32),
                tf.TensorSpec([None, None, None], tf.float32),
            )
            self._searches[key] = tf.function(
                search, input_signature=[tokens, tokens, numbers], autograph=False
            )
        return self._searches[key]

    def _prefix(self, options):
        """The tokens of the prefix, `(1, length)`."""
        if not options.prefix:
            return tf.zeros([1, 0], tf.int32)
        prefix = self.target_tokenizer.tokenize(tf.constant([options.prefix])).to_tensor()[:, :-1]
        if tf.reduce_any(prefix == UNK_ID):
            raise InputError(
                "Expected a prefix of letters that the model has learnt to write. "
                f"Received: {options.prefix!r}. Leave out the letters that it has not learnt."
            )
        return prefix

    def save(self, directory: str | Path) -> None:
        """Writes configuration, tokenizers and weights into a model directory.

        Raises:
            InputError: It is an ensemble, or the directory cannot be written to.
        """
        expect_single(self.model)
        directory = Path(directory)
        save_weights(directory, self.model)
        self.save_vocabulary(directory)
        self.configuration.save(directory / CONFIGURATION)

    def save_vocabulary(self, directory: str | Path) -> None:
        """Writes the SentencePiece models and the shortlist into a model directory."""
        if self.shortlist:
            self.shortlist.save(Path(directory))
        self.save_tokenizers(directory)

    def save_tokenizers(self, directory: str | Path) -> None:
        """Writes the SentencePiece models into a directory."""
        tokenizers = self.source_tokenizer, self.target_tokenizer
        for name, tokenizer in zip(TOKENIZERS, tokenizers, strict=True):
            write_atomically(
                Path(directory, name), lambda path, model=tokenizer.model: path.write_bytes(model)
            )

    @classmethod
    def load(cls, directory: str | Path, *others: str | Path, threads: int = 1) -> "Translator":
        """Loads a model directory, or several as an ensemble, whose configuration is that of the first.

        Args:
            directory: What `save` wrote into.
            *others: More of them.
            threads: As the attribute.

        Raises:
            InputError: A directory is no model's, a file in it is missing, cut short or of another model, or the
                models have different tokenizers.
        """
        directories = [Path(directory), *map(Path, others)]
        expect_same_tokenizers(directories)
        configuration = model_configuration(directory)
        tokenizers = load_tokenizers(directories[0])
        models = [_load_model(place, *tokenizers) for place in directories]
        shortlists = (
            load_shortlist(place, *tokenizers) for place in directories
        )  # of the same tokens, they all fit
        shortlist = next(filter(None, shortlists), None)
        translator = cls(
            Ensemble(models) if others else models[0], *tokenizers, configuration, shortlist
        )
        translator.threads = threads
        return translator


def _expect_texts(texts, batch_size):
    if isinstance(texts, str):
        raise InputError("Expected a list of sentences. Received: one string. Put it in brackets.")
    if batch_size < 1:
        raise InputError(f"Expected batch_size to be at least 1. Received: {batch_size}.")


def _uniforms(source_tokens, places, options, prefix):
    """Random numbers in [0, 1) for the draws of each sentence, `(batch, n_best, length)`, by its place in the input."""
    if not options.draws:
        return tf.zeros([len(places), 0, 0])
    shape = int(tf.reduce_max(length_limits(source_tokens, options, prefix))), options.n_best
    numbers = [
        np.random.default_rng((options.seed, place)).random(shape, np.float32) for place in places
    ]
    return tf.constant(np.array(numbers).transpose(0, 2, 1))


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


def load_shortlist(
    directory: Path, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
) -> Shortlist | None:
    """The shortlist of a model directory; None where there is none.

    Raises:
        InputError: It is damaged, or of other tokenizers.
    """
    with naming_damage(directory):
        return Shortlist.load(
            directory, (source_tokenizer.vocabulary_size, target_tokenizer.vocabulary_size)
        )


def make_model(
    configuration: Configuration, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
) -> Seq2Seq:
    """A model of the configured sizes with new weights."""
    options = ModelOptions(
        cell=configuration.cell,
        attention=configuration.attention,
        units=configuration.units,
        decoder_units=configuration.decoder_units,
        embedding_size=configuration.embedding_size,
        encoder_layers=configuration.encoder_layers,
        decoder_layers=configuration.decoder_layers,
        bidirectional=configuration.bidirectional,
        dropout=configuration.dropout,
        shared_vocabulary=configuration.shared_vocabulary,
    )
    return Seq2Seq(
        options,
        source_vocabulary_size=source_tokenizer.vocabulary_size,
        target_vocabulary_size=target_tokenizer.vocabulary_size,
        label_smoothing=configuration.label_smoothing,
        clip_norm=configuration.clip_norm,
    )
