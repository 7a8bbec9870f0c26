"""The files that people have sentence pairs in, read pair by pair."""
