"""What is wrong with sentence pairs: what can be found out, said, and taken out."""
