"""The ids of the sessions that this process owns: all of them, unless it is one of several in a cluster."""

import secrets


class SessionIds:
    """Makes ids, and decides which sessions this process owns. Any thread may call its methods."""

    def new_id(self) -> str:
        """Return the id of a new session, or of a job: 128 random bits."""
        return secrets.token_urlsafe(16)

    def owns(self, session_id: str) -> bool:
        """Return whether this process, and no other, may load and train a session."""
        del session_id
        return True

    @property
    def is_home(self) -> bool:
        """Whether this process runs the classrooms, and periodic work such as deleting expired sessions."""
        return True
