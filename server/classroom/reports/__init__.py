"""Reports for teachers: the results as a table, and a summary of the class.

Pure functions of a room and its members; no input or output.
"""
