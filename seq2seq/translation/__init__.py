"""Text to translations with a trained model."""
