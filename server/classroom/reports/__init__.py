"""What a teacher takes home: results as tables, and a summary of the class.

Pure functions of a room and of what its learners trained.
"""
