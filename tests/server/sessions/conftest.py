import pytest

from server.sessions.client_view import ClientView
from server.sessions.session import Session
from tests.server.sessions.session_client import SMALL


@pytest.fixture
def session() -> Session:
    """Return a small session."""
    return Session(SMALL)


@pytest.fixture
def view(session: Session) -> ClientView:
    """Return the view of a client of the session."""
    return session.attach()[0]
