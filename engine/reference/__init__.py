"""The NumPy implementation that reads as a lesson: the training loop, metrics, node grids and heat maps.

It defines what is right; `engine.kernels` must give the same numbers.
"""
