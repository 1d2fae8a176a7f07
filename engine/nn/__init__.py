"""What a network is made of: layers, activations, losses, output heads, initializers, dropout.

Nothing here knows a `TrainingConfig` or how parameters are updated.
"""
