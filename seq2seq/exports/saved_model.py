"""A translator as a SavedModel: text in, text out, tokenizer inside, this package not needed to run it."""

import contextlib
from pathlib import Path

import tensorflow as tf

from seq2seq.errors import InputError
from seq2seq.exports.warm_up import warm_up_requests, write_warm_up
from seq2seq.ids import PAD_ID
from seq2seq.model.ensemble import expect_single
from seq2seq.search.options import SearchOptions
from seq2seq.storage.directory import expect_room
from seq2seq.storage.files import write_directory
from seq2seq.translation.decoding import complete, score_targets
from seq2seq.translation.translator import Translator

SIGNATURES = ("serving_default", "beam", "prefix", "score")


def _strings(name):
    return tf.TensorSpec([None], tf.string, name=name)


class ServingModule(tf.Module):
    """The translator's graph functions under the signatures of the exported model.

    Args:
        translator: What is exported.
        beam_size: Hypotheses that the `beam` signature keeps.
        n_best: Translations that it returns; all of its beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.
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
        self.greedy_options = SearchOptions(beam_size=1, shortlist=shortlist)
        self.beam_options = SearchOptions(
            beam_size=beam_size, n_best=beam_size if n_best is None else n_best, shortlist=shortlist
        )
        translator.expect_able(self.beam_options)
        self.variables_of_model = translator.model.variables
        self.tokenizers = [
            translator.source_tokenizer.resource,
            translator.target_tokenizer.resource,
        ]

    @tf.function(input_signature=[_strings("text")], autograph=False)
    def serving_default(self, text):
        """Greedy search: `translation`, `score`, and whether the text was too long and `cut`, `(batch,)`."""
        source_tokens, cut = self.translator.source_tokens(text)
        tokens, scores = self.translator.decode(source_tokens, self.greedy_options)
        return {
            "translation": self.translator.target_tokenizer.detokenize_all(tokens)[:, 0],
            "score": scores[:, 0],
            "cut": cut,
        }

    @tf.function(input_signature=[_strings("text")], autograph=False)
    def beam(self, text):
        """Beam search: `translation`, `score` `(batch, n_best)`; `attention` `(…, target, source)`; `cut` as above."""
        source_tokens, cut = self.translator.source_tokens(text)
        encoded = self.translator.model.encode(source_tokens)
        tokens, scores = self.translator.decode(source_tokens, self.beam_options, encoded=encoded)
        _, attention = score_targets(self.translator.model, source_tokens, tokens, encoded=encoded)
        return {
            **self._texts(source_tokens, tokens),
            "score": scores,
            "attention": attention,
            "cut": cut,
        }

    @tf.function(input_signature=[_strings("text"), _strings("prefix")], autograph=False)
    def prefix(self, text, prefix):
        """Beam search among the translations that begin with `prefix`: target pieces with spaces between them, or "".

        Adds to what `beam` returns the `probability` `(batch, n_best, target)` of each piece after those before it, and
        what could come after the prefix: `next_pieces` and `next_probability`, `(batch, alternatives)`.
        """
        tokenizer = self.translator.target_tokenizer
        source_tokens, cut = self.translator.source_tokens(text)
        prefix = tokenizer.ids(tf.strings.split(prefix)).to_tensor(PAD_ID)
        found = complete(self.translator.model, source_tokens, prefix, self.beam_options)._asdict()
        texts = self._texts(source_tokens, found.pop("tokens"))
        next_pieces = tokenizer.pieces(found.pop("next_tokens"))
        return {**found, **texts, "next_pieces": next_pieces, "cut": cut}

    @tf.function(input_signature=[_strings("text"), _strings("translation")], autograph=False)
    def score(self, text, translation):
        """The `log_probability` of each translation, EOS included, and its number of tokens, `length`: `(batch,)`."""
        log_probs, labels = self.translator.log_probabilities(text, translation)
        return {
            "log_probability": tf.reduce_sum(log_probs, 1),
            "length": tf.math.count_nonzero(labels, 1, dtype=tf.int32),
        }

    def _texts(self, source_tokens, tokens):
        """What translations, `(batch, n_best, length)`, and their sources are in words and pieces."""
        return {
            "translation": self.translator.target_tokenizer.detokenize_all(tokens),
            "source_pieces": self.translator.source_tokenizer.pieces(source_tokens),
            "pieces": self.translator.target_tokenizer.pieces(tokens),
        }


def export(
    translator: Translator,
    directory: str | Path,
    *,
    beam_size: int = 5,
    n_best: int | None = None,
    shortlist: int = 0,
) -> None:
    """Writes a SavedModel that loads with tensorflow and tensorflow-text alone, on a CPU or a GPU.

    Args:
        translator: What is exported.
        directory: A directory that does not exist yet, or is an exported model, which is replaced.
        beam_size: Hypotheses that the `beam` signature keeps.
        n_best: Translations that it returns; all of its beam by default.
        shortlist: As in `SearchOptions`, for `serving_default` and `beam`.

    Raises:
        InputError: The translator is an ensemble, or has no shortlist where one is asked for; or `directory` holds
            something that is no exported model, or cannot be written.
    """
    expect_single(translator.model)
    directory = Path(directory)
    expect_room(directory, mark="saved_model.pb")
    module = ServingModule(translator, beam_size=beam_size, n_best=n_best, shortlist=shortlist)
    signatures = {name: getattr(module, name) for name in SIGNATURES}
    disable_cudnn(translator.model)

    def write(place):
        tf.saved_model.save(module, str(place), signatures=signatures)
        inputs = {
            name: [spec.name for spec in graph.input_signature]
            for name, graph in signatures.items()
        }
        write_warm_up(place, warm_up_requests(translator, inputs))

    with naming_failure(directory):
        write_directory(directory, write)


def disable_cudnn(model) -> None:
    """Makes the graphs traced from now on run everywhere: cuDNN operations have no CPU kernel."""
    for layer in model._flatten_layers():
        if hasattr(layer, "use_cudnn"):
            layer.use_cudnn = False


@contextlib.contextmanager
def naming_failure(directory: Path):
    """Turns what TensorFlow raises when it cannot write into an `InputError`."""
    try:
        yield
    except tf.errors.OpError as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"Expected to write {directory}. Received: {reason}. Free some space or choose another place."
        ) from error
