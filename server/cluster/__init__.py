"""Trainings on all cores of one machine, or of several: which process has which session, and who may save it.

A *host* is a process that runs the session manager unchanged; a *front* accepts connections and finds the
host of a session. To a host of its own machine it passes a learner's connection on; what is for hosts of
other machines it forwards. Sessions are assigned to slots by their ids, and slots to hosts by the directory
in the database. One host has all rooms, and reaches the sessions of their learners on the others.
"""
