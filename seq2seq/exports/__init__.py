"""A translator as SavedModel or TFLite, and what runs these."""
