"""The websockets: one base for all of them, and the playground's own.

Sockets only; messages are passed to `server.runtime`, which answers through an outbox.
"""
