"""Trainings and sweeps that programs start: the worker pool, the kinds of jobs and their registry.

HTTP and REST schemas do not belong here.
"""
