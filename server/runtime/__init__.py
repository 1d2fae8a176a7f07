"""What makes many trainings run: the session manager, an actor for each session, the scheduler, outboxes.

Threads, fairness and memory live here; what a training is lives in `server.sessions`.
"""
