"""Limits on what one client may use: training sizes, quotas, memory, rates of requests, messages and work.

Only counting and checking; responses to clients that exceed a limit do not belong here.
"""
