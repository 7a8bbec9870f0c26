"""What every room must agree on: the special tokens, tags, and how much of a source is read.

The length lies here, and not in `translation`, because exported models and programs that run them
without TensorFlow keep to it as well.
"""

PAD_ID = 0  # fills rows up behind EOS
UNK_ID = 1  # stands for what no piece spells
BOS_ID = 2  # the first token that the decoder reads
EOS_ID = 3  # ends every sentence
FIRST_PIECE_ID = 4

EOS_PIECE = "</s>"  # as SentencePiece shows it
SPACE = "\u2581"  # how pieces write one

# Tokens of a source sentence that are translated, EOS included. `data.token_pairs` says what
# happens to longer sentences in training, translation and exported models, and where.
MAX_SOURCE_LENGTH = 256

# What names the language of a translation before a source sentence: noncharacters, one for each
# language of a model of several.
LANGUAGE_TAGS = tuple(map(chr, range(0xFDD2, 0xFDE0)))
