"""How parameters are updated: optimizers, learning-rate schedules, regularizers.

Functions of flat vectors; nothing here knows a network.
"""
