"""Limits on what one client may use: training sizes, quotas, rates of requests and messages.

Only counting and checking; responses to clients that exceed a limit do not belong here.
"""
