"""The readable implementation in NumPy: the training loop, metrics, node grids and heat maps.

It defines the correct results; `engine.kernels` must give the same numbers.
"""
