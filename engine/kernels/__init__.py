"""The compiled implementation: the mathematics of `engine.reference` in Numba, and its cache.

Importing the package or `registry` does not import Numba; `compile_cache` does that in the background.
"""
