"""Taking texts out of what is found: of people who are forgotten, and what was removed.

Works inside the caller's transaction.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from lessonroom.finding import words
from lessonroom.finding.written import Kind
from storage.tables import TEXTS, WORDS

WORDS_EACH: Final = 2_000
"""Of one text: a page of a document has some five hundred."""


async def forget_person(connection: AsyncConnection, key: int, user_id: int) -> None:
    """Take a person's name out of what is found of a session."""
    await _remove(
        connection, key, (TEXTS.c.kind == Kind.PERSON.value) & (TEXTS.c.user_id == user_id)
    )


async def forget_said(connection: AsyncConnection, key: int, seqs: Sequence[int]) -> None:
    """Take messages of the chat out of what is found of a session."""
    if seqs:
        await _remove(connection, key, (TEXTS.c.kind == Kind.CHAT.value) & TEXTS.c.seq.in_(seqs))


async def _remove(connection: AsyncConnection, key: int, which: ColumnElement[bool]) -> None:
    found = select(TEXTS.c.n).where(TEXTS.c.session_id == key, which)
    numbers = list((await connection.execute(found)).scalars())
    await remove_numbers(connection, key, numbers)


async def remove_numbers(connection: AsyncConnection, key: int, numbers: Sequence[int]) -> None:
    """Take texts out by their numbers, with the words that lead to them."""
    if not numbers:
        return
    rows = await connection.execute(
        select(TEXTS.c.n, TEXTS.c.text).where(TEXTS.c.session_id == key, TEXTS.c.n.in_(numbers))
    )
    for n, text in rows.all():
        # By its words, which the key begins with: looking for the number would read them all.
        its_words = [word.encode() for word in words.words_of(text, most=WORDS_EACH)]
        await connection.execute(
            delete(WORDS).where(
                WORDS.c.session_id == key, WORDS.c.n == n, WORDS.c.word.in_(its_words)
            )
        )
    await connection.execute(delete(TEXTS).where(TEXTS.c.session_id == key, TEXTS.c.n.in_(numbers)))
