"""What a network is taught from: points, the datasets that draw them, features and scaling.

Nothing here knows a network or a training.
"""
