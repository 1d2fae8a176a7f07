"""The compiled gradient of a mini-batch with its neurons side by side, which `train` calls.

It is compiled apart from `train`, so that training need not wait for it: until it is loaded, all networks
train with their points side by side.
"""

from engine.kernels import batch_by_neurons
from engine.kernels.jit import native

gradient = native(batch_by_neurons.SIGNATURE)(batch_by_neurons.gradient)
