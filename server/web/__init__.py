"""The HTML pages: templates, translations, static files, and addresses that others can reach.

REST and trainings do not belong here.
"""
