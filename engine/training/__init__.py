"""The trainer, which runs, changes and resets a training, and the choice of its implementation.

`Trainer` is the entry point of the engine; it may import everything else of the engine.
"""
