"""HTTP in front of exported models: it loads SavedModels and TFLite models and knows nothing of how they were made."""
