"""A model directory in memory: its tokenizers, its model, its shortlist."""

from pathlib import Path

import tensorflow as tf

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.scripts import usual_scripts
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import TOKENIZERS, ModelDirectory
from seq2seq.storage.weights import expect_enough_weights, load_weights
from seq2seq.translation.calibration import Calibration
from seq2seq.translation.protection import Protector
from seq2seq.translation.shortlist import Shortlist


def make_model(
    configuration: Configuration, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
) -> Seq2Seq:
    """A model of the configured sizes with new weights."""
    return Seq2Seq(
        configuration.model_options(),
        source_vocabulary_size=source_tokenizer.vocabulary_size,
        target_vocabulary_size=target_tokenizer.vocabulary_size,
        label_smoothing=configuration.training.label_smoothing or 0.0,
        clip_norm=configuration.training.clip_norm,
    )


def load_model(
    directory: Path, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
) -> Seq2Seq:
    """The model of a model directory, with its weights.

    Raises:
        InputError: The directory is no model's, or the weights are missing, damaged or of another
            model.
    """
    place = ModelDirectory(directory)
    with place.naming_damage(tf.errors.OpError):
        configuration = place.read_configuration()
        sizes = (source_tokenizer.vocabulary_size, target_tokenizer.vocabulary_size)
        expect_enough_weights(place, configuration.model_options(), sizes)
        model = make_model(configuration, source_tokenizer, target_tokenizer)
        load_weights(place, model)
    return model


def load_tokenizers(directory: Path) -> tuple[Tokenizer, Tokenizer]:
    """The source and the target tokenizer of a model directory.

    Raises:
        InputError: A file is missing or damaged.
    """
    with ModelDirectory(directory).naming_damage(tf.errors.OpError):
        source, target = (Tokenizer.load(directory / name) for name in TOKENIZERS)
    return source, target


def load_shortlist(
    directory: Path, source_tokenizer: Tokenizer, target_tokenizer: Tokenizer
) -> Shortlist | None:
    """The shortlist of a model directory; None where there is none.

    Raises:
        InputError: The file is damaged, or of other tokenizers.
    """
    sizes = (source_tokenizer.vocabulary_size, target_tokenizer.vocabulary_size)
    with ModelDirectory(directory).naming_damage():
        return Shortlist.load(directory, sizes)


def load_calibration(directory: Path) -> Calibration | None:
    """What to expect of the translations of a model; None where that was not measured.

    Raises:
        InputError: The file is damaged.
    """
    place = ModelDirectory(directory)
    with place.naming_damage():
        return Calibration.load(place)


def written_scripts(tokenizer: Tokenizer) -> tuple[str, ...]:
    """The scripts of a tokenizer's pieces, but for rare ones."""
    return usual_scripts(piece for piece in _pieces(tokenizer) if piece not in PLACEHOLDERS)


def find_protector(
    source_tokenizer: Tokenizer, target_tokenizer: Tokenizer, configuration: Configuration
) -> Protector | None:
    """What a model with these tokenizers can read; None if it knows no placeholders."""
    if not (source_tokenizer.has_placeholders and target_tokenizer.has_placeholders):
        return None

    return Protector.of(
        _pieces(source_tokenizer),
        _pieces(target_tokenizer),
        scripts=configuration.model.source_scripts,
        folds_case=source_tokenizer.folds_case,
        capitals=bool(configuration.model.source_capitals),
    )


def _pieces(tokenizer: Tokenizer) -> list[str]:
    pieces = tokenizer.pieces(tf.range(tokenizer.vocabulary_size)).numpy()
    return [piece.decode() for piece in pieces]
