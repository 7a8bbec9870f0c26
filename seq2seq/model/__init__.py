"""Tokens to logits and gradients. Nothing here knows text."""
