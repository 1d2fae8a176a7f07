from server.sessions.view_ids import ViewIndex, as_view_id, is_view_id, view_id


def test_a_view_id_is_derived_from_the_id_and_does_not_contain_it() -> None:
    view = view_id("GyT7cLq1Yt4kO1fYbT0rVw")
    assert view == view_id("GyT7cLq1Yt4kO1fYbT0rVw") != view_id("GyT7cLq1Yt4kO1fYbT0rVx")
    assert is_view_id(view)
    assert not is_view_id("GyT7cLq1Yt4kO1fYbT0rVw")
    assert as_view_id(view) == view
    assert len(view) == 24


def test_an_index_finds_sessions_by_their_view_ids() -> None:
    index = ViewIndex()
    index.add(["one", "two"])
    index.discard("two")
    assert index.find(view_id("one")) == "one"
    assert index.find(view_id("two")) is None
    assert index.find("one") is None
