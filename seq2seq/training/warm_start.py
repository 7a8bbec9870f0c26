"""The beginning of a run that goes on from a trained model: its vocabulary and its weights."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from seq2seq.data.corpus import Corpus
from seq2seq.data.directions import untagged
from seq2seq.data.placeholders import PLACEHOLDER_IDS
from seq2seq.data.vocabulary_extension import extend_vocabulary
from seq2seq.ids import FIRST_PIECE_ID
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.ancestry import Ancestor, parent_ancestry
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.weights import set_weights, weights_of
from seq2seq.training.coverage import tell_coverage
from seq2seq.training.fine_tuning import expect_parent
from seq2seq.training.presets import extension_size
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.vocabulary import Tokenizers
from seq2seq.translation.loading import load_model, load_shortlist, load_tokenizers
from seq2seq.translation.shortlist import Shortlist

Parts = Sequence[Sequence[int]]  # of each token, the parent's tokens that it is made of


class WarmStart(NamedTuple):
    """What a run takes of the model that it goes on from.

    Attributes:
        tokenizers: Its tokenizers, extended where that is asked for.
        weights: Its weights by their names, with rows for new tokens.
        shortlist: Its shortlist, numbered anew; None where it has none.
        ancestry: The model, and those that it goes back to.
    """

    tokenizers: Tokenizers
    weights: dict[str, np.ndarray]
    shortlist: Shortlist | None
    ancestry: list[Ancestor]

    def give_weights(self, model: Seq2Seq) -> None:
        """Sets the weights of a new model to these."""
        set_weights(model, self.weights)


def warm_start(configuration: Configuration, corpus: Corpus, display: ProgressDisplay) -> WarmStart:
    """Reads the model that a run goes on from, and says what it lacks for the new pairs.

    Args:
        configuration: The options of the run; `from_model` names the model.
        corpus: New pairs, of a large corpus a sample.
        display: Where it is said.

    Raises:
        InputError: There is no such model, or it is damaged.
    """
    parent = expect_parent(configuration.model.from_model)
    parent.expect_unchanged()
    tokenizers = load_tokenizers(parent.path)
    weights = weights_of(load_model(parent.path, *tokenizers))
    shortlist = load_shortlist(parent.path, *tokenizers)
    extends = configuration.model.extend_vocabulary
    display.line(f"Going on from {parent}, with its vocabulary, sizes and weights.")
    tell_coverage(corpus, tokenizers, display, extends=extends)

    if extends:
        shared = bool(configuration.model.shared_vocabulary)
        words = Corpus([untagged(sentence)[1] for sentence in corpus.source], corpus.target)
        extended = extend_vocabulary(
            tokenizers, words, vocabulary_size=extension_size(words), shared=shared
        )
        added = [
            len(parts) - tokenizer.vocabulary_size
            for parts, tokenizer in zip(extended[2:], tokenizers, strict=True)
        ]
        display.line(
            f"Added {added[0]:,} pieces to the vocabulary of the source and {added[1]:,} to that "
            "of the target."
        )
        weights = extended_weights(weights, extended.source_parts, extended.target_parts)
        shortlist = shortlist and shortlist.extended(extended.source_parts, extended.target_parts)
        tokenizers = (extended.source_tokenizer, extended.target_tokenizer)

    return WarmStart(tokenizers, weights, shortlist, parent_ancestry(parent))


def extended_weights(
    weights: Mapping[str, np.ndarray], source_parts: Parts, target_parts: Parts
) -> dict[str, np.ndarray]:
    """Weights with a row for each token of extended vocabularies.

    The vector of a new token is the mean of those of its parts. That of an unknown letter is the
    mean of all pieces, on the target's side of those that can be written. The output layer is the
    target embedding. So the logit of a new token is the mean of other logits, above the highest of
    which it never is: a greedy search finds what the parent finds, with a probability that is less
    by what the new tokens take.

    Args:
        weights: Those of the parent by their names.
        source_parts: Of each source token, the parent's source tokens.
        target_parts: The same of target tokens. Where the vocabulary is shared, there is one
            embedding, numbered as the source is.
    """
    target_size = 1 + max(part for parts in target_parts for part in parts)
    rows = {"source_embedding": source_parts, "target_embedding": target_parts}
    if not any(name.split("/")[-2] == "source_embedding" for name in weights):
        rows["target_embedding"] = source_parts
    known = {"source_embedding": None, "target_embedding": target_size}

    extended = dict(weights)
    for name, values in weights.items():
        layer = name.split("/")[-2]
        if layer in rows:
            extended[name] = _extended(values, rows[layer], known[layer])
    return extended


def _extended(embedding: np.ndarray, parts: Parts, known: int | None) -> np.ndarray:
    """An embedding with a row for each token: the mean of the rows of its parts.

    Args:
        embedding: `(tokens, embedding_size)`.
        parts: The parts of each token; one without parts is an unknown letter.
        known: How many of the tokens have the mean that stands for an unknown letter; None for all.
    """
    first = FIRST_PIECE_ID + len(PLACEHOLDER_IDS)
    unknown = embedding[first:known].mean(0)
    rows = [embedding[list(tokens)].mean(0) if tokens else unknown for tokens in parts]
    return np.stack(rows).astype(embedding.dtype)
