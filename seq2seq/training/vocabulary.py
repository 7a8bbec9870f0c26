"""What a run learns of its corpus before the first step: vocabulary, shortlist, alignment."""

from collections.abc import Collection

from seq2seq.data.alignment import Aligner
from seq2seq.data.corpus import Corpus
from seq2seq.data.placeholders import PLACEHOLDER_IDS
from seq2seq.data.stream import CorpusStream
from seq2seq.data.token_pairs import TokenPairs, tokenize_pairs
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError
from seq2seq.ids import FIRST_PIECE_ID
from seq2seq.storage.configuration import Configuration, chosen
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.options import VOCABULARY, kebab
from seq2seq.training.progress import ProgressDisplay
from seq2seq.translation.loading import load_tokenizers
from seq2seq.translation.shortlist import Shortlist

MAX_TRAINING_LENGTH = 128  # tokens on either side; longer pairs are dropped

Tokenizers = tuple[Tokenizer, Tokenizer]  # of the source and of the target language


def make_tokenizers(
    configuration: Configuration, corpus: Corpus | CorpusStream, display: ProgressDisplay
) -> Tokenizers:
    """The tokenizers of another model if one is named, else new ones that learn the corpus.

    Raises:
        InputError: The other model has another vocabulary than the one asked for, or the corpus
            needs a larger one.
    """
    if configuration.model.vocabulary_from:
        return _borrow_tokenizers(configuration, configuration.model.vocabulary_from, display)
    return _learn_tokenizers(configuration, corpus, display)


def _borrow_tokenizers(
    configuration: Configuration, path: str, display: ProgressDisplay
) -> Tokenizers:
    """The tokenizers of another model, so that the two can make an ensemble."""
    directory = ModelDirectory(path)
    directory.expect_unchanged()
    wanted = configuration.options()
    found = directory.read_configuration().options()
    for name in VOCABULARY:
        if wanted[name] != found[name]:
            raise InputError(
                f"Expected {kebab(name)} to be that of {directory}, {found[name]}. "
                f"Received: {wanted[name]}. Leave it out: it follows --vocabulary-from."
            )

    _expect_tags(configuration, directory)
    display.line(f"Taking the vocabulary of {directory}.")
    return load_tokenizers(directory.path)


def _expect_tags(configuration: Configuration, lender: ModelDirectory) -> None:
    """Refuses a vocabulary without the tags of the languages.

    Raises:
        InputError: It is of a model of other languages.
    """
    wanted = configuration.corpus.spoken.names
    found = lender.read_configuration().corpus.spoken.names
    if wanted != found:
        raise InputError(
            f"Expected --languages to be those of {lender}: {', '.join(found) or 'none'}. "
            f"Received: {', '.join(wanted) or 'none'}. Learn a vocabulary of its own."
        )


def _learn_tokenizers(
    configuration: Configuration, corpus: Corpus | CorpusStream, display: ProgressDisplay
) -> Tokenizers:
    size = chosen(configuration.model.vocabulary_size, "vocabulary-size")
    sample = corpus.sample
    sampled = "" if len(sample) == len(corpus) else f"{len(sample):,} of "
    display.line(f"Learning the vocabulary of {sampled}{len(corpus):,} sentence pairs.")
    tags = configuration.corpus.spoken.tags
    if configuration.model.shared_vocabulary:
        source, target = Tokenizer.train_joint(sample.source, sample.target, size, reserved=tags)
        sizes = [source.vocabulary_size]
    else:
        source = Tokenizer.train(sample.source, size, reserved=tags)
        target = Tokenizer.train(sample.target, size, keep_letters=True)
        sizes = [source.vocabulary_size, target.vocabulary_size]

    if min(sizes) < size:
        found = " and ".join(f"{pieces:,}" for pieces in sizes)
        display.line(
            f"The corpus has fewer than {size:,} different pieces: the vocabulary has {found}."
        )

    return source, target


def learn_shortlist(
    configuration: Configuration,
    corpus: Corpus | CorpusStream,
    tokenizers: Tokenizers,
    display: ProgressDisplay,
) -> Shortlist:
    """Learns which target pieces each source piece may give."""
    display.line("Learning which pieces translate which.")
    sizes = _sizes(tokenizers)
    shared = bool(configuration.model.shared_vocabulary)
    copied = range(FIRST_PIECE_ID, min(sizes)) if shared else placeholder_ids(tokenizers)
    return Shortlist.learn(_token_pairs(corpus, tokenizers), sizes, copied=copied)


def learn_alignment(
    corpus: Corpus | CorpusStream, tokenizers: Tokenizers, display: ProgressDisplay
) -> Aligner:
    """Learns which pieces of a pair belong to each other."""
    display.line("Aligning the pieces of the pairs.")
    return Aligner.learn(
        _token_pairs(corpus, tokenizers), _sizes(tokenizers), copied=placeholder_ids(tokenizers)
    )


def placeholder_ids(tokenizers: Tokenizers) -> Collection[int]:
    """The tokens of the placeholders; none where a vocabulary of an older version is borrowed."""
    has_placeholders = all(tokenizer.has_placeholders for tokenizer in tokenizers)
    return PLACEHOLDER_IDS if has_placeholders else ()


def _token_pairs(corpus: Corpus | CorpusStream, tokenizers: Tokenizers) -> TokenPairs:
    return tokenize_pairs(corpus.sample, *tokenizers, max_length=MAX_TRAINING_LENGTH)


def _sizes(tokenizers: Tokenizers) -> tuple[int, int]:
    source, target = tokenizers
    return source.vocabulary_size, target.vocabulary_size
