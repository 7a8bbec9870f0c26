"""Several models trained on the same data for as long, and a report that sets them side by side."""
