import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol import messages as wire
from server.runtime.admission import ROOM_OWNER
from server.runtime.stored_session_quotas import StoredSessionQuotas
from tests.server.live import eventually
from tests.server.runtime.manager_client import SMALL, Client
from tests.server.runtime.restarts import Restarts


def test_the_oldest_that_nobody_touched_goes_first() -> None:
    kept = StoredSessionQuotas(3, 10**9)
    for session_id, touched in (("a", True), ("b", False), ("c", True)):
        assert kept.add("192.0.2.1", session_id, 1, touched=touched) == []
    assert kept.add("192.0.2.1", "d", 1, touched=True) == ["b"]
    assert kept.add("192.0.2.1", "e", 1, touched=False) == ["e"]
    assert kept.add("192.0.2.2", "f", 1, touched=True) == []
    kept.discard("a")
    assert kept.add("192.0.2.1", "g", 1, touched=True) == []
    assert kept.add("192.0.2.1", "h", 1, touched=True) == ["c"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", ROOM_OWNER, ""]), st.integers(0, 9), st.integers(1, 50), st.booleans()
        )
    )
)
def test_sizes_stay_within_the_limit_of_each_address(sessions: list[tuple[str, int, int, bool]]) -> None:
    kept, stored = StoredSessionQuotas(5, 100), dict[str, tuple[str, int]]()
    for owner, number, size, touched in sessions:
        session_id = f"{owner} {number}"
        stored[session_id] = (owner, size)
        gone = kept.add(owner, session_id, size, touched=touched)
        for each in gone:
            assert stored.pop(each)[0] == owner
        for limited in "ab":
            sizes = [size for of, size in stored.values() if of == limited]
            assert len(sizes) <= 5
            assert sum(sizes) <= 100
        assert not gone or owner in "ab"


@pytest.mark.anyio
@pytest.mark.medium
@pytest.mark.slow
async def test_an_address_cannot_fill_the_database(restarts: Restarts) -> None:
    manager = restarts.session_manager(idle_after=0, max_kept_sessions_per_address=3)
    ids = []
    for number in range(6):
        client = Client(manager)
        client.open(config=SMALL, address="192.0.2.1")
        ids.append(await client.welcome())
        if number == 0:
            client.say(wire.Configure(changes={"learning_rate": 0.3}))
            await client.answer()
        client.leave()
        await eventually(lambda: len(manager) == 0)
    assert [manager.exists(each) for each in ids] == [True, False, False, False, True, True]
