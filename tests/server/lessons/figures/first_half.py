"""Figures of the lessons from the neuron to batches."""

from tests.server.lessons.figures import (
    backpropagation_and_batches,
    from_neuron_to_activations,
    from_spiral_to_descent,
)
from tests.server.lessons.figures.measures import Figure

FIGURES: list[Figure] = [
    *from_neuron_to_activations.FIGURES,
    *from_spiral_to_descent.FIGURES,
    *backpropagation_and_batches.FIGURES,
]
