"""Hypotheses and references to scores and faults."""
