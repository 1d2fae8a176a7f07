"""Figures of the lessons from the neuron to batches."""

from tests.server.lessons.figures.measures import Figure, epochs_until

FIGURES = [
    Figure(
        "circle", 2,
        ("between 220 and 390 epochs", "220 到 390 轮", "220 到 390 個週期"),
        epochs_until(test_loss=0.05), 210, 400,
    ),
]  # fmt: skip
