"""A translator as SavedModel, TFLite or web page, and what runs these."""
