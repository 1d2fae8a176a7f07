"""Background jobs that programs start: one-shot trainings and sweeps, the pools that train them, a registry.

HTTP and REST schemas do not belong here, nor does Ray (`server.cluster.tasks`).
"""
