"""A report of an evaluation: every sentence, and tables of where the model is weak."""
