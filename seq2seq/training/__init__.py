"""Sentence pairs to a model directory, in a run that resumes exactly."""
