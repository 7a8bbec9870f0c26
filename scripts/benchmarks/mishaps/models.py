"""The models that are put through mishaps: those that are given, or the smallest that there are."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mishaps.process import expect_success, seq2seq

LETTERS = "abcdefghij"
TRAINING = (
    "--units 8 --embedding-size 6 --decoder-units 8 --encoder-layers 1 --decoder-layers 1 "
    "--vocabulary-size 42 --separate-vocabularies --batch-tokens 64 --learning-rate 1e-2 "
    "--precision float32 --epochs 3"
).split()


def write_pairs(folder: Path) -> Path:
    """Writes a hundred pairs of two letters and their reverse."""
    path = folder / "pairs.tsv"
    lines = (f"{one} {other}\t{other} {one}\n" for one in LETTERS for other in LETTERS)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@dataclass
class Models:
    """A model and its exports; what is not given is made when it is asked for.

    Attributes:
        folder: Where what is made is put.
        given: A model directory, or None.
        given_saved_model: Its export as a SavedModel, or None.
        given_tflite: Its export for TFLite, or None.
    """

    folder: Path
    given: Path | None = None
    given_saved_model: Path | None = None
    given_tflite: Path | None = None

    @cached_property
    def directory(self) -> Path:
        """The model directory."""
        if self.given:
            return self.given
        place = self.folder / "model"
        expect_success(seq2seq("train", write_pairs(self.folder), "--output", place, *TRAINING))
        return place

    @cached_property
    def saved_model(self) -> Path:
        """The SavedModel."""
        return self.given_saved_model or self._export("saved-model")

    @cached_property
    def tflite(self) -> Path:
        """The TFLite model."""
        return self.given_tflite or self._export("tflite")

    def _export(self, form: str) -> Path:
        place = self.folder / form
        expect_success(seq2seq("export", place, "--format", form, "--model", self.directory))
        return place
