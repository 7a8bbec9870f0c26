"""The four ids that every vocabulary of this package begins with."""

PAD_ID = 0  # fills rows up behind EOS
UNK_ID = 1  # stands for what no piece spells
BOS_ID = 2  # the first token that the decoder reads
EOS_ID = 3  # ends every sentence

MAX_SOURCE_LENGTH = 256  # tokens, EOS included; longer sentences are cut
