"""Saved models, read without TensorFlow: what they are, which releases load them, and conversion."""
