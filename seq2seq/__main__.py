"""`python -m seq2seq` is the command line."""

from seq2seq.cli import main

main(prog_name="seq2seq")
