"""The agent that loads a Keras model and saves it again in another form."""
