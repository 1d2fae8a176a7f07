"""What makes rooms work: who is in, what teachers do, submissions and their verification, and saving.

One event loop runs all of it.
"""
