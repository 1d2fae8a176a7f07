"""The teacher's live view of every learner's network, over one websocket, and the projector's sockets.

Sessions are only read here; nothing in this folder changes a training.
"""
