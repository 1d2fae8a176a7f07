"""Goals, which rooms and lessons set, and the progress of a real training towards them.

What is asked of a training, and how that is decided, belongs here; who asks, and what comes of it, does not.
"""
