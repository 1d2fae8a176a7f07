"""The websockets: the base class of all of them, and the playground's socket.

Only sockets belong here; messages are passed to `server.runtime`, which answers through an outbox.
"""
