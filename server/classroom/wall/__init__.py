"""The teacher's view of every learner's network, live over one websocket.

It only reads; nothing here changes a training.
"""
