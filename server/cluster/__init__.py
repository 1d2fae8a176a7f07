"""Trainings on all cores of one machine, or of several: which process has which session, and who may save it.

A *host* is a process that runs the session manager unchanged; a *front* holds sockets and finds the host of a
session. Sessions are assigned to slots by their ids, and slots to hosts by the directory in the database.
"""
