"""Sweeps as Ray tasks on all machines of the cluster: starting the tasks, and the work of each.

How runs are divided into tasks is decided by `server.jobs.bundle_pool`, which does not know Ray.
"""
