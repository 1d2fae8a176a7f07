"""Exports of a training to other tools, as programs or files: NumPy, Keras, PyTorch, ONNX, Jupyter.

Each format is a pure function from a `Source` to text or bytes. Nothing here trains, or imports another
framework before its format is asked for.
"""
