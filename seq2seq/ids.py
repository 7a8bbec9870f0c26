"""The four ids that every vocabulary of this package begins with, and how many of a sentence are read."""

PAD_ID, UNK_ID, BOS_ID, EOS_ID = 0, 1, 2, 3
MAX_SOURCE_LENGTH = 256  # tokens, EOS included; longer sentences are cut
