import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

print(layers.LeakyReLU(0.2)(np.array([[-1.0, 1.0]])).numpy().tolist())
