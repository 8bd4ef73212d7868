import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

print(layers.LeakyReLU(alpha=0.1)(np.array([[-1.0, 1.0]])).numpy().tolist())
