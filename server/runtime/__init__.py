"""Runs many sessions at once: session manager, actors, scheduler, outboxes, frame rates and checkpoints.

Threads, fairness and limits on memory live here; the logic of one session belongs in `server.sessions`.
"""
