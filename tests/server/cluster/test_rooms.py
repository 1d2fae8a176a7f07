"""The learners of one room are on all hosts: the wall shows them, and what the teacher does reaches them."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from server.cluster.shared_counts import EXCHANGE_INTERVAL
from server.cluster.slots import HOME_SLOTS, slot_of
from server.settings import Settings
from tests.server.classroom.api.test_room_lessons import MINE
from tests.server.classroom.lesson import Json
from tests.server.classroom.wall.test_projector_socket import receive
from tests.server.classroom.wall.test_socket import teacher as wall_page
from tests.server.cluster.class_of import Class, class_of
from tests.server.cluster.hosts_here import LiveCluster, running_cluster
from tests.server.live import TIMEOUT, eventually
from tests.server.rest_client import problem_of

pytestmark = [pytest.mark.anyio, pytest.mark.medium]

ROOT = Path(__file__).parents[3]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((1, 2), id="here"),
        pytest.param((), id="on other machines", marks=pytest.mark.slow),
    ],
)
def cluster(request: pytest.FixtureRequest) -> Iterator[LiveCluster]:
    with running_cluster(Settings(), ROOT, handed_to=request.param) as running:
        yield running


async def states(room: Class) -> list[Json]:
    """Return the state of each learner's session."""
    return [(await learner.client.get(room.path(name))).json() for name, learner in room.learners.items()]


async def test_new_learners_are_spread_and_their_pages_go_there(cluster: LiveCluster) -> None:
    async with class_of(cluster, each=2) as room:
        assert not {slot_of(room.session(name)) for name in room.learners} & set(HOME_SLOTS)
        for name in (room.at("h1"), room.at("h2")):
            async with cluster.page(additional_headers=room.cookie(name)) as page:
                await page.open(session=room.session(name))
                assert (page.resumed, page.welcome["may_change"]) == (True, True)
                await page.send("play")
                await page.frame(lambda frame: frame.epoch >= 5)
                await page.send("configure", changes={"learning_rate": 0.1})
                await page.message("state")
            learner = room.learners[name]
            assert (await learner.client.get(room.path(name))).json()["config"]["learning_rate"] == 0.1


async def test_the_wall_shows_all_learners_and_follows_them(cluster: LiveCluster) -> None:
    async with class_of(cluster, each=2) as room:
        seats = {room.seats[name]["seat"] for name in room.learners}
        async with wall_page(cluster, path="/ws/room") as wall:
            await wall.open(room=room.teacher.room["id"], key=room.teacher.room["key"])
            seen: dict[str, float] = {}
            pictures: set[str] = set()
            async with asyncio.timeout(TIMEOUT):
                while pictures != seats:
                    update = await wall.update()
                    pictures |= {seat for seat in update.learners if update.heat_map(seat) is not None}
                await room.teacher.call("POST", "/do", json={"action": "play"})
                while seen.keys() != seats or min(seen.values()) < 3:
                    update = await wall.update()
                    seen |= {seat: entry["epoch"] for seat, entry in update.learners.items()}
            await room.teacher.call("POST", "/do", json={"action": "reset"})
            async with asyncio.timeout(TIMEOUT):
                while any(seen.values()):
                    update = await wall.update()
                    seen |= {seat: entry["epoch"] for seat, entry in update.learners.items()}
                    assert all(
                        len(entry["curve"]) < 3 for entry in update.learners.values() if "curve" in entry
                    )


async def test_what_the_teacher_does_reaches_learners_on_both_hosts(cluster: LiveCluster) -> None:
    async with class_of(cluster) as room:
        teacher, both = room.teacher, (room.at("h1"), room.at("h2"))
        await teacher.call("POST", "/do", json={"action": "play"})
        assert all(state["playing"] for state in await states(room))
        await teacher.call("POST", "/do", json={"action": "pause"})
        for name in both:
            learner = room.learners[name].client
            refused = await learner.post(f"{room.path(name)}/train", json={"epochs": 1})
            assert problem_of(refused)["code"] == "paused"
        await teacher.call("POST", "/do", json={"action": "resume"})
        await teacher.call("PATCH", json={"locks": ["noise"], "reason": "Only sizes."})
        for name in both:
            learner = room.learners[name].client
            refused = await learner.patch(room.path(name), json={"config": {"noise": 20}})
            assert (problem_of(refused)["code"], problem_of(refused)["detail"]) == ("locked", "Only sizes.")
            stranger = await teacher.client.patch(room.path(name), json={"config": {"learning_rate": 1}})
            assert problem_of(stranger)["code"] == "not_your_training"
            own = await teacher.client.patch(
                room.path(name), json={"config": {"learning_rate": 1}}, headers=teacher.headers
            )
            assert own.status_code == 200, own.text
        task: Json = {
            "title": "Spiral",
            "config": {"dataset": "spiral", "hidden_layers": [3]},
            "goal": {"test_loss_at_most": 1e9},
        }
        await teacher.call("PUT", "/task", json=task)
        assert [(each["config"]["dataset"], each["metrics"]["epoch"]) for each in await states(room)] == [
            ("spiral", 0)
        ] * len(room.learners)
        for name in both:
            await teacher.call(
                "POST", "/hint", json={"text": f"Go on, {name}.", "seats": [room.seats[name]["seat"]]}
            )
            assert (await room.learners[name].state())["hint"]["text"] == f"Go on, {name}."
            seat = f"/seats/{room.seats[name]['seat']}"
            await teacher.call("POST", seat, json={"ask": True})
            await room.learners[name].say(agreed=True)
            await teacher.call("PATCH", f"{seat}/config", json={"changes": {"activation": "relu"}})
            wrong = await teacher.call(
                "PATCH", f"{seat}/config", json={"changes": {"learning_rate": -1}}, expect=422
            )
            assert wrong["errors"][0]["field"] == "changes.learning_rate"
        assert [
            (await room.learners[name].client.get(room.path(name))).json()["config"]["activation"]
            for name in both
        ] == ["relu", "relu"]


async def test_networks_are_handed_in_shown_and_removed_wherever_they_are(cluster: LiveCluster) -> None:
    async with class_of(cluster, each=2) as room:
        await room.teacher.call(
            "PUT", "/task", json={"title": "Any", "goal": {"accuracy_at_least": 0.1, "most_neurons": 9}}
        )
        copies = []
        for name in (room.at("h1"), room.at("h2")):
            learner = room.learners[name]
            trained = await learner.client.post(f"{room.path(name)}/train", json={"epochs": 3})
            assert trained.status_code == 200, trained.text
            assert (await learner.hand_in())["hand_in"]["epoch"] == 3
            loss = trained.json()["metrics"]["test_loss"]
            link = (await room.teacher.seat(name))["hand_in"]["url"]
            copies.append(link.rpartition("=")[2])
            copy = await room.teacher.client.get(f"sessions/{copies[-1]}")
            assert copy.json()["metrics"]["test_loss"] == pytest.approx(loss)
            refused = await learner.client.patch(f"sessions/{copies[-1]}", json={"playing": True})
            assert refused.status_code in {403, 409}
            await room.teacher.call("PATCH", json={"shown": room.seats[name]["seat"]})
            for other in room.learners.values():
                shown = (await other.state())["room"]["shown"]["session_url"].rpartition("=")[2]
                found = await other.client.get(f"sessions/{shown}")
                assert found.json()["metrics"]["test_loss"] == pytest.approx(loss)
            await room.teacher.call("PATCH", json={"shown": None})
            await room.teacher.call("DELETE", f"/seats/{room.seats[name]['seat']}", expect=204)
            for gone in (room.session(name), copies[-1], shown):
                assert (await room.teacher.client.get(f"sessions/{gone}")).status_code == 404
            assert problem_of(await learner.client.get("seat"))["code"] == "no_seat"
            del room.learners[name]


async def test_a_seat_that_was_left_gives_its_training_to_nobody(cluster: LiveCluster) -> None:
    async with class_of(cluster) as room:
        for name in (room.at("h1"), room.at("h2")):
            learner, cookie = room.learners[name].client, room.cookie(name)
            assert (await learner.post(f"{room.path(name)}/reset")).status_code == 200
            assert (await learner.delete("seat")).status_code == 204
            for headers in (cookie, {"X-Session-Key": room.seats[name]["session_key"]}):
                async with httpx.AsyncClient(base_url=f"{cluster.url}/api/", headers=headers) as late:
                    refused = await late.post(f"{room.path(name)}/reset")
                    assert problem_of(refused)["code"] == "not_your_training"


async def test_an_uploaded_lesson_holds_on_both_hosts(cluster: LiveCluster) -> None:
    async with class_of(cluster) as room:
        uploaded = (await room.teacher.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]
        await room.teacher.call("PUT", "/task", json={"title": "Follow", "lesson": uploaded["name"]})
        for name in (room.at("h1"), room.at("h2")):
            async with cluster.page(additional_headers=room.cookie(name)) as page:
                await page.open(session=room.session(name))
                await page.send("follow_lesson", lesson=uploaded["name"], step=1, begin=True)
                report = await page.message("lesson")
                assert [each["reached"] for each in report["progress"]["checks"]] == [False]
                await page.send("configure", changes={"dataset": "circle"})
                assert (await page.error())["code"] == "locked"
                await page.send("step", unit="epoch", count=3)
                await page.frame(lambda frame: frame.epoch >= 3)
                await page.send("check_lesson")
                report = await page.message("lesson")
                assert [each["reached"] for each in report["progress"]["checks"]] == [True]


async def test_the_checks_that_learners_reach_are_counted_on_both_hosts(cluster: LiveCluster) -> None:
    async with class_of(cluster) as room:
        uploaded = (await room.teacher.call("PUT", "/lessons/mine", json={"texts": {"en": MINE}}))["lesson"]
        await room.teacher.call("PUT", "/task", json={"title": "Follow", "lesson": uploaded["name"]})
        for name in (room.at("h1"), room.at("h2")):
            learner = room.learners[name]
            seat_page = f"ws://127.0.0.1:{cluster.port}/ws/seat"
            async with connect(seat_page, additional_headers=room.cookie(name)):
                step = {"lesson": uploaded["name"], "step": 1}
                (await learner.client.put(f"{room.path(name)}/lesson", json=step)).raise_for_status()
                (await learner.client.post(f"{room.path(name)}/train", json={"epochs": 2})).raise_for_status()
                (await learner.client.get(f"{room.path(name)}/lesson")).raise_for_status()
                found = await learner.until(lambda state: state["lesson"]["reached"] == 1)
                assert (found["lesson"]["step"], found["lesson"]["by_step"]) == (1, [[True], []])
            step["step"] = 2
            (await learner.client.put(f"{room.path(name)}/lesson", json=step)).raise_for_status()
            assert (await learner.say(lesson_finished=True))["lesson"]["finished"]
            assert (await learner.hand_in())["hand_in"]["reached"]
            left = await learner.client.delete(f"{room.path(name)}/lesson")
            assert problem_of(left)["code"] == "locked"
        await room.teacher.call("POST", "/do", json={"action": "reset"})
        for learner in room.learners.values():
            assert (await learner.state())["lesson"]["reached"] == 0


async def test_the_projector_shows_networks_of_both_hosts_without_their_ids(cluster: LiveCluster) -> None:
    async with class_of(cluster) as room:
        key = room.teacher.room["projector_url"].rpartition(".")[2]
        async with connect(f"ws://127.0.0.1:{cluster.port}/ws/projected", compression=None) as socket:
            for name in (room.at("h1"), room.at("h2"), room.at("h1")):
                seat = room.seats[name]["seat"]
                await room.teacher.call("PATCH", json={"shown": seat})
                shown = f"{room.teacher.room['id']}.{key}.{seat}"
                await socket.send(json.dumps({"type": "open", "version": 1, "session": shown}))
                welcome = await receive(socket, "welcome")
                assert (welcome["session"], welcome["view"]) == (shown, shown)
                assert not welcome["may_change"]
                await room.learners[name].client.patch(room.path(name), json={"config": {"noise": 15}})
                while (await receive(socket, "state"))["config"]["noise"] != 15:
                    pass
                await socket.send(json.dumps({"type": "play"}))
                assert (await receive(socket, "error"))["code"] == "not_your_room"
                other = next(each for each in room.learners if each != name)
                hidden = shown.replace(seat, room.seats[other]["seat"])
                await socket.send(json.dumps({"type": "open", "version": 1, "session": hidden}))
                assert (await receive(socket, "error"))["code"] == "not_your_room"
                await room.learners[name].client.patch(room.path(name), json={"config": {"noise": 0}})


@pytest.mark.parametrize("leaves", ["home", "away"])
async def test_rules_and_seats_stay_when_a_host_leaves(leaves: str) -> None:
    with running_cluster(Settings(), ROOT) as cluster:
        async with class_of(cluster, each=2) as room:
            await room.teacher.call("PATCH", json={"locks": ["noise"]})
            for name, learner in room.learners.items():
                trained = await learner.client.post(f"{room.path(name)}/train", json={"epochs": 4})
                assert trained.status_code == 200, trained.text
            gone = room.home() if leaves == "home" else room.away
            host = next(each for each in cluster.hosts if each.name == gone)
            cluster.hosts.remove(host)
            leaving = asyncio.ensure_future(asyncio.to_thread(host.leave))
            for name, learner in room.learners.items():
                refused = await learner.client.patch(room.path(name), json={"config": {"noise": 20}})
                while refused.status_code == 503:
                    refused = await learner.client.patch(room.path(name), json={"config": {"noise": 20}})
                assert problem_of(refused)["code"] == "locked"
            await leaving
            for name, learner in room.learners.items():
                while (found := await learner.client.get("seat")).status_code == 503:
                    pass
                assert found.json()["session"] == room.session(name)
                assert (await learner.client.get(room.path(name))).json()["metrics"]["epoch"] == 4
            await room.teacher.call("PATCH", json={"locks": []})
            for name, learner in room.learners.items():
                changed = await learner.client.patch(room.path(name), json={"config": {"noise": 20}})
                assert changed.status_code == 200, changed.text


@pytest.mark.slow
async def test_places_of_rooms_are_kept_on_all_hosts() -> None:
    limits = Settings(max_sessions=12, reserved_for_rooms=4, session_grace=600, max_sessions_per_address=100)
    with running_cluster(limits, ROOT) as cluster:
        async with class_of(cluster) as room:
            joined = len(room.learners)
            await asyncio.sleep(
                2 * EXCHANGE_INTERVAL
            )  # no answer says when the hosts know each other's rooms
            async with httpx.AsyncClient(base_url=f"{cluster.url}/api/", timeout=TIMEOUT) as client:
                made = 0
                while (answer := await client.post("sessions", json={})).status_code == 201:
                    made += 1
                    assert made < 20
                    await eventually(lambda: cluster.table.sessions == joined + made)  # noqa: B023
                assert problem_of(answer)["code"] == "server_full"
                assert made in {8, 9}, "one more, as the hosts tell each other twice a second; else 10"


@pytest.mark.slow
async def test_who_finds_all_hosts_full_gets_no_seat() -> None:
    limits = Settings(max_sessions=6, session_grace=600)
    with running_cluster(limits, ROOT) as cluster:
        async with class_of(cluster) as room:
            joined = len(room.learners)
            async with httpx.AsyncClient(base_url=f"{cluster.url}/api/", timeout=TIMEOUT) as client:
                for number in range(20):
                    client.cookies.clear()
                    wanted = {"code": room.teacher.code, "nickname": f"Bo{number}"}
                    answer = await client.post("seats", json=wanted)
                    if answer.status_code != 201:
                        break
                    joined += 1
                    await eventually(lambda: cluster.table.sessions == joined)  # noqa: B023
                assert problem_of(answer)["code"] == "server_full"
                assert joined in {7, 8}, "the reserve counts, and one more, as above"
                seats = (await room.teacher.state())["seats"]
                assert len(seats) == joined
                for each in [each for each in seats if each["nickname"].startswith("Bo")][: joined - 6]:
                    await room.teacher.call("DELETE", f"/seats/{each['seat']}", expect=204)
                await eventually(lambda: cluster.table.sessions == 6)
                await asyncio.sleep(EXCHANGE_INTERVAL)
                assert (await client.post("seats", json=wanted)).status_code == 201, "the name is free"
