"""The teacher's view of every learner's network, live over one websocket.

It only reads sessions; nothing here changes a training.
"""
