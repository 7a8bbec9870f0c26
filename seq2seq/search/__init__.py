"""A step function to sequences of ids. Nothing here knows a model."""
