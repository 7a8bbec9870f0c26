"""A model directory, whole or not at all: its files, its configuration, its weights."""
