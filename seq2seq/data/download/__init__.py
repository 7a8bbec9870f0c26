"""Public corpora: where they are, under which licence, and how they get here whole."""
