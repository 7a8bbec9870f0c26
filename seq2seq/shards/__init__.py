"""A corpus of lines translated in numbered parts, each of them once, by any number of processes."""
