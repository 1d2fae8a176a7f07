"""The operations on rooms: joining, teachers' actions, submissions and their verification, and storage.

All of it runs on one event loop; HTTP and websockets do not belong here.
"""
