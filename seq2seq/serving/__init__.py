"""HTTP in front of exported models: it loads SavedModels and knows nothing of how they were made."""
