"""Trainings on all cores of one machine, or of several: which process has which session, and who may save it.

A *host* is a worker process that runs the session manager unchanged; a *front* is a process that accepts
connections and routes each to the host of its session: it hands the socket over to a host of its own machine,
and forwards messages to hosts of other machines. A session's id gives its *slot* (a hash partition), and the
*directory* in the database assigns each slot to one host, which holds a *lease* with a *fencing token*. When
a host is lost or leaves, its *successor* takes its slots over. The host with the *home slots* has all
classrooms, and calls the sessions of their learners on the other hosts (*peer calls*). Between processes
there are *streams*, TCP connections that carry numbered *channels*.

How sessions train belongs to `server.runtime`; nothing below this folder imports it.
"""
