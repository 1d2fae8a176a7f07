"""The HTML pages: templates, translations, static files, and the URLs of pages.

REST and sessions do not belong here.
"""
