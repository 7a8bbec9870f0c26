"""The four ids that every vocabulary of this package begins with."""

PAD_ID, UNK_ID, BOS_ID, EOS_ID = 0, 1, 2, 3
