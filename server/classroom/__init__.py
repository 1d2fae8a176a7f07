"""Classrooms: rooms with a teacher and learners, whose sessions run in `server.runtime`.

No module outside this folder imports from it, except `server.app` and `server.cluster`, which set it up.
"""
