"""One session: a trainer, the views of its clients, its loss history, frames, rules and record.

Threads, sockets, the database and clocks do not belong here.
"""
