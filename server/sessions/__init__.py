"""One session: a trainer, its rival, its clients' views, loss history, frames, rules and record.

Threads, sockets, the database and clocks do not belong here; `server.runtime` has them.
"""
