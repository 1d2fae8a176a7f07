"""The parts of a network: layers, activations, losses, output heads, initializers and dropout.

Nothing here may know a `TrainingConfig` or how parameters are updated.
"""
