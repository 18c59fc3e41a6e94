"""Codes that sign somebody in, in both databases."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.people import erasure, sign_in_codes
from storage.records import UserKind
from storage.store import Store
from storage.tables import SIGN_IN_CODES

NOW_MS = 1_800_000_000_000
LATER_MS = NOW_MS + 1_000
WHOM = b'{"subject":"ada"}'


async def keep(store: Store, code: str, *, subject: str = "ada", now_ms: int = NOW_MS) -> None:
    await sign_in_codes.keep(
        store, code, WHOM, subject=subject, now_ms=now_ms, until_ms=now_ms + 1_000
    )


async def stored(store: Store) -> list[bytes]:
    async def read(connection: AsyncConnection) -> list[bytes]:
        return list((await connection.execute(select(SIGN_IN_CODES.c.digest))).scalars())

    return await store.reading(read)


async def test_a_code_signs_in_once_and_only_its_hash_is_stored(store: Store) -> None:
    """[SECURITY Sign-in links] Of several who use it at once one is let in."""
    await keep(store, "one")
    await keep(store, "other")
    assert b"one" not in await stored(store)
    assert len(await stored(store)) == 2
    used = await asyncio.gather(*(sign_in_codes.use(store, "one", now_ms=NOW_MS) for _ in range(4)))
    assert sorted(used, key=repr) == [None, None, None, WHOM]
    assert await sign_in_codes.use(store, "none", now_ms=NOW_MS) is None
    assert await sign_in_codes.is_good(store, "other", now_ms=NOW_MS)


async def test_a_code_lasts_to_its_last_moment_and_is_then_forgotten(store: Store) -> None:
    """With the next that is made."""
    for code in ("one", "other"):
        await keep(store, code)
    assert await sign_in_codes.is_good(store, "one", now_ms=LATER_MS - 1)
    assert not await sign_in_codes.is_good(store, "one", now_ms=LATER_MS)
    assert await sign_in_codes.use(store, "one", now_ms=LATER_MS) is None
    await keep(store, "newest", now_ms=LATER_MS)
    assert len(await stored(store)) == 1


async def test_an_invitation_is_erased_with_the_person(store: Store) -> None:
    """Their name stands in it; those of others stay."""
    ada = await store.ensure_user(
        issuer="lessonroom", subject="ada", name="Ada", kind=UserKind.REGISTERED, at_ms=NOW_MS
    )
    await keep(store, "one")
    await keep(store, "other", subject="ben")
    await erasure.erase_identity(store, ada.user_id, at_ms=NOW_MS)
    assert not await sign_in_codes.is_good(store, "one", now_ms=NOW_MS)
    assert await sign_in_codes.is_good(store, "other", now_ms=NOW_MS)
