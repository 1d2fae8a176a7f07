"""What a training is for the server: a trainer, its clients' views, its losses, frames and record.

No threads, sockets, database or clock.
"""
