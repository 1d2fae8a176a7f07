"""The teacher's view of every learner's network, live over one websocket.

It only looks; nothing here changes a training.
"""
