"""The compiled gradient and evaluation of networks of images, which `train` and `metrics` call.

They are compiled on first use: `registry.ON_DEMAND`.
"""

from engine.kernels import batch_by_neurons, evaluation, image_gradient, image_inference
from engine.kernels.jit import native

gradient = native(batch_by_neurons.SIGNATURE)(image_gradient.gradient)
infer = native(image_inference.SIGNATURE)(image_inference.infer)
evaluate = native(evaluation.SIGNATURE)(image_inference.evaluate)
