"""Our search, from token ids to token ids, and our translator, from text to text."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import tensorflow as tf

from contestants.contest import Unavailable
from contestants.decoding import Batch, Task, load_architecture, real_tokens
from seq2seq.cpu import split_cores
from seq2seq.search.beam import beam_search
from seq2seq.search.options import SearchOptions
from seq2seq.storage.weights import load_weights
from seq2seq.translation.translator import Translator


def decoder(directory: Path, task: Task) -> Callable[[Batch], np.ndarray]:
    """A function from a batch to the tokens found, `(batch, length)`."""
    _share_threads(task)
    if task.shortlist:
        return _shortlist_decoder(task)
    model = load_architecture(directory).make_model()
    load_weights(directory, model)

    sentences, limits = (tf.TensorSpec(shape, tf.int32) for shape in ([None, None], [None]))

    # As seq2seq.decoding.decode, but for the limits, which are given.
    @tf.function(input_signature=[sentences, limits], autograph=False)
    def search(source_tokens, limits):
        encoded = model.encode(source_tokens)
        return beam_search(
            model.step, *encoded, max_lengths=limits, beam_size=task.beam_size
        ).tokens[:, 0]

    return lambda batch: search(tf.constant(batch.source_tokens), tf.constant(batch.limits)).numpy()


def _shortlist_decoder(task: Task) -> Callable[[Batch], np.ndarray]:
    translator = Translator.load(task.model)
    options = SearchOptions(task.beam_size, shortlist=task.shortlist)

    @tf.function(input_signature=[tf.TensorSpec([None, None], tf.int32)], autograph=False)
    def search(source_tokens):
        return translator.decode(source_tokens, options).tokens[:, 0]

    return lambda batch: search(tf.constant(batch.source_tokens)).numpy()


def text_decoder(directory: Path, task: Task) -> Callable[[Batch], np.ndarray]:
    """A function that translates the text of a batch.

    Of the tokens found, `(batch, length)`, it tells which are real.

    Raises:
        Unavailable: There is no tokenizer.
    """
    if not task.model:
        raise Unavailable("There is no text to translate without --model.")

    _share_threads(task)
    translator = Translator.load(task.model)

    def translate(batch: Batch) -> np.ndarray:
        search = {"beam_size": task.beam_size, "shortlist": task.shortlist}
        found = translator.stream(batch.texts, batch_size=task.batch_size, **search)
        return real_tokens(found)

    return translate


def _share_threads(task: Task) -> None:
    if task.at_once > 1:
        split_cores(task.at_once)
