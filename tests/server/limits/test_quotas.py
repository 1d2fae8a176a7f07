import pytest

from server.limits.quotas import Quota, client_network, is_loopback


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_ipv6_addresses_count_by_network(address: str | None, expected: str) -> None:
    assert client_network(address) == expected


def test_a_quota_counts_in_total_and_per_client() -> None:
    quota = Quota(3, 2)
    quota.acquire("a")
    quota.acquire("a")
    assert quota.full_for("a")
    assert not quota.full_for("b")
    quota.acquire("")
    assert (quota.full, quota.full_for("")) == (True, False)
    quota.release("a")
    assert (quota.full, quota.full_for("a"), len(quota)) == (False, False, 2)


def test_the_reserve_is_a_tenth_of_the_limit() -> None:
    quota = Quota(20, 20)
    for _ in range(22):
        assert not quota.reserve_used
        quota.acquire("a")
    assert quota.full
    assert quota.reserve_used


def test_loopback_hosts() -> None:
    assert [host for host in ("localhost", "127.0.0.1", "127.9.9.9", "::1") if not is_loopback(host)] == []
    assert [host for host in ("0.0.0.0", "192.168.0.2", "lab.example", "::") if is_loopback(host)] == []
