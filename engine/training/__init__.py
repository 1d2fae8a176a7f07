"""A training that can be stepped, changed and rewound, and the choice of the implementation that runs it.

`Trainer` is the engine's front door; everything else of the engine lies below it.
"""
