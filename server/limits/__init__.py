"""Limits on what one client may use: sizes of trainings, quotas for each address, rate limits.

Only counting and checking; responses to clients that exceed a limit do not belong here.
"""
