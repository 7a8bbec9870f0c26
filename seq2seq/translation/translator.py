"""Text to translations: a model with its tokenizers, and the directory that holds them."""

import copy
import dataclasses
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, overload

from seq2seq.data.pairs import Pairs, Sentences, read_pairs
from seq2seq.data.tokenizer import Tokenizer
from seq2seq.errors import InputError, expect_count, expect_path
from seq2seq.model.ensemble import Ensemble, expect_single
from seq2seq.model.seq2seq import Seq2Seq
from seq2seq.search.options import SearchOptions
from seq2seq.storage.configuration import Configuration
from seq2seq.storage.directory import (
    TOKENIZERS,
    ModelDirectory,
    expect_same_tokenizers,
)
from seq2seq.storage.languages import Languages
from seq2seq.storage.recording import write_recorded
from seq2seq.storage.weights import save_weights
from seq2seq.translation.backward import make_reranking
from seq2seq.translation.batching import WINDOW
from seq2seq.translation.calibration import Calibration
from seq2seq.translation.glossary import GlossaryLike, glossary_for
from seq2seq.translation.loading import (
    find_protector,
    load_calibration,
    load_model,
    load_shortlist,
    load_tokenizers,
)
from seq2seq.translation.reranking import check_reranking
from seq2seq.translation.result import PairScore, Translation
from seq2seq.translation.sentences import Numbered, divides, translate_divided
from seq2seq.translation.shortlist import Shortlist
from seq2seq.translation.streams import stream_scores, stream_translations
from seq2seq.translation.target_language import chooser, translate_chosen
from seq2seq.translation.text_model import TextModel
from seq2seq.translation.texts import checked_texts, paired

if TYPE_CHECKING:
    from seq2seq.evaluation.evaluation import Evaluation


class Translator(TextModel):
    """A trained model that takes and gives text.

    Example:
        >>> translator = Translator.load("saved_models/en-ko")
        >>> translator.translate("I am Yusol")
        '나는 유솔이야'

    Args:
        model: The sequence-to-sequence model, or an ensemble of several.
        source_tokenizer: Tokenizer of the source language.
        target_tokenizer: Tokenizer of the target language.
        configuration: The options the model was made with.
        shortlist: The lexical table that the search option `shortlist` needs; None without one.

    Attributes:
        threads: Number of batches translated at once, between which `cpu.split_cores` divides the
            threads of TensorFlow.
        calibration: What to expect of the translations, measured on pairs that the model has not
            learnt; None of older models and of ensembles.
        protector: What sees to it that numbers, links, tags and the like stay as they are; None for
            models without placeholders, such as those of version 0.1.
        tag: The tag of the language that it translates into, if the model has several; see `to`.
    """

    def __init__(
        self,
        model: Seq2Seq | Ensemble,
        source_tokenizer: Tokenizer,
        target_tokenizer: Tokenizer,
        configuration: Configuration,
        shortlist: Shortlist | None = None,
    ):
        super().__init__(model, source_tokenizer, target_tokenizer, shortlist)
        self.configuration = configuration
        self.threads = 1
        self.calibration: Calibration | None = None
        self.tag = ""
        self.protector = find_protector(source_tokenizer, target_tokenizer, configuration)

    @property
    def languages(self) -> Languages:
        """The languages of a model of several; false of another."""
        return self.configuration.corpus.spoken

    @property
    def language(self) -> str | None:
        """The language of `tag`; None without one."""
        return self.languages.language(self.tag) if self.tag else None

    def to(self, language: str | None) -> Self:
        """This translator for one of the languages that it translates into.

        Example:
            >>> translator.to("ko").translate("I am Yusol")

        Args:
            language: The language. None is right for a model of one direction alone, and for a
                translator that this method has returned.

        Raises:
            InputError: It is none of the model's.
        """
        if language is None and self.tag:
            return self
        return self.behind(self.languages.tag(language))

    def behind(self, tag: str) -> Self:
        """This translator for the language of a tag; see `data.directions`."""
        if tag == self.tag:
            return self
        other = copy.copy(self)  # which shares the graphs that are traced
        other.tag = tag
        if self.protector:
            other.protector = dataclasses.replace(self.protector, tag=tag)
        return other

    @overload
    def translate(self, texts: str, **options: Any) -> str: ...

    @overload
    def translate(self, texts: Iterable[str], **options: Any) -> list[str]: ...

    def translate(self, texts: str | Iterable[str], **options: Any) -> str | list[str]:
        """The best translation of each text; of one string, its translation.

        Args:
            texts: One text, or several.
            **options: Those of `stream`: `beam_size`, `length_penalty` and the others of
                `SearchOptions`, `batch_size`, `split_sentences`, `glossary`, `to`, `rerank_with`.

        Raises:
            InputError: As `stream`.
        """
        if isinstance(texts, str):
            (translation,) = self.stream([texts], **options)
            return translation.text
        return [translation.text for translation in self.stream(texts, **options)]

    def stream(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = 64,
        attention: bool = False,
        first: int = 0,
        split_sentences: bool | None = None,
        glossary: GlossaryLike | None = None,
        rerank_with: "Translator | str | os.PathLike[str] | None" = None,
        rerank_weight: float | None = None,
        to: str | None = None,
        **search: Any,
    ) -> Iterator[Translation]:
        """Translates any number of texts in constant memory; result k belongs to text k.

        Sentences are sorted by length within windows of a few thousand, so that a batch holds
        little padding.

        Args:
            texts: Sentences, or texts of several; an empty one has an empty translation.
            batch_size: Most sentences decoded at once by a thread.
            attention: Whether to report the attention weights.
            first: Place of the first text in an input that comes in parts; random draws depend on
                it.
            split_sentences: Whether a text of several sentences is translated sentence by sentence
                (see `sentences.joined`). By default, as the model's configuration says. A text
                with a `prefix` is translated as a whole.
            glossary: Terms with their translations, which are written as they are: a dictionary, a
                `Glossary`, or the path of a TSV file.
            rerank_with: A translator of the other direction, or its model directory, which tells of
                the hypotheses which one is best (see `reranking`). A directory is loaded anew each
                time.
            rerank_weight: How much it counts, 1 by default: as much as this translator.
            to: The language to translate into, for a model of several. Without it, the letters of
                each text tell where they can (see `target_language`), but not with `rerank_with`.
            **search: The attributes of `SearchOptions`.

        Raises:
            InputError: A text is no string, an option is unknown, of a wrong type or out of its
                range, or the model cannot do what is asked for.
        """
        texts = checked_texts(texts)
        expect_count("batch_size", batch_size)
        expect_count("first", first, lowest=0)
        options = SearchOptions.from_options(search)
        self.expect_able(options)
        choose = chooser(self, to, by_letters=rerank_with is None)
        if not self.protector:
            self.prefix_tokens([options.prefix])
        check_reranking(options, has_model=rerank_with is not None, weight=rerank_weight)
        if rerank_with is not None and not isinstance(rerank_with, Translator):
            rerank_with = Translator.load(rerank_with, threads=self.threads)
        reranking = make_reranking(
            self, rerank_with, options, weight=rerank_weight, batch_size=batch_size
        )
        work = partial(
            stream_translations,
            options=options,
            batch_size=batch_size,
            threads=self.threads,
            attention=attention,
            glossary=glossary_for(self.protector, glossary),
            reranking=reranking,
        )
        usual = self.configuration.model.split_sentences
        is_divided = divides(split_sentences, usual, bool(options.prefix))

        def translate(one: Translator, own: list[Numbered]) -> Iterator[Translation]:
            translate_own = partial(work, one, one.protector, tag=one.tag)
            if is_divided:
                return translate_divided(own, translate_own, n_best=options.n_best)
            return translate_own(own)

        size = WINDOW * batch_size
        return translate_chosen(texts, choose, translate, size=size, first=first)

    def evaluate(
        self,
        pairs: Pairs | Sentences,
        targets: Sentences | None = None,
        *,
        tokenize: str = "auto",
        to: str | None = None,
        **search: Any,
    ) -> "Evaluation":
        """Translates sentences and scores the translations with sacreBLEU: BLEU, chrF2 and TER.

        Example:
            >>> translator.evaluate("data/en-ko/test.tsv", beam_size=5).scores["bleu"].value

        Args:
            pairs: The sentences with their references: a TSV file or several, pairs of strings, or
                a `Corpus`. With `targets`, the sentences alone: a list or a text file.
            targets: The references, where they stand apart.
            tokenize: The sacreBLEU tokenizer for BLEU; "auto" takes the one that suits the
                references.
            to: The language to translate into, for a model of several. Pairs of a model of both
                directions are in the order of its languages, whichever of them this is.
            **search: Those of `stream`.

        Raises:
            InputError: There is nothing to score, a file cannot be read, or an option cannot be
                used.
        """
        # Imported here, because nothing else of a translator needs sacreBLEU.
        from seq2seq.evaluation.evaluation import evaluate_translator

        one = self.to(to)
        corpus = read_pairs(pairs, targets)
        if to and self.languages.is_reversed(to):
            corpus = corpus.swapped()
        return evaluate_translator(one, corpus, tokenize=tokenize, **search)

    def score(
        self,
        sources: Iterable[str],
        targets: Iterable[str],
        *,
        batch_size: int = 64,
        to: str | None = None,
    ) -> Iterator[PairScore]:
        """Tells how probable the model finds given translations; result k belongs to pair k.

        A translation is cut into pieces as the tokenizer cuts it; a search may have spelt the same
        text otherwise.

        Args:
            sources: Sentences.
            targets: A translation of each.
            batch_size: Most pairs computed at once by a thread.
            to: The language of the translations, for a model of several.

        Raises:
            InputError: `to` is no language of the model, there are more of the one than of the
                other, or one is no string.
        """
        expect_count("batch_size", batch_size)
        pairs = paired(checked_texts(sources), checked_texts(targets))
        one = self.to(to)
        return stream_scores(
            one,
            one.protector,
            pairs,
            batch_size=batch_size,
            threads=self.threads,
            tag=one.tag,
        )

    @classmethod
    def load(
        cls,
        directory: str | os.PathLike[str],
        *others: str | os.PathLike[str],
        threads: int = 1,
    ) -> "Translator":
        """Loads a model directory, or several as an ensemble.

        Args:
            directory: A model directory, such as `save` wrote.
            *others: More of them; the configuration is that of the first.
            threads: Number of batches translated at once, see the attribute.

        Raises:
            InputError: A directory is no model's, a file in it is missing, cut short or of another
                model, or the models have different tokenizers.
        """
        _expect_one_by_one(directory)
        for place in (directory, *others):
            expect_path(place, "a model directory")
        expect_count("threads", threads)
        directories = [Path(directory), *map(Path, others)]
        for place in directories:
            ModelDirectory(place).expect_unchanged()
        expect_same_tokenizers(directories)

        configuration = ModelDirectory(directories[0]).read_configuration()
        tokenizers = load_tokenizers(directories[0])
        models = [load_model(place, *tokenizers) for place in directories]
        shortlists = [load_shortlist(place, *tokenizers) for place in directories]

        model = Ensemble(models) if others else models[0]
        shortlist = next(filter(None, shortlists), None)  # of the same tokens, they all fit
        translator = cls(model, *tokenizers, configuration, shortlist)
        if not others:  # of an ensemble it was not measured
            translator.set_calibration(load_calibration(directories[0]))
        translator.threads = threads
        return translator

    def set_calibration(self, calibration: Calibration | None) -> None:
        """Sets what to expect of the translations, which `Translation.confidence` tells then."""
        self.calibration = calibration
        self.confidence = calibration and calibration.confidence

    def save(self, directory: str | Path) -> None:
        """Writes configuration, tokenizers and weights into a model directory.

        Raises:
            InputError: The translator is an ensemble, or the directory cannot be written to.
        """
        model = expect_single(self.model)
        directory = Path(directory)
        save_weights(directory, model)
        self.save_vocabulary(directory)
        ModelDirectory(directory).save_configuration(self.configuration)
        if self.calibration:
            self.calibration.save(ModelDirectory(directory))

    def save_vocabulary(self, directory: str | Path) -> None:
        """Writes the SentencePiece models and the shortlist into a model directory."""
        if self.shortlist:
            self.shortlist.save(Path(directory))
        self.save_tokenizers(directory)

    def save_tokenizers(self, directory: str | Path) -> None:
        """Writes the SentencePiece models into a directory."""
        tokenizers = (self.source_tokenizer, self.target_tokenizer)
        for name, tokenizer in zip(TOKENIZERS, tokenizers, strict=True):
            write_recorded(Path(directory, name), partial(_write, tokenizer.model))

    def anew(self) -> "Translator":
        """A translator of the same parts, to be traced anew when model or precision changed."""
        translator = Translator(
            self.model,
            self.source_tokenizer,
            self.target_tokenizer,
            self.configuration,
            self.shortlist,
        )
        translator.threads = self.threads
        translator.set_calibration(self.calibration)
        return translator


def _expect_one_by_one(directory: object) -> None:
    """Refuses a list of model directories.

    Raises:
        InputError: It is a list or a tuple.
    """
    if isinstance(directory, list | tuple):
        raise InputError(
            "Expected a model directory, or several as arguments of their own. "
            f"Received: a {type(directory).__name__}. Write a star before it."
        )


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)
