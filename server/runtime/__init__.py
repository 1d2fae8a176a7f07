"""Runs many sessions at once: the session manager, an actor for each session, the scheduler, outboxes.

Threads, fairness and memory live here; the logic of one session belongs in `server.sessions`.
"""
