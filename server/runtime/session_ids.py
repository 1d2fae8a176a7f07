"""The ids of the sessions that this process may have: all of them, unless it is one of several."""

import secrets


class SessionIds:
    """Makes ids, and tells which sessions this process may have. Any thread may call its methods."""

    def new(self) -> str:
        """Return the id of a new session, or of a job: 128 random bits."""
        return secrets.token_urlsafe(16)

    def may_have(self, session_id: str) -> bool:
        """Return whether this process, and no other, may load and train a session."""
        del session_id
        return True

    @property
    def is_home(self) -> bool:
        """Whether classrooms, and what the clock starts, are this process's work."""
        return True
