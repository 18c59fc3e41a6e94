"""Where everybody points, as it is told to all and to some."""

import msgspec

from actors.room.fanout.pointers import Pointers


def rows(message: bytes) -> list[object]:
    data = msgspec.json.decode(message)["data"]
    return [*data["pointers"], *data.get("views", ())]


def test_a_newer_pointer_replaces_an_older_one() -> None:
    """[FC-3]"""
    pointers = Pointers()
    assert not pointers
    pointers.point(1, b"[1,0]")
    pointers.point(1, b"[1,5]")
    pointers.see(1, b"[1,9]")
    assert rows(pointers.take().message) == [[1, 5], [1, 9]]
    assert not pointers


def test_one_on_a_private_page_is_told_to_those_who_see_it() -> None:
    """[AU-1] Along with all others; what it was before is told to nobody."""
    pointers = Pointers()
    pointers.point(1, b"[1,0]")
    pointers.point(2, b"[2,0]")
    pointers.see(2, b"[2,9]")
    pointers.point_for(frozenset({1, 2}), 2, b"[2,7]", b"[2,8]")
    assert pointers
    pointed = pointers.take()
    assert rows(pointed.message) == [[1, 0]]
    assert pointed.viewers == {1, 2}
    assert rows(pointed.message_for(1)) == [[1, 0], [2, 7], [2, 8]]


def test_one_that_has_come_from_a_private_page_is_where_it_came_to() -> None:
    """[FC-3] For those who see both, too."""
    pointers = Pointers()
    pointers.point_for(frozenset({1, 2}), 2, b"[2,7]", b"[2,8]")
    pointers.point(2, b"[2,0]")
    pointed = pointers.take()
    assert rows(pointed.message) == [[2, 0]]
    assert pointed.viewers == frozenset()


def test_where_nobody_else_points_others_are_told_nothing() -> None:
    """[AU-1]"""
    pointers = Pointers()
    pointers.point_for(frozenset({1}), 1, b"[1,7]", None)
    pointed = pointers.take()
    assert pointed.message == b""
    assert rows(pointed.message_for(1)) == [[1, 7]]
    assert pointed.message_for(2) == b""
