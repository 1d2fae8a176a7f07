"""Small neural networks on the plane, trained step by step: arrays in, arrays out, no I/O.

Start with `engine.config.TrainingConfig` (every setting) and `engine.training.trainer.Trainer` (a training
that can stepped, changed and rewound); `engine.nn.network` is forward and backward propagation as a lesson.
"""
