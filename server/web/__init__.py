"""The HTML pages: templates, translations, static files, and addresses that others can reach.

No REST and no trainings.
"""
