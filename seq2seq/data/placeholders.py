"""Reserved pieces of a vocabulary, each of which stands for a part of a text.

They are noncharacters, which Unicode keeps out of text. SentencePiece never cuts or folds them.
"""

PLACEHOLDERS = tuple(map(chr, range(0xFDE0, 0xFDF0)))
