"""What a room, a task and a goal are: values and pure functions.

No threads, sockets, database or clock.
"""
