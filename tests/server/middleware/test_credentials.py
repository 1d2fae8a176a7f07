from server.middleware.credentials import COOKIE_LIFETIME, ApiToken, SignedPassword
from tests.server.clock import Clock

PASSWORD = "open 芝麻"


def test_a_cookie_is_valid_for_a_month_and_only_for_its_password() -> None:
    clock = Clock(1_000_000.0)
    password = SignedPassword(PASSWORD, clock)
    cookie = password.new_cookie()
    assert password.accepts(cookie)
    assert SignedPassword(PASSWORD, clock).accepts(cookie), "after a restart"
    assert not SignedPassword("another", clock).accepts(cookie)
    expires, signature = cookie.split(".")
    for forged in (
        "",
        ".",
        expires,
        f"{int(expires) + 1}.{signature}",
        f"{expires}.{signature[:-1]}",
        f"{expires}.\u00fc",
    ):
        assert not password.accepts(forged)
    clock.now += COOKIE_LIFETIME
    assert not password.accepts(cookie)


def test_a_token_matches_only_itself() -> None:
    token = ApiToken("a long token")
    assert token.matches("a long token")
    assert not token.matches("a long toke")
    assert not token.matches("\udcfc")
