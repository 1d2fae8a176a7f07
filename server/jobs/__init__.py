"""Trainings and sweeps that programs ask for: the worker pool, and the registry of what is under way.

Nothing here knows HTTP.
"""
