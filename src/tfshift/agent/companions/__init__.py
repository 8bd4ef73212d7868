"""Whether packages that go with TensorFlow can be imported beside it."""
