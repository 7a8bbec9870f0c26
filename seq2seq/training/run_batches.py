"""The batches of a run: of its pairs and their words, with placeholders, and of old pairs."""

from collections.abc import Callable

import tensorflow as tf

from seq2seq.data.alignment import Aligner
from seq2seq.data.batches import TrainingBatches
from seq2seq.data.corpus import Corpus
from seq2seq.data.mixing import MixedBatches
from seq2seq.data.stream import CorpusStream
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.configuration import Configuration, chosen
from seq2seq.training.masking import Masking
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.vocabulary import (
    MAX_TRAINING_LENGTH,
    Tokenizers,
    learn_alignment,
    placeholder_ids,
)
from seq2seq.training.word_pairs import with_words

RunBatches = TrainingBatches | MixedBatches


def make_batches(
    model: Seq2Seq,
    configuration: Configuration,
    corpus: Corpus | CorpusStream,
    mix: Corpus | CorpusStream | None,
    tokenizers: Tokenizers,
    display: ProgressDisplay,
) -> RunBatches:
    """The batches of the corpus and of its words, aligned where attention is to be guided.

    Where the vocabulary has placeholders, so have some of the pairs.

    Args:
        model: The model that learns from them.
        configuration: The options of the run.
        corpus: The training pairs.
        mix: Old pairs, for batches among the others; None for none.
        tokenizers: Those of the model.
        display: Where it is said what is done.
    """
    aligner = None
    if _is_guided(model, configuration) or placeholder_ids(tokenizers):
        aligner = learn_alignment(together(corpus, mix), tokenizers, display)

    def batches_of(pairs: Corpus | CorpusStream) -> TrainingBatches:
        return _batches_of(pairs, model, configuration, tokenizers, aligner, display)

    batches: RunBatches = batches_of(corpus)
    if mix is not None:
        share = configuration.corpus.mix_share
        batches = MixedBatches(batches, batches_of(mix), share=share)
        display.line(f"Mixing in {len(mix):,} old pairs, which make {share:.0%} of the batches.")
    if batches.dropped:
        display.line(
            f"Dropped {batches.dropped:,} pairs with a side of more than "
            f"{MAX_TRAINING_LENGTH} tokens."
        )

    return batches


def together(
    corpus: Corpus | CorpusStream, mix: Corpus | CorpusStream | None
) -> Corpus | CorpusStream:
    """New and old pairs, of large corpora a sample, for what is learnt of both at once."""
    if mix is None:
        return corpus
    new = corpus.sample
    old = mix.sample
    return Corpus([*new.source, *old.source], [*new.target, *old.target])


def _is_guided(model: Seq2Seq, configuration: Configuration) -> bool:
    return bool(configuration.training.guided_alignment) and model.attends


def _batches_of(
    corpus: Corpus | CorpusStream,
    model: Seq2Seq,
    configuration: Configuration,
    tokenizers: Tokenizers,
    aligner: Aligner | None,
    display: ProgressDisplay,
) -> TrainingBatches:
    """The batches of a single corpus."""
    align: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None
    mask = None
    if aligner is not None:
        align = aligner.align if _is_guided(model, configuration) else None
        if placeholder_ids(tokenizers):
            mask = Masking(
                tokenizers,
                aligner,
                configuration.model.source_scripts,
                configuration.training.placeholder_share,
                configuration.training.seed,
            )
            corpus = with_words(corpus, tokenizers, aligner)

    if len(corpus.sample) < len(corpus):
        display.line(f"Counting the batches of {len(corpus):,} sentence pairs.")
    return TrainingBatches(
        corpus,
        *tokenizers,
        max_length=MAX_TRAINING_LENGTH,
        batch_tokens=chosen(configuration.training.batch_tokens, "batch-tokens"),
        seed=configuration.training.seed,
        vary=mask,
        align=align,
    )
