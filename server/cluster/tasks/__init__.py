"""Sweeps as Ray tasks on all machines of the cluster: what starts the tasks, and what they do.

Which runs a task has is decided by `server.jobs.bundle_pool`, which knows nothing of Ray.
"""
