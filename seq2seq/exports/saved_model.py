"""A translator as a SavedModel: text in, text out.

Running it needs TensorFlow and tensorflow-text, not this package. Besides the model, the SavedModel
holds:

- the tokenizers of both languages, as resources;
- greedy search, beam search, beam search after a prefix, and scoring, as the graphs of its four
  signatures;
- the lexical table, as a constant, if translations are made of a shortlist;
- requests with which TensorFlow Serving warms it up, see `warm_up`.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.exports.note import Direction, Note
from seq2seq.exports.signatures import BEAM, GREEDY, MOST_READ, PREFIX, SCORE
from seq2seq.exports.warm_up import warm_up_requests, write_warm_up
from seq2seq.ids import PAD_ID
from seq2seq.model.ensemble import expect_single
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import expect_room
from seq2seq.storage.lock import locked
from seq2seq.storage.recording import write_artefact
from seq2seq.translation.decoding import complete, score_targets
from seq2seq.translation.target_language import letters_of
from seq2seq.translation.translator import Translator

_MOST_BYTES = 4 * MOST_READ  # a character has four at most


def _strings(name: str) -> tf.TensorSpec:
    return tf.TensorSpec([None], tf.string, name=name)


class ServingModule(tf.Module):
    """The graph functions behind the signatures of a SavedModel.

    Args:
        translator: The translator that is exported; no ensemble.
        beam_size: Hypotheses that `beam` and `prefix` keep.
        n_best: Translations that they return; all of the beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.

    Raises:
        InputError: An option is out of its range, or the translator has no shortlist, or it
            translates into several languages.
    """

    def __init__(
        self,
        translator: Translator,
        *,
        beam_size: int = 5,
        n_best: int | None = None,
        shortlist: int = 0,
    ):
        super().__init__()
        self.translator = translator
        searches = exported_searches(translator, beam_size, n_best, shortlist)
        self.greedy_options, self.beam_options = searches

        # TensorFlow saves the variables and resources that it finds in attributes of a module.
        self.variables_of_model = expect_single(translator.model).variables
        self.tokenizers = [
            translator.source_tokenizer.resource,
            translator.target_tokenizer.resource,
        ]

    @tf.function(input_signature=[_strings("text")], autograph=False)
    def greedy(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        """Translates by greedy search.

        Returns:
            `translation`, `score`, and `cut`, whether the text was too long: each `(batch,)`.
        """
        source_tokens, cut = self._source_tokens(text)
        tokens, scores = self.translator.decode(source_tokens, self.greedy_options)
        texts = self.translator.target_tokenizer.detokenize_all(tokens)

        return {"translation": texts[:, 0], "score": scores[:, 0], "cut": cut}

    @tf.function(input_signature=[_strings("text")], autograph=False)
    def beam(self, text: tf.Tensor) -> dict[str, tf.Tensor]:
        """Translates by beam search.

        Returns:
            `translation` and `score`, `(batch, n_best)`, the best first;
            `attention`, `(batch, n_best, target_length, source_length)`;
            `pieces`, `(batch, n_best, target_length)`;
            `source_pieces`, `(batch, source_length)`;
            `cut`, `(batch,)`.
        """
        model = self.translator.model
        source_tokens, cut = self._source_tokens(text)
        encoded = model.encode(source_tokens)
        tokens, scores = self.translator.decode(source_tokens, self.beam_options, encoded=encoded)
        _, attention = score_targets(model, source_tokens, tokens, encoded=encoded)

        return {
            **self._texts(source_tokens, tokens),
            "score": scores,
            "attention": attention,
            "cut": cut,
        }

    @tf.function(input_signature=[_strings("text"), _strings("prefix")], autograph=False)
    def prefix(self, text: tf.Tensor, prefix: tf.Tensor) -> dict[str, tf.Tensor]:
        """Translates by beam search among the translations that begin with a prefix.

        Args:
            text: `(batch,)`.
            prefix: `(batch,)`, target pieces with spaces between them, or "".

        Returns:
            What `beam` returns;
            `probability`, `(batch, n_best, target_length)`, of each piece after those before it;
            `next_pieces` and `next_probability`, `(batch, alternatives)`, of what could come after
            the prefix, the likeliest first.
        """
        tokenizer = self.translator.target_tokenizer
        source_tokens, cut = self._source_tokens(text)
        prefix_tokens = tokenizer.ids(tf.strings.split(prefix)).to_tensor(PAD_ID)

        found = complete(self.translator.model, source_tokens, prefix_tokens, self.beam_options)
        outputs = found._asdict()
        texts = self._texts(source_tokens, outputs.pop("tokens"))
        next_pieces = tokenizer.pieces(outputs.pop("next_tokens"))

        return {**outputs, **texts, "next_pieces": next_pieces, "cut": cut}

    @tf.function(input_signature=[_strings("text"), _strings("translation")], autograph=False)
    def score(self, text: tf.Tensor, translation: tf.Tensor) -> dict[str, tf.Tensor]:
        """Scores given translations.

        Returns:
            `log_probability` of each translation, EOS included, and its number of tokens,
            `length`: `(batch,)`.
        """
        log_probs, labels = self.translator.log_probabilities(self._read(text), translation)
        return {
            "log_probability": tf.reduce_sum(log_probs, 1),
            "length": tf.math.count_nonzero(labels, 1, dtype=tf.int32),
        }

    def _source_tokens(self, text: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The tokens of texts, `(batch, source_length)`, and which are cut."""
        source_tokens, cut = self.translator.source_tokens(self._read(text))
        return source_tokens, tf.logical_or(cut, tf.strings.length(text) > _MOST_BYTES)

    def _read(self, text: tf.Tensor) -> tf.Tensor:
        """What is read of texts, behind the tag of the language where they have none yet.

        Programs that protect texts, such as the server, put it there themselves.
        """
        read = _beginnings(text)
        tag = self.translator.tag
        if not tag:
            return read

        has_tag = tf.strings.substr(read, 0, len(tag.encode())) == tag
        has_words = self.translator.source_tokenizer.tokenize(read).row_lengths() > 1
        behind = tf.strings.join([tag, " ", read])
        return tf.where(tf.logical_and(has_words, tf.logical_not(has_tag)), behind, read)

    def _texts(self, source_tokens: tf.Tensor, tokens: tf.Tensor) -> dict[str, tf.Tensor]:
        """The texts of translations, `(batch, n_best, length)`, their pieces and the source's."""
        return {
            "translation": self.translator.target_tokenizer.detokenize_all(tokens),
            "source_pieces": self.translator.source_tokenizer.pieces(source_tokens),
            "pieces": self.translator.target_tokenizer.pieces(tokens),
        }


def _beginnings(text: tf.Tensor) -> tf.Tensor:
    """What is read of texts; a letter that is cut in half is far behind what a search uses."""
    return tf.strings.substr(text, 0, _MOST_BYTES)


def export_saved_model(
    translator: Translator,
    directory: str | Path,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    shortlist: int = 0,
) -> None:
    """Writes a SavedModel that loads with tensorflow and tensorflow-text alone, on a CPU or a GPU.

    Args:
        translator: The translator that is exported.
        directory: A directory that does not exist yet or is empty; an exported SavedModel in it is
            replaced.
        beam_size: Hypotheses that the signatures `beam` and `prefix` keep.
        n_best: Translations that they return; all of the beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.

    Raises:
        InputError: The translator is an ensemble, or translates into several languages (see
            `Translator.to`), or has no shortlist although one is asked for; or `directory` holds
            something other than an exported SavedModel, or cannot be written.
    """
    model = expect_single(translator.model)
    directory = Path(directory)
    expect_room(directory, mark="saved_model.pb")

    module = ServingModule(translator, beam_size=beam_size, n_best=n_best, shortlist=shortlist)
    signatures = {
        GREEDY: module.greedy,
        BEAM: module.beam,
        PREFIX: module.prefix,
        SCORE: module.score,
    }
    inputs = {
        name: [spec.name for spec in graph.input_signature] for name, graph in signatures.items()
    }

    def write(place: Path) -> None:
        tf.saved_model.save(module, str(place), signatures=signatures)
        note_of(translator).write(place)
        write_warm_up(place, warm_up_requests(translator, inputs))

    work = "seq2seq export"
    with locked(directory, work), naming_failure(directory), without_cudnn(model):
        write_artefact(directory, write)


def note_of(translator: Translator) -> Note:
    """What is noted beside an exported translator."""
    splits = translator.configuration.model.split_sentences is not False
    direction = _direction(translator)
    return Note(splits, translator.protector, translator.confidence, direction)


def _direction(translator: Translator) -> Direction | None:
    """The languages of a translator of a model of several; None of another."""
    language = translator.language
    if language is None:
        return None

    languages = translator.languages
    sources = languages.sources(language)
    letters = letters_of(languages)
    scripts = letters.scripts[languages.names.index(sources[0])] if letters else ()
    return Direction(language, sources, tuple(sorted(scripts)))


def exported_searches(
    translator: Translator, beam_size: int, n_best: int | None, shortlist: int
) -> tuple[SearchOptions, SearchOptions]:
    """The greedy search and the beam search of an exported model.

    Raises:
        InputError: An option is out of its range, or the translator has no shortlist, or it
            translates into several languages.
    """
    translator.to(None)
    greedy = SearchOptions(beam_size=1, shortlist=shortlist)
    beam = SearchOptions(
        beam_size=beam_size,
        n_best=beam_size if n_best is None else n_best,
        shortlist=shortlist,
    )
    translator.expect_able(beam)
    return greedy, beam


@contextlib.contextmanager
def without_cudnn(model: Seq2Seq) -> Iterator[None]:
    """A context whose graphs run everywhere: operations of cuDNN have no kernel for a CPU."""
    layers = [layer for layer in model._flatten_layers() if hasattr(layer, "use_cudnn")]
    before = [layer.use_cudnn for layer in layers]
    try:
        for layer in layers:
            layer.use_cudnn = False
        yield
    finally:
        for layer, use in zip(layers, before, strict=True):
            layer.use_cudnn = use


@contextlib.contextmanager
def naming_failure(directory: Path) -> Iterator[None]:
    """Turns what TensorFlow raises when it cannot write into an `InputError`."""
    try:
        yield
    except tf.errors.OpError as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"Expected to write {directory}. Received: {reason}. "
            "Free some space or choose another place."
        ) from error
