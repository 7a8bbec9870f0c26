"""Texts of one length, made of the sentences of a corpus in a row."""

import numpy as np
import tensorflow as tf

from seq2seq.data.corpus import Corpus
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.explain.gradient_flow import Texts
from seq2seq.ids import EOS_ID, PAD_ID


def join_sentences(
    corpus: Corpus, tokenizers: tuple[Tokenizer, Tokenizer], *, length: int, most: int
) -> Texts:
    """Joins sentences to texts of `length` source tokens; the last sentence of each is cut.

    Args:
        corpus: Sentence pairs.
        tokenizers: Of the source and of the target language.
        length: Source tokens of a text, EOS included.
        most: Texts, at most.

    Raises:
        InputError: The corpus is too short for a text.
    """
    with tf.device("CPU:0"):
        sides = [
            tokenizer.tokenize(tf.constant(list(sentences), tf.string)).to_list()
            for tokenizer, sentences in zip(tokenizers, (corpus.source, corpus.target), strict=True)
        ]

    sources: list[list[int]] = []
    targets: list[list[int]] = []
    source: list[int] = []
    target: list[int] = []
    for source_tokens, target_tokens in zip(*sides, strict=True):
        source += source_tokens[:-1]
        target += target_tokens[:-1]
        if len(source) < length - 1:
            continue
        sources.append([*source[: length - 1], EOS_ID])
        targets.append([*target, EOS_ID])
        source = []
        target = []
        if len(sources) == most:
            break

    if not sources:
        raise InputError(
            f"Expected a corpus of at least {length} tokens. Received: one of fewer. "
            "Give a longer one, or ask for fewer time steps."
        )
    labels = tf.ragged.constant(targets, tf.int32).to_tensor(PAD_ID).numpy()
    return Texts(np.array(sources, np.int32), labels)
