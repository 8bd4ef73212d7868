"""Read the user's code, meet the facts, yield findings and fixes. No TensorFlow, no running."""
