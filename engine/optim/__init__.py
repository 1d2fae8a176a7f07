"""The update of parameters: optimizers, learning-rate schedules, regularizers.

Only functions of flat vectors; nothing here may use a network.
"""
