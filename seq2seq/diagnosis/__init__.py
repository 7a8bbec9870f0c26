"""What this machine and this installation have, and what a corpus will cost on them."""
