"""The parts of a network: layers, activations, losses, output heads, initializers and dropout.

Nothing here may use a `TrainingConfig` or update parameters.
"""
