from server.sessions.client_view import ClientView, DeliveredState


def test_a_view_knows_what_its_client_has() -> None:
    view = ClientView(watch=(3, 0))
    first, second = DeliveredState(revision=1, network=1), DeliveredState(revision=1, network=2)
    view.record_delivery(first)
    view.record_delivery(second)
    assert view.delivered == second
    view.retract()
    assert view.delivered == first


def test_a_new_client_has_nothing_and_waits_for_a_frame() -> None:
    view = ClientView(watch=(3, 0))
    assert view.delivered == DeliveredState()
    assert view.urgent
    assert view.visible
