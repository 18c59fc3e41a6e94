"""The takes of this server: what comes in, what is sealed of it, and what is gone.

Rows are written in the journal's turn, and only when a take is opened, closed, sealed or erased.
"""

import asyncio
import base64
import binascii
from collections import OrderedDict
from functools import partial
from typing import Any, Final

import msgspec
import structlog

from actors.house.rooms import Rooms
from actors.runtime.clock import Clock
from gateway.confinement.confined import Declined
from gateway.confinement.owner_queues import Owner
from gateway.confinement.processes import ProcessFailed
from gateway.identity.tokens import Tokens
from gateway.once import Once
from gateway.recordings.allowed import allowed_parts
from gateway.recordings.chunk_file import Chunk, ChunksDamaged, ChunksUnwritable, TakeInUse
from gateway.recordings.job import SealedTake
from gateway.recordings.limits import TakeLimits
from gateway.recordings.open_take import OpenTake
from gateway.recordings.sealer import Sealer
from gateway.recordings.space import TakeSpace
from gateway.recordings.take_files import TakeFiles
from gateway.recordings.webm.breach import BreachOfTake
from gateway.recordings.webm.stream import TakeChecker
from lessonroom.codes import ErrorCode, Refused
from lessonroom.recording.recording import TakeKind
from storage.recordings import recordings, takes
from storage.recordings.takes import StoredTake, TakeState

_log: Final = structlog.get_logger(__name__)

_PURPOSE: Final = b"lessonroom take"
_KEY_BYTES: Final = 16
_OPEN_MOST: Final = 512
"""Takes whose files are open: the one that was used least lately makes way."""
_AFTER_THE_STOP_MS: Final = 5_000
"""A recorder hands over its last chunk once it was told to stop; what is too much is cut."""
_AGAIN_MS: Final = 2_000
_GONE_MS: Final = 15 * 60_000
"""A page of which nothing came for so long is gone, and behind with nothing."""
_AFTER_LAST_MS: Final = 60_000
_PREPARED_FOR_MS: Final = 15 * 60_000
"""What comes later than that after a stop is sealed when somebody asks."""

ASKED_BITS_PER_S: Final = {
    TakeKind.AUDIO: 32_000,
    TakeKind.VIDEO: 150_000,
    TakeKind.SCREEN: 400_000,
}
"""What browsers are asked to encode with (RC-8)."""


class Takes:
    """Takes in chunks and seals takes.

    Args:
        rooms: whose log says what may be kept.
        tokens: by whose secret keys of takes are made.
        clock: the rooms' own.
        files: where takes lie.
        sealer: makes files of them.
        once: so that of one take one thing is done at a time.
        limits: how much takes may use.

    """

    def __init__(
        self,
        rooms: Rooms,
        tokens: Tokens,
        clock: Clock,
        *,
        files: TakeFiles,
        sealer: Sealer,
        once: Once,
        limits: TakeLimits,
    ) -> None:
        self.files = files
        self.space = TakeSpace(rooms, files, limits)
        self._rooms = rooms
        self._tokens = tokens
        self._clock = clock
        self._sealer = sealer
        self._once = once
        self._open: OrderedDict[str, OpenTake] = OrderedDict()
        self.came_bytes = 0
        """That were put on the disk since the start."""

    @property
    def open_count(self) -> int:
        """How many takes have their file open."""
        return len(self._open)

    @property
    def behind_s(self) -> float:
        """By how much what has come lags behind what is said, seconds; of the take furthest behind.

        Of takes that are open and of which something came within a quarter of an hour. A recorder
        hands over two seconds at a time: more than a few is a line that does not keep up.
        """
        now_ms = self._clock.now_ms()
        behind_ms = (
            now_ms - take.newest_at_ms
            for take in self._open.values()
            if take.newest_at_ms is not None and now_ms - take.newest_came_ms < _GONE_MS
        )
        return max([0, *behind_ms]) / 1000

    # -- who may send

    def key_of(self, take_id: str) -> str:
        """Return what opens a take for chunks: 128 bits that nobody else can make.

        It is nowhere kept, and outlasts the token of the room.
        """
        mac = self._tokens.mac(_PURPOSE, take_id.encode())[:_KEY_BYTES]
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def is_key(self, take_id: str, key: str) -> bool:
        """Whether a key is the one of a take."""
        try:
            mac = base64.b64decode(f"{key}==", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return False
        return len(mac) == _KEY_BYTES and self._tokens.has_made(_PURPOSE, take_id.encode(), mac)

    async def find(self, take_id: str) -> StoredTake:
        """Return a take.

        Raises:
            Refused: `not_found`, there is none, or none any more.

        """
        found = await self._rooms.store.reading(lambda connection: takes.find(connection, take_id))
        if found is None or found.state is TakeState.ERASED:
            raise Refused(ErrorCode.NOT_FOUND, "there is no such take", field="take_id")
        return found

    # -- what comes in

    async def put(self, take_id: str, n: int, *, at_ms: int, data: bytes) -> int:
        """Put a chunk on the disk and return the number of the next, then.

        Raises:
            Refused: the take is closed, or what came is no take; `unavailable` where it could not
                be written, and `too_large` where the disk is full.
            Conflict: it is not the next chunk.

        """
        received_at_ms = self._clock.now_ms()
        async with self._once.one_at_a_time("take", take_id):
            take = await self.find(take_id)
            if take.state is not TakeState.OPEN:
                raise Refused(ErrorCode.CONFLICT, f"the take is {take.state}", field="take_id")
            opened = await self._opened(take, at_ms=at_ms)
            if n >= opened.next:
                await self.space.require(take.session_id, len(data), recording_id=take.recording_id)
            chunk = Chunk(n, at_ms, received_at_ms, data)
            before_bytes = opened.size_bytes
            try:
                following = await asyncio.to_thread(opened.put, chunk)
            except BreachOfTake as breach:
                await self._close(take, opened.next)
                raise Refused(ErrorCode.INVALID, str(breach), field="body") from None
            except ChunksUnwritable as unwritable:
                self._let_go(take_id)
                if unwritable.is_full:
                    await self.space.end(take.session_id)
                raise _unwritable(unwritable) from None
            self.came_bytes += opened.size_bytes - before_bytes
            self.space.add(take.session_id, opened.size_bytes - before_bytes)
            return following

    async def close(self, take_id: str, chunks: int) -> int:
        """Take no more chunks; return how many there are.

        Raises:
            Refused: `conflict`, there are not so many as were sent.

        """
        async with self._once.one_at_a_time("take", take_id):
            take = await self.find(take_id)
            if take.state is TakeState.OPEN:
                opened = await self._opened(take, at_ms=None)
                if opened.next != chunks:
                    message = f"there are {opened.next} chunks, not {chunks}: send the others first"
                    raise Refused(ErrorCode.CONFLICT, message, field="chunks")
                await self._close(take, opened.next)
            return chunks

    async def _opened(self, take: StoredTake, *, at_ms: int | None) -> OpenTake:
        recording = next(
            each
            for each in await self._rooms.store.reading(
                lambda connection: recordings.of_session(connection, take.session_id)
            )
            if each.recording_id == take.recording_id
        )
        stopped_ms = recording.stopped_at_ms
        if stopped_ms is not None and at_ms is not None and at_ms > stopped_ms + _AFTER_THE_STOP_MS:
            raise Refused(ErrorCode.CONFLICT, "the recording had ended by then", field="Take-At")
        opened = self._open.get(take.take_id)
        if opened is None:
            checker = TakeChecker(
                take.media_type, ASKED_BITS_PER_S[take.kind], begun_ms=recording.started_at_ms
            )
            path = self.files.chunks_of(take.take_id)
            try:
                opened = await asyncio.to_thread(OpenTake.opened, path, checker)
            except (ChunksDamaged, TakeInUse, OSError) as error:
                _log.exception("take_cannot_be_opened", take_id=take.take_id)
                raise _not_now() from error
            self._open[take.take_id] = opened
            while len(self._open) > _OPEN_MOST:
                self._open.popitem(last=False)[1].close()
        self._open.move_to_end(take.take_id)
        return opened

    def _let_go(self, take_id: str) -> None:
        opened = self._open.pop(take_id, None)
        if opened is not None:
            opened.close()

    async def _close(self, take: StoredTake, chunks: int) -> None:
        opened = self._open.get(take.take_id)
        size_bytes = 0 if opened is None else opened.size_bytes
        self._let_go(take.take_id)
        await self._write(
            take.take_id, state=TakeState.CLOSED.value, chunks=chunks, chunk_bytes=size_bytes
        )

    # -- what is made of it

    async def sealed(self, take_id: str, *, owner: Owner) -> tuple[StoredTake, SealedTake | None]:
        """Return a take with what is known of its file, sealed with all that is there by now.

        Raises:
            Refused: `unavailable`, it cannot be sealed at the moment.

        """
        async with self._once.one_at_a_time("take", take_id):
            take = await self.find(take_id)
            if take.state is TakeState.SEALED:
                return take, index_of(take)
            chunks = take.chunks
            if take.state is TakeState.OPEN:
                chunks = (await self._opened(take, at_ms=None)).next
            if chunks == 0:
                if take.state is TakeState.CLOSED:
                    # Nothing ever came: there is nothing that it waits for.
                    await self._write(take_id, state=TakeState.SEALED.value)
                    await asyncio.to_thread(self.files.delete_chunks, take_id)
                return await self.find(take_id), None
            if take.sealed is not None and take.state is TakeState.OPEN and chunks == take.chunks:
                return take, index_of(take)
            index = await self._seal(take, chunks, owner=owner)
            is_final = take.state is TakeState.CLOSED
            await self._write(
                take_id,
                chunks=chunks,
                sealed_bytes=index.size_bytes,
                sealed=msgspec.to_builtins(index),
                **({"state": TakeState.SEALED.value} if is_final else {}),
            )
            if is_final:
                await asyncio.to_thread(self.files.delete_chunks, take_id)
            self.space.forget(take.session_id)
            return await self.find(take_id), index

    async def _seal(self, take: StoredTake, chunks: int, *, owner: Owner) -> SealedTake:
        kept = await allowed_parts(self._rooms.store, take)
        try:
            index = await self._sealer.seal(take.take_id, chunks=chunks, kept=kept, owner=owner)
        except Declined as declined:
            raise Refused(ErrorCode.UNAVAILABLE, str(declined), retry_after_ms=_AGAIN_MS) from None
        except (ProcessFailed, FileNotFoundError) as error:
            _log.exception("take_not_sealed", take_id=take.take_id)
            raise _not_now() from error
        if not index.is_whole:
            _log.error("take_damaged", take_id=take.take_id, chunks=index.chunks)
        return index

    # -- what is gone

    async def erase(self, take_id: str) -> None:
        """Delete a take for good: its files, and what is known of them. Its row says it was."""
        async with self._once.one_at_a_time("take", take_id):
            await self.find(take_id)
            self._let_go(take_id)
            await self._rooms.write(
                lambda store: store.writing(partial(takes.erase, take_id=take_id))
            )
            await asyncio.to_thread(self.files.delete, take_id)
            self.space.forget()

    async def sweep(self) -> int:
        """Delete files that no take has any more; return of how many takes.

        As of sessions that are gone, people who were erased, and takes whose days are over.
        """
        now_ms = self._clock.now_ms()
        await self._rooms.write(
            lambda store: store.writing(partial(takes.erase_outdated, now_ms=now_ms))
        )
        names = await asyncio.to_thread(self.files.take_ids)
        gone = 0
        for take_id in sorted(names):
            async with self._once.one_at_a_time("take", take_id):
                found = await self._rooms.store.reading(partial(takes.find, take_id=take_id))
                if found is None or found.state is TakeState.ERASED:
                    self._let_go(take_id)
                    await asyncio.to_thread(self.files.delete, take_id)
                    gone += 1
        # What was counted is looked at anew once in a while.
        self.space.forget()
        return gone

    async def prepare(self) -> int:
        """Seal what will be listened to: what is complete, and what stopped a minute ago.

        Return how many takes. Chunks that come later are sealed with the rest.
        """
        now_ms = self._clock.now_ms()
        read = partial(
            takes.to_be_heard,
            stopped_after_ms=now_ms - _PREPARED_FOR_MS,
            stopped_before_ms=now_ms - _AFTER_LAST_MS,
        )
        sealed = 0
        for take in await self._rooms.store.reading(read):
            try:
                await self.sealed(take.take_id, owner=Owner("recordings", take.session_id))
            except Refused as refused:
                _log.warning("take_not_prepared", take_id=take.take_id, reason=refused.message)
            else:
                sealed += 1
        return sealed

    async def finish(self, *, before_ms: int) -> int:
        """Close and seal for good what was opened before a moment; return how many takes.

        One that cannot be sealed keeps no other from it, and is tried again the next time.
        """
        due = await self._rooms.store.reading(partial(takes.unfinished, opened_before_ms=before_ms))
        finished = 0
        for take in due:
            try:
                async with self._once.one_at_a_time("take", take.take_id):
                    if take.state is TakeState.OPEN:
                        opened = await self._opened(take, at_ms=None)
                        await self._close(take, opened.next)
                await self.sealed(take.take_id, owner=Owner("recordings", take.session_id))
            except Refused as refused:
                _log.warning("take_not_finished", take_id=take.take_id, reason=refused.message)
            else:
                finished += 1
        return finished

    def stop(self) -> None:
        """Let go of all files; what was acknowledged is on the disk."""
        for take_id in list(self._open):
            self._let_go(take_id)

    async def _write(self, take_id: str, **values: Any) -> None:  # noqa: ANN401 - columns
        await self._rooms.write(
            lambda store: store.writing(
                lambda connection: takes.change(connection, take_id, **values)
            )
        )


def index_of(take: StoredTake) -> SealedTake | None:
    """Return what is known of the file of a take; None where it was never sealed."""
    return None if take.sealed is None else msgspec.convert(take.sealed, SealedTake)


def _unwritable(unwritable: ChunksUnwritable) -> Refused:
    if unwritable.is_full:
        return Refused(ErrorCode.TOO_LARGE, "the disk of this server is full")
    return _not_now()


def _not_now() -> Refused:
    message = "this take cannot be used at the moment"
    return Refused(ErrorCode.UNAVAILABLE, message, retry_after_ms=_AGAIN_MS)
