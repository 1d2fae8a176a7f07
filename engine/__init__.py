"""Small neural networks that learn from points of the plane. The engine does no input or output.

Start with `engine.config.TrainingConfig` (every setting) and `engine.training.trainer.Trainer` (a training
that can be stepped, changed and rewound); `engine.nn.network` shows forward and backward propagation.
"""
