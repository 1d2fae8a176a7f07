"""Data models of rooms, tasks and goals: values and pure functions.

No threads, sockets, database or clock.
"""
