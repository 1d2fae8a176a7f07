"""The data that a network learns from: points, datasets and their generators, features and scaling.

Nothing here may use a network or a training.
"""
