"""How much one client may use: sizes of trainings, quotas for each address, rate limits.

Counting and deciding only; who is refused, and how, is said elsewhere.
"""
