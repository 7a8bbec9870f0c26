"""What `reproduce.py` is made of: the rows, their runs, and the page that shows them."""
