"""The names of the signatures of an exported model; a TFLite model has all but the last."""

GREEDY = "serving_default"  # greedy search, one translation
BEAM = "beam"  # beam search, the n best
PREFIX = "prefix"  # beam search among the translations that begin as asked
SCORE = "score"  # how probable a given translation is
