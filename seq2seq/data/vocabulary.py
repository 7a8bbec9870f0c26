"""What the file of a tokenizer tells of its language, without TensorFlow."""

from dataclasses import dataclass
from pathlib import Path

from seq2seq.data.placeholders import PLACEHOLDERS
from seq2seq.data.scripts import usual_scripts


@dataclass(frozen=True)
class Vocabulary:
    """The pieces of a SentencePiece model.

    Attributes:
        size: How many there are.
        scripts: The scripts of their letters, but for rare ones; the commonest first.
    """

    size: int
    scripts: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Vocabulary":
        """Reads the file of a SentencePiece model.

        Raises:
            OSError, RuntimeError: It is missing or damaged.
        """
        from sentencepiece import SentencePieceProcessor  # loads a library that few commands need

        processor = SentencePieceProcessor()
        processor.LoadFromSerializedProto(path.read_bytes())
        size = processor.get_piece_size()
        pieces = [
            processor.id_to_piece(number)
            for number in range(size)
            if not (processor.is_control(number) or processor.is_unknown(number))
        ]
        return cls(size, usual_scripts(piece for piece in pieces if piece not in PLACEHOLDERS))
