"""The names of the signatures of an exported model; a TFLite model has all but the last."""

from seq2seq.ids import MAX_SOURCE_LENGTH

GREEDY = "serving_default"  # greedy search, one translation
BEAM = "beam"  # beam search, the n best
PREFIX = "prefix"  # beam search among the translations that begin as asked
SCORE = "score"  # how probable a given translation is

MOST_READ = 64 * MAX_SOURCE_LENGTH
"""Characters of a text that are read: far more than its first pieces, of which a search can use so
many, are made of. SentencePiece takes quadratic time for a line without spaces."""
