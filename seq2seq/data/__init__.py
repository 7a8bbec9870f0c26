"""Sentence files to token batches: lines, corpora, tokenizers, alignment."""
