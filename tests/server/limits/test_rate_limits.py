import pytest

from server.limits import rate_limits
from server.limits.rate_limits import AddressRateLimiter, MessageRateLimiter, Verdict
from tests.server.clock import Clock


def test_an_address_has_a_burst_and_then_a_rate() -> None:
    clock = Clock()
    limiter = AddressRateLimiter(10, 2, clock)
    assert [limiter.acquire("10.0.0.1") for _ in range(10)] == [0] * 10
    assert limiter.acquire("10.0.0.1") == pytest.approx(0.5)
    assert limiter.acquire("10.0.0.2") == 0, "another address has a bucket of its own"
    clock.now += 0.5
    assert limiter.acquire("10.0.0.1") == 0
    assert limiter.acquire("10.0.0.1") > 0
    limiter.refund("10.0.0.1")
    assert limiter.acquire("10.0.0.1") == 0


def test_refunded_requests_do_not_count() -> None:
    limiter = AddressRateLimiter(3, 1, Clock())
    for _ in range(30):
        assert limiter.acquire("192.0.2.3") == 0
        limiter.refund("192.0.2.3")
    limiter.refund("192.0.2.9")
    assert len(limiter) == 1, "an address that never came is not remembered"


def test_an_ipv6_network_shares_one_bucket() -> None:
    limiter = AddressRateLimiter(1, 1, Clock())
    assert limiter.acquire("2001:db8:1:2::9") == 0
    assert limiter.acquire("2001:db8:1:2::7") > 0


def test_a_clock_that_goes_backwards_fills_no_bucket() -> None:
    clock = Clock()
    limiter = AddressRateLimiter(1, 1, clock)
    limiter.acquire("10.0.0.1")
    clock.now = 0
    assert limiter.acquire("10.0.0.1") > 0


def test_full_buckets_are_dropped_first_and_all_if_none_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_ADDRESSES", 3)
    clock = Clock()
    limiter = AddressRateLimiter(1, 1, clock)
    for number in range(3):
        limiter.acquire(f"10.0.0.{number}")
    clock.now += 0.5
    limiter.acquire("10.0.0.3")
    assert len(limiter) == 1, "no bucket was full, so all were forgotten"
    clock.now += 0.75
    limiter.acquire("10.0.0.4")
    limiter.acquire("10.0.0.5")
    clock.now += 0.5
    limiter.acquire("10.0.0.6")
    assert len(limiter) == 3, "only the full bucket was forgotten"
    assert limiter.acquire("10.0.0.4") > 0


def test_a_client_within_its_rate_is_never_delayed() -> None:
    clock = Clock(0.0)
    limiter = MessageRateLimiter(100, clock)
    for _ in range(1000):
        clock.now += 0.0101
        assert limiter.judge() == (Verdict.ACCEPTED, 0)
    clock.now += 10
    assert {limiter.judge()[0] for _ in range(200)} == {Verdict.ACCEPTED}


def test_a_client_beyond_its_rate_is_delayed_then_refused_then_a_flood() -> None:
    clock = Clock(0.0)
    limiter = MessageRateLimiter(100, clock)
    verdicts: list[Verdict] = []
    while not verdicts or verdicts[-1] is not Verdict.FLOOD:
        verdict, wait = limiter.judge()
        verdicts.append(verdict)
        clock.now += wait
        assert (wait > 0) == (verdict is Verdict.DELAYED)
    assert list(dict.fromkeys(verdicts)) == list(Verdict)
    assert verdicts.count(Verdict.DELAYED) == verdicts.count(Verdict.REFUSED) == 200
    assert clock.now == pytest.approx(2)


def test_a_pause_refills_the_bucket() -> None:
    clock = Clock(0.0)
    limiter = MessageRateLimiter(100, clock)
    for _ in range(10):
        for _ in range(350):
            verdict, wait = limiter.judge()
            clock.now += wait
            assert verdict in {Verdict.ACCEPTED, Verdict.DELAYED}
        clock.now += 2


def test_a_clock_that_goes_backwards_adds_no_tokens() -> None:
    clock = Clock(0.0)
    limiter = MessageRateLimiter(1, clock)
    clock.now = -1000
    assert [limiter.judge()[0] for _ in range(3)] == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.DELAYED]


def test_a_large_message_costs_as_much_as_many_small_ones() -> None:
    clock = Clock(0.0)
    limiter = MessageRateLimiter(100, clock)
    before = clock.now
    for _ in range(200):
        _, wait = limiter.judge(65_536)
        clock.now += wait
    messages_a_second = 200 / (clock.now - before)
    assert 100 / 17 < messages_a_second < 100 / 17 * 1.1
