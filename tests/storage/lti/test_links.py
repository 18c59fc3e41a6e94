"""What a store keeps of platforms and their links, on each database.

Tests also: storage/lti/platforms.py, storage/tables/lti.py.
"""

import pytest

from storage.lti import links, platforms
from storage.lti.links import Endpoints, Part, Place
from storage.lti.platforms import NewPlatform
from storage.store import Store

NEW = NewPlatform(
    name="School",
    issuer="https://moodle.example",
    client_id="1",
    authorization_url="https://moodle.example/auth",
    token_url="https://moodle.example/token",
    key_set_url="https://moodle.example/keys",
    origins=("https://moodle.example", "https://two.example"),
    deployments=("1", "a: b"),
)
OFFERS = Endpoints(members_url="https://m/x", line_item_url="https://m/y", scopes=("a", "b"))


async def test_a_platform_is_made_known_once_and_forgotten_with_all_of_it(store: Store) -> None:
    platform_id = await platforms.add(store, NEW, at_ms=5)
    assert platform_id is not None
    assert await platforms.add(store, NEW, at_ms=6) is None
    await platforms.add_deployments(store, platform_id, ("1", "2"), at_ms=7)
    (known,) = await platforms.every(store)
    assert (known.platform_id, known.made_at_ms) == (platform_id, 5)
    assert (known.origins, known.deployments) == (NEW.origins, ("1", "a: b", "2"))
    place = Place(platform_id=platform_id, deployment_id="1", resource_link_id="x")
    link = await links.open_lesson(store, place, "s-1", OFFERS, at_ms=8)
    await links.note_parts(store, link.link_id, {7: Part.TEACHER})
    assert await platforms.remove(store, platform_id)
    assert not await platforms.remove(store, platform_id)
    assert await links.at(store, place) is None
    assert await links.of_lesson(store, "s-1") == []
    assert await links.parts(store, link.link_id) == {}
    # A number never names another one.
    assert await platforms.add(store, NEW, at_ms=9) != platform_id


async def test_a_link_opens_its_newest_lesson_and_remembers_all_of_them(store: Store) -> None:
    places = [
        Place(platform_id=1, deployment_id=deployment, resource_link_id="x")
        for deployment in ("1", "2")
    ]
    first = await links.open_lesson(store, places[0], "s-1", OFFERS, at_ms=5)
    assert await links.at(store, places[0]) == first
    assert (first.session_id, first.endpoints, first.members_at_ms) == ("s-1", OFFERS, 0)
    next_one = await links.open_lesson(store, places[0], "s-2", Endpoints(), at_ms=6)
    assert (next_one.link_id, next_one.session_id) == (first.link_id, "s-2")
    await links.open_lesson(store, places[1], "s-2", OFFERS, at_ms=7)
    one, two = await links.of_lesson(store, "s-2")
    assert (one.is_first, two.is_first) == (False, True)
    assert [each.is_first for each in await links.of_lesson(store, "s-1")] == [True]
    await links.note_line_item(store, one.link.link_id, "s-2", "https://m/items/1")
    one, two = await links.of_lesson(store, "s-2")
    assert (one.line_item_url, two.line_item_url) == ("https://m/items/1", "")


async def test_what_a_platform_offers_is_taken_over_and_people_are_remembered(
    store: Store,
) -> None:
    place = Place(platform_id=1, deployment_id="1", resource_link_id="x")
    link = await links.open_lesson(store, place, "s-1", Endpoints(), at_ms=5)
    assert await links.refresh(store, link, Endpoints()) is link
    changed = await links.refresh(store, link, OFFERS)
    await links.note_members(store, link.link_id, at_ms=9)
    known = await links.at(store, place)
    assert known is not None
    assert (known.endpoints, known.members_at_ms) == (changed.endpoints, 9)
    await links.note_parts(store, link.link_id, {7: Part.TEACHER, 8: Part.LEARNER})
    await links.note_parts(store, link.link_id, {7: Part.OTHER})
    assert await links.parts(store, link.link_id) == {7: Part.OTHER, 8: Part.LEARNER}
    assert await links.part_of(store, link.link_id, 9) is None
    await store.writing(lambda connection: links.forget(connection, 8))
    assert await links.parts(store, link.link_id) == {7: Part.OTHER}


@pytest.mark.parametrize("text", ["x'; DROP TABLE lti_link; --", "é" * 255])
async def test_names_of_others_are_names(store: Store, text: str) -> None:
    place = Place(platform_id=1, deployment_id=text, resource_link_id=text)
    link = await links.open_lesson(store, place, "s-1", Endpoints(), at_ms=5)
    assert await links.at(store, place) == link
