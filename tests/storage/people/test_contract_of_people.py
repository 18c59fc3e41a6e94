"""What a store promises of people and roles, on each database."""

import asyncio
from functools import partial

import pytest

from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Permission, Role
from storage.records import Durability, UserKind
from storage.store import Store


async def test_a_user_is_made_once(store: Store) -> None:
    """[API Data] Issuer and subject together name a person."""
    ensure = partial(store.ensure_user, subject="42", name="Ada", kind=UserKind.REGISTERED)
    user = await ensure(issuer="school", at_ms=5)
    assert await ensure(issuer="school", at_ms=6) == user
    assert user.created_at_ms == 5
    other = await ensure(issuer="club", at_ms=7)
    assert other.user_id != user.user_id
    assert await store.user(user.user_id) == user
    assert await store.user_by_subject("school", "42") == user


async def test_users_asked_for_at_the_same_time_are_one(store: Store) -> None:
    """[API Data] Two first calls of one person do not make two."""
    ensure = partial(
        store.ensure_user, issuer="school", subject="42", name="Ada", kind=UserKind.GUEST
    )
    users = await asyncio.gather(*(ensure(at_ms=i) for i in range(5)))
    assert len({user.user_id for user in users}) == 1


@pytest.mark.parametrize(
    ("kind", "name_after"), [(UserKind.REGISTERED, "Ada L."), (UserKind.GUEST, "Ada")]
)
async def test_a_registered_name_follows_the_platform(
    store: Store, kind: UserKind, name_after: str
) -> None:
    """[API Data] A guest's first name stays."""
    ensure = partial(store.ensure_user, issuer="school", subject="42", kind=kind)
    await ensure(name="Ada", at_ms=5)
    user = await ensure(name="Ada L.", at_ms=6)
    assert (user.name, user.created_at_ms) == (name_after, 5)
    assert await store.user(user.user_id) == user


async def test_roles_begin_with_their_defaults(store: Store) -> None:
    """[API Data] Filled from DEFAULT_PERMISSIONS."""
    assert await store.role_permissions() == DEFAULT_PERMISSIONS


async def test_an_operators_permissions_survive_a_restart(store: Store, url: str) -> None:
    """[API Data] Opening fills in what is missing and overwrites nothing."""
    edited = frozenset({Permission.DRAW, Permission.KICK})
    await store.set_role_permissions(Role.VIEWER, edited)
    # As an upgrade that brings another role finds it.
    writer = await store._connected()
    await writer.exec_driver_sql("DELETE FROM room_permission WHERE role = 'student'")
    await writer.commit()
    await store.close()
    again = await Store.open(url, durability=Durability.POWER)
    try:
        assert await again.role_permissions() == {**DEFAULT_PERMISSIONS, Role.VIEWER: edited}
    finally:
        await again.close()
