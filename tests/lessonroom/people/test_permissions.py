import pytest

from lessonroom.codes import ErrorCode, Refused
from lessonroom.people.permissions import (
    ALL_PERMISSIONS,
    DEFAULT_PERMISSIONS,
    Permission,
    Role,
    as_booleans,
    check_names,
    effective,
)

STUDENT = DEFAULT_PERMISSIONS[Role.STUDENT]


def test_there_are_sixteen_permissions_in_a_fixed_order() -> None:
    assert [str(permission) for permission in Permission] == [
        "can_draw",
        "can_erase",
        "can_add_layers",
        "can_delete_layers",
        "can_reorder_layers",
        "can_upload_images",
        "can_export",
        "can_clear_board",
        "can_toggle_video",
        "can_toggle_audio",
        "can_share_screen",
        "can_invite",
        "can_kick",
        "can_terminate",
        "can_pause",
        "can_edit_others",
    ]
    assert list(as_booleans(frozenset())) == list(Permission)


@pytest.mark.parametrize(
    ("role", "granted"),
    [
        (Role.HOST, set(Permission)),
        (Role.SOLO, set(Permission) - {"can_invite", "can_kick"}),
        (
            Role.STUDENT,
            {
                "can_draw",
                "can_erase",
                "can_upload_images",
                "can_export",
                "can_toggle_video",
                "can_toggle_audio",
            },
        ),
        (Role.VIEWER, set()),
    ],
)
def test_each_role_has_its_defaults(role: Role, granted: set[str]) -> None:
    assert DEFAULT_PERMISSIONS[role] == granted


def test_every_role_has_defaults() -> None:
    assert set(DEFAULT_PERMISSIONS) == set(Role)


@pytest.mark.parametrize("permission", Permission)
def test_the_override_of_a_person_wins_over_that_of_their_role(permission: Permission) -> None:
    granting, withdrawing = {str(permission): True}, {str(permission): False}
    assert permission in effective(STUDENT, withdrawing, granting)
    assert permission not in effective(STUDENT, granting, withdrawing)


def test_what_no_override_names_is_inherited() -> None:
    changed = effective(STUDENT, {"can_kick": True}, {"can_draw": False})
    assert changed == (STUDENT | {Permission.KICK}) - {Permission.DRAW}
    assert effective(STUDENT) == effective(STUDENT, {}, {}) == STUDENT


def test_where_nothing_is_overridden_all_have_one_set() -> None:
    """[P24] Thousands of participants have the rights of their role, and no copy of them each."""
    assert effective(STUDENT, {}, {}) is STUDENT


def test_booleans_name_all_and_tell_the_granted_ones() -> None:
    booleans = as_booleans(STUDENT)
    assert {name for name, is_granted in booleans.items() if is_granted} == STUDENT
    assert len(booleans) == len(ALL_PERMISSIONS)


def test_an_unknown_name_is_refused_with_its_field_and_the_allowed_ones() -> None:
    """[EN-2] The field at fault is named."""
    with pytest.raises(Refused, match="can_draw, can_erase") as caught:
        check_names({"can_draw": True, "can_fly": True}, field="settings.permissions.viewer")
    assert caught.value.code is ErrorCode.INVALID
    assert caught.value.field == "settings.permissions.viewer.can_fly"


def test_all_known_names_pass() -> None:
    check_names(dict.fromkeys(Permission, False))
