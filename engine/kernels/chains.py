"""The compiled gradient and evaluation of chains of layers of any kinds, which `train` and `metrics` call.

They are compiled on first use: `registry.ON_DEMAND`.
"""

from engine.kernels import batch_by_neurons, chain_evaluation, chain_gradient, evaluation
from engine.kernels.jit import native

gradient = native(batch_by_neurons.SIGNATURE)(chain_gradient.gradient)
evaluate = native(evaluation.SIGNATURE)(chain_evaluation.evaluate)
