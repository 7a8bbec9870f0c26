"""Presets: the options that suit a corpus, by its size and by how its two languages are written."""

import dataclasses
import re
from collections import Counter
from dataclasses import dataclass

from seq2seq.data.capitals import capitals_are_usual
from seq2seq.data.corpus import Corpus
from seq2seq.data.directions import untagged
from seq2seq.data.letters import main_scripts
from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.scripts import usual_scripts
from seq2seq.data.stream import CorpusStream
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import ModelDirectory
from seq2seq.storage.options import VOCABULARY
from seq2seq.training.fine_tuning import choose_schedule

_SAMPLE = 10_000  # sentences whose letters are compared
_SMALLEST_VOCABULARY = 500


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Sizes and regularisation that suit a corpus size; the names are those of the options."""

    vocabulary_size: int
    units: int
    decoder_units: int
    embedding_size: int
    encoder_layers: int
    decoder_layers: int
    dropout: float
    label_smoothing: float
    guided_alignment: float
    batch_tokens: int
    learning_rate: float
    epochs: int


PRESETS = {
    "tiny": Preset(
        vocabulary_size=2000,
        units=256,
        decoder_units=128,
        embedding_size=128,
        encoder_layers=1,
        decoder_layers=2,
        dropout=0.3,
        label_smoothing=0.1,
        guided_alignment=0.33,
        batch_tokens=512,
        learning_rate=3e-3,
        epochs=60,
    ),
    "small": Preset(
        vocabulary_size=8000,
        units=256,
        decoder_units=256,
        embedding_size=256,
        encoder_layers=1,
        decoder_layers=2,
        dropout=0.3,
        label_smoothing=0.1,
        guided_alignment=0.0,
        batch_tokens=1024,
        learning_rate=2e-3,
        epochs=30,
    ),
    "base": Preset(
        vocabulary_size=8000,
        units=512,
        decoder_units=256,
        embedding_size=256,
        encoder_layers=1,
        decoder_layers=2,
        dropout=0.3,
        label_smoothing=0.1,
        guided_alignment=0.0,
        batch_tokens=1024,
        learning_rate=2e-3,
        epochs=16,
    ),
    "large": Preset(
        vocabulary_size=16000,
        units=1024,
        decoder_units=1024,
        embedding_size=512,
        encoder_layers=2,
        decoder_layers=2,
        dropout=0.2,
        label_smoothing=0.1,
        guided_alignment=0.0,
        batch_tokens=8192,
        learning_rate=1e-3,
        epochs=10,
    ),
}

_MOST_PAIRS = {"tiny": 5_000, "small": 50_000, "base": 300_000}  # "large" beyond


def choose_preset(pairs: int) -> str:
    """The name of the preset for a number of training pairs."""
    return next((name for name, most in _MOST_PAIRS.items() if pairs <= most), "large")


def preset_ranges() -> str:
    """Which numbers of training pairs the presets are for, in words."""
    ranges = [f"{name} up to {most:,} pairs" for name, most in _MOST_PAIRS.items()]
    return ", ".join([*ranges, "large beyond"])


def resolve(configuration: Configuration, corpus: Corpus | CorpusStream) -> Configuration:
    """Fills in the options that are still open, from the preset and from the languages of a corpus.

    A decoder whose width is open is as wide as the memory if that was given. The languages share a
    vocabulary where they share letters. With `vocabulary_from`, the size and the sharing of the
    vocabulary are those of that model. A run that goes on from a model has the schedule of
    `fine_tuning`. Texts are split into sentences unless lines of several are
    usual in the corpus. The scripts of the source text are those that are usual in it, and those of
    each language are found in what is written in it.

    Args:
        configuration: The options that were given.
        corpus: The training pairs. Of a stream, its sample is looked at.

    Raises:
        InputError: `vocabulary_from` names no model directory.
    """
    configuration = _with_borrowed_vocabulary(configuration)
    given = configuration.options()
    name = choose_preset(len(corpus)) if given["preset"] == "auto" else given["preset"]
    preset = dataclasses.asdict(PRESETS[name])
    if given["units"]:
        preset["decoder_units"] = given["units"]
    if given["from_model"]:
        preset |= dataclasses.asdict(choose_schedule(len(corpus)))

    chosen = {option: value for option, value in preset.items() if given[option] is None}
    chosen["preset"] = name
    shared = given["shared_vocabulary"]
    if shared is None:
        shared = share_letters(corpus.sample)
        chosen["shared_vocabulary"] = shared

    if "vocabulary_size" in chosen:
        most = preset["vocabulary_size"]
        chosen["vocabulary_size"] = _vocabulary_size(corpus.sample, shared=shared, most=most)

    if given["split_sentences"] is None:
        # Imported here, because it needs NumPy, and the help of the command line reads this module.
        from seq2seq.translation.sentences import several_are_usual

        chosen["split_sentences"] = not several_are_usual(corpus.sample.source)

    if given["source_capitals"] is None:
        chosen["source_capitals"] = capitals_are_usual(corpus.sample.source)

    if not given["source_scripts"]:
        chosen["source_scripts"] = usual_scripts(corpus.sample.source)
    elif given["extend_vocabulary"]:
        known = given["source_scripts"]
        new = usual_scripts(corpus.sample.source)
        chosen["source_scripts"] = (*known, *(script for script in new if script not in known))

    if not (given["from_model"] and given["language_scripts"]):
        texts = _texts_of_languages(corpus.sample)
        chosen["language_scripts"] = tuple(
            " ".join(main_scripts(texts.get(tag, ()))) for tag in configuration.corpus.spoken.tags
        )

    return configuration.replace(**chosen)


def _with_borrowed_vocabulary(configuration: Configuration) -> Configuration:
    """The configuration with the vocabulary options of the model that lends its vocabulary.

    Only open options are taken. A run that is resumed has none open, and no longer needs the other
    model.
    """
    options = configuration.options()
    open_options = [name for name in VOCABULARY if options[name] is None]
    if not (options["vocabulary_from"] and open_options):
        return configuration

    lender = ModelDirectory(options["vocabulary_from"]).read_configuration().options()
    return configuration.replace(**{name: lender[name] for name in open_options})


def _vocabulary_size(sample: Corpus, *, shared: bool, most: int) -> int:
    """The number of pieces that suits the text, `most` or what the text has enough words for.

    A vocabulary has at most a third as many pieces as its text has words: more would be whole
    words, rare ones seen too seldom to be learnt and new ones never spelt. But it has room for
    every character and some more, and for the placeholders. Where several languages that are
    written differently share it, it has room for what suits each.
    """
    languages = [*_texts_of_languages(sample).values()]
    if shared and languages and not all(_are_alike(languages[0], text) for text in languages):
        return sum(_size_for([text], most) for text in languages)

    texts = [[*sample.source, *sample.target]] if shared else [sample.source, sample.target]
    return _size_for(texts, most)


def _size_for(texts: list[list[str]], most: int) -> int:
    """The number of pieces that suits vocabularies of some texts, all of the same size."""
    words = min(_count_words(text) for text in texts)
    characters = max(len(set().union(*text)) for text in texts)
    fitting = min(most, max(words // 3, _SMALLEST_VOCABULARY))
    return max(fitting, characters + characters // 4 + len(PLACEHOLDERS))


def _texts_of_languages(sample: Corpus) -> dict[str, list[str]]:
    """The texts of each language that a corpus with tags writes, by its tag; none without tags."""
    texts: dict[str, list[str]] = {}
    for sentence, target in zip(sample.source, sample.target, strict=True):
        tag, _ = untagged(sentence)
        texts.setdefault(tag, []).append(target)
    return {} if "" in texts else texts


def extension_size(sample: Corpus) -> int:
    """The number of pieces that suits each side of new pairs, for a vocabulary to be extended."""
    return _vocabulary_size(sample, shared=False, most=PRESETS["small"].vocabulary_size)


def share_letters(corpus: Corpus) -> bool:
    """Whether the two languages are written alike.

    They are if over half of each side's letters are letters of the other side.
    """
    return _are_alike(corpus.source, corpus.target)


def _are_alike(one: list[str], other: list[str]) -> bool:
    source = _count_letters(one)
    target = _count_letters(other)
    common = source.keys() & target.keys()

    def share(counts: Counter[str]) -> float:
        return sum(counts[letter] for letter in common) / (counts.total() or 1)

    return min(share(source), share(target)) > 0.5


def _count_letters(sentences: list[str]) -> Counter[str]:
    return Counter(filter(str.isalpha, "".join(sentences[:_SAMPLE])))


def _count_words(sentences: list[str]) -> int:
    """The number of different words, case and punctuation aside."""
    words: set[str] = set()
    for sentence in sentences:
        words.update(re.findall(r"\w+", sentence.casefold()))

    return len(words)
