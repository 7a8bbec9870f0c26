"""A translator as a SavedModel: text in, text out, tokenizer inside, this package not needed to run it."""

from pathlib import Path

import tensorflow as tf

from seq2seq.ensemble import expect_single
from seq2seq.errors import InputError
from seq2seq.files import write_directory
from seq2seq.ids import PAD_ID
from seq2seq.search import best_tokens
from seq2seq.translator import LENGTH_PENALTY, Translator, truncate

_AUTOMATIC_LENGTH = 0
_ALTERNATIVES = 8  # pieces that may come after a prefix


class ServingModule(tf.Module):
    """The translator's graph functions under the signatures of the exported model.

    Args:
        translator: What is exported.
        beam_size: Hypotheses that the `beam` signature keeps.
        n_best: Translations that it returns.
    """

    def __init__(self, translator: Translator, *, beam_size: int = 5, n_best: int = 5):
        super().__init__()
        self.translator, self.beam_size, self.n_best = translator, beam_size, n_best
        self.variables_of_model = translator.model.variables
        self.tokenizers = [translator.source_tokenizer.resource, translator.target_tokenizer.resource]

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")], autograph=False)
    def serving_default(self, text):
        """Greedy search: `translation` and `score`, `(batch,)`."""
        texts, scores, _ = self._search(self._source_tokens(text), beam_size=1, n_best=1)
        return {"translation": texts[:, 0], "score": scores[:, 0]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="text")], autograph=False)
    def beam(self, text):
        """Beam search: `translation` and `score` `(batch, n_best)`; `attention` `(batch, n_best, target, source)`."""
        return self._n_best(self._source_tokens(text))

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.string, name=name) for name in ("text", "prefix")], autograph=False
    )
    def prefix(self, text, prefix):
        """Beam search among the translations that begin with `prefix`: target pieces with spaces between them, or "".

        Adds to what `beam` returns the `probability` `(batch, n_best, target)` of each piece after those before it, and
        what could come after the prefix: `next_pieces` and `next_probability`, `(batch, alternatives)`.
        """
        source_tokens = self._source_tokens(text)
        prefix = self.translator.target_tokenizer.ids(tf.strings.split(prefix)).to_tensor(PAD_ID)
        log_probs, alternatives = best_tokens(self.translator.model.logits_after(source_tokens, prefix), _ALTERNATIVES)
        return {
            **self._n_best(source_tokens, prefix=prefix, with_probability=True),
            "next_pieces": self.translator.target_tokenizer.pieces(alternatives),
            "next_probability": tf.exp(log_probs),
        }

    def _n_best(self, source_tokens, *, prefix=None, with_probability=False):
        texts, scores, tokens = self._search(source_tokens, beam_size=self.beam_size, n_best=self.n_best, prefix=prefix)
        outputs = {
            "translation": texts,
            "score": scores,
            "attention": self.translator.attend(source_tokens, tokens),
            "source_pieces": self.translator.source_tokenizer.pieces(source_tokens),
            "pieces": self.translator.target_tokenizer.pieces(tokens),
        }
        if with_probability:
            outputs["probability"] = self.translator.probabilities(source_tokens, tokens)
        return outputs

    def _source_tokens(self, text):
        tokens = truncate(self.translator.source_tokenizer.tokenize(text)).to_tensor(PAD_ID)
        # A recurrent layer cannot read a width of 0, which is that of an empty batch.
        return tf.pad(tokens, [[0, 0], [0, tf.cast(tf.shape(tokens)[0] == 0, tf.int32)]], constant_values=PAD_ID)

    def _search(self, source_tokens, *, beam_size, n_best, prefix=None):
        return self.translator.search(source_tokens, beam_size, n_best, LENGTH_PENALTY, _AUTOMATIC_LENGTH, prefix)


def export(translator: Translator, directory: str | Path, *, beam_size: int = 5, n_best: int = 5) -> None:
    """Writes a SavedModel that loads with tensorflow and tensorflow-text alone, on a CPU or a GPU.

    Args:
        translator: What is exported.
        directory: A directory that does not exist yet, or is an exported model, which is replaced.
        beam_size: Hypotheses that the `beam` signature keeps.
        n_best: Translations that it returns.

    Raises:
        InputError: The translator is an ensemble; or `directory` holds something that is no exported model, or cannot
            be written.
    """
    expect_single(translator.model)
    directory = Path(directory)
    if directory.exists() and not (directory / "saved_model.pb").is_file():
        if not directory.is_dir() or any(directory.iterdir()):
            raise InputError(
                f"Expected a new directory for the exported model. Received: {directory}, which holds something else. "
                "Give another directory."
            )
    module = ServingModule(translator, beam_size=beam_size, n_best=n_best)
    signatures = {"serving_default": module.serving_default, "beam": module.beam, "prefix": module.prefix}
    for layer in _recurrent_layers(translator.model):
        layer.use_cudnn = False  # cuDNN operations have no CPU kernel: a graph with one would not load there
    try:
        write_directory(directory, lambda place: tf.saved_model.save(module, str(place), signatures=signatures))
    except tf.errors.OpError as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(
            f"Expected to write {directory}. Received: {reason}. Free some space or choose another place."
        ) from error


def _recurrent_layers(model):
    return [layer for layer in model._flatten_layers() if hasattr(layer, "use_cudnn")]
