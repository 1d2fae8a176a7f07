"""Small neural networks on the plane, trained step by step: arrays in, arrays out, no I/O.

Start with `engine.config.TrainingConfig` (every setting) and `engine.trainer.Trainer` (a training that can be
stepped, changed and rewound); `engine.network` is forward and backward propagation as a lesson.
"""
