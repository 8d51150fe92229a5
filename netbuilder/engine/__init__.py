"""HOW it is done: the only room that knows Keras and TensorFlow."""
