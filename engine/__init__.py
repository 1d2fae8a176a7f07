"""Small neural networks that learn from points of the plane; a library without input or output.

Start with `engine.config.TrainingConfig` (every setting) and `engine.training.trainer.Trainer` (a training
that can be run step by step, changed and reset); `engine.nn.network` shows forward and backward propagation.
"""
