"""Rooms, members, tasks and submissions as values, and pure functions of them.

Threads, sockets and the database do not belong here.
"""
