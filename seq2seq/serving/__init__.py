"""HTTP in front of exported models: it runs them and knows nothing of how they were made."""
