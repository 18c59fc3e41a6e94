"""Tools of the board that all but hosts lay down, and take up again [PE-5]."""

from lessonroom.codes import ErrorCode
from lessonroom.commands import ChangeRole, SetPermissions, SetTools, UpdateSession
from lessonroom.log.events import PermissionsChanged
from lessonroom.people.permissions import TOOLS, Permission, Role
from tests.lessonroom.lesson import ANN, BEN, HOST, VIEWER, begun, fingerprint, folded


def test_all_but_hosts_lay_their_tools_down_in_one_event() -> None:
    """[PE-5] Everyone's permissions are told with it; nothing but tools goes."""
    lesson = begun()
    before = lesson.state.permissions_of(ANN)
    (event,) = lesson.do(SetTools(by=HOST, are_down=True)).events
    body = event.body()
    assert isinstance(body, PermissionsChanged)
    assert body.tools_down is True
    assert body.effective is not None
    assert body.effective.keys() == {ANN, BEN, VIEWER}
    for user_id in (ANN, BEN, VIEWER):
        assert not lesson.state.permissions_of(user_id) & TOOLS
    assert lesson.state.permissions_of(ANN) == before - TOOLS
    assert lesson.state.permissions_of(HOST) >= TOOLS
    assert lesson.do(SetTools(by=HOST, are_down=True)).events == []
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_each_takes_up_what_was_theirs() -> None:
    """[PE-5] What was set before, and what is set meanwhile, for a role or for a person."""
    lesson = begun()
    lesson.do(SetPermissions(by=HOST, user_id=BEN, permissions={"can_draw": False}))
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions={"can_add_layers": True}))
    before = {user_id: lesson.state.permissions_of(user_id) for user_id in (ANN, BEN, VIEWER)}
    lesson.do(SetTools(by=HOST, are_down=True))
    lesson.do(SetPermissions(by=HOST, user_id=VIEWER, permissions={"can_draw": True}))
    assert Permission.DRAW not in lesson.state.permissions_of(VIEWER)
    lesson.do(SetTools(by=HOST, are_down=False))
    after = {user_id: lesson.state.permissions_of(user_id) for user_id in (ANN, BEN, VIEWER)}
    assert after == before | {VIEWER: before[VIEWER] | {Permission.DRAW}}
    assert fingerprint(folded(lesson.initial, lesson.log)) == fingerprint(lesson.state)


def test_who_is_made_a_host_has_tools() -> None:
    """[PE-5] And who is one no longer lays them down."""
    lesson = begun()
    lesson.do(SetTools(by=HOST, are_down=True))
    lesson.do(ChangeRole(by=HOST, user_id=ANN, role=Role.HOST))
    assert lesson.state.permissions_of(ANN) >= TOOLS
    lesson.do(ChangeRole(by=HOST, user_id=ANN, role=Role.STUDENT))
    assert not lesson.state.permissions_of(ANN) & TOOLS


def test_only_a_host_says_so_and_not_by_the_settings() -> None:
    """[PE-5] The settings could not tell everyone what they may do."""
    lesson = begun()
    lesson.refuse(SetTools(by=ANN, are_down=True), ErrorCode.PERMISSION_DENIED)
    lesson.refuse(UpdateSession(by=HOST, settings={"tools_down": True}), ErrorCode.INVALID)
