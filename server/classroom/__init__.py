"""Rooms with a teacher and learners, on top of the trainings.

No module outside this folder, except `server.app`, imports from it.
"""
