"""A lesson pack of a session: what goes into it, one after another, while it is sent."""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from importlib import metadata
from typing import IO, Any, BinaryIO, Final

import msgspec

from actors.house.versions import shared_board_at
from gateway.board_files.layout import BOARD, BoardFile, json_parts
from gateway.confinement.owner_queues import Owner
from gateway.packs.layout import LOG, LogChain, Manifest
from gateway.packs.player import PLAYER, Player, log_lines
from gateway.packs.writing import PackWriter, pieces_of
from gateway.recordings.takes import index_of
from gateway.reports.gathering import Gathering
from gateway.rest.packing.drawings import NOT_DRAWN, drawings_of, pages_of
from gateway.rest.packing.lesson_parts import chat_of, file_of, shown_in
from gateway.rest.packing.playing import Played, in_document, played_parts
from gateway.rest.packing.reporting import report_files
from gateway.rest.plumbing.services import Services
from gateway.rest.shapes.instants import to_text
from gateway.rest.shapes.recordings import RecordingOut, Recordings
from gateway.rest.shapes.takes import TakeOut
from gateway.rest.shapes.views import ParticipantOut, SessionOut
from lessonroom.codes import Refused
from lessonroom.log.chain import Chain
from lessonroom.log.events import AssetAdded, Event
from lessonroom.session.session import Session
from storage.errors import StorageError
from storage.recordings import recordings, takes
from storage.records import UserKind

_EVENTS: Final = 500
_TOLD_IN_MEMORY_BYTES: Final = 1024 * 1024
_README: Final = """\
This is a lesson, whole, as the server had it: {title}

  manifest.json    what is in here, with the SHA-256 of each file
  log.jsonl        all that happened, an event a line; each holds a hash of the line before
  session.json, people.json, chat.json
  board.json       the board at the end; "board" in it begins a new lesson
  boards/          each page, as JSON and as a drawing
  files/           pictures, documents and files of the chat, by the SHA-256 that the others name
  recordings.json, takes/    who was recorded when, and their voices and pictures
  player.html      plays the lesson again: unpack this archive and open it in a browser
  report/          who was there, spoke and wrote

"lessonroom pack check FILE" says whether anything was changed since it was made. Whoever changes
a file and all hashes is not found by that: keep the number that it prints, or the pack, elsewhere.

It holds personal data, and what was written to one person alone.
"""


class Contents:
    """Reads a session for a pack.

    Args:
        services: where from.
        session: which.
        owner: whom its work in processes is counted for.
        charge: is told how many bytes were read for whoever asks.

    """

    def __init__(
        self,
        services: Services,
        session: Session,
        *,
        owner: Owner,
        charge: Callable[[int], None],
    ) -> None:
        self._services = services
        self._store = services.rooms.store
        self._session = session
        self._owner = owner
        self._charge = charge
        self._writer = PackWriter()
        self._chain = Chain(session.session_id)
        self._left_out: list[str] = []
        self._played = Played(session.title)
        self._gathering: Gathering | None = None
        self._board = b""
        # What the player reads of the log: that is read once, and the player stands at the end.
        self._told: IO[bytes] = io.BytesIO()
        self._is_told = True

    async def parts(self) -> AsyncGenerator[bytes]:
        """Yield the pack, piece by piece. What cannot be read is named in its manifest."""
        self._told = await asyncio.to_thread(self._services.spool.scratch, _TOLD_IN_MEMORY_BYTES)
        with self._told:
            async for part in self._parts():
                yield part

    async def _parts(self) -> AsyncGenerator[bytes]:
        title = self._session.title or self._session.session_id
        yield await self._writer.add("README.txt", _README.format(title=title).encode())
        self._gathering = await Gathering.begun(self._services.rooms, self._session.session_id)
        head = 0 if self._gathering is None else self._gathering.head
        for what, part in (
            ("session.json, people.json", self._people()),
            (LOG, self._log(head)),
            ("boards", self._boards(head)),
            ("chat.json, files", self._chat()),
            ("recordings.json, takes", self._recordings()),
            ("report", self._report()),
            (PLAYER, self._player()),
        ):
            try:
                async for ready in part:
                    yield ready
            except (Refused, StorageError) as fault:
                self._left_out.append(f"{what}: {fault}")
        yield await self._writer.finish(msgspec.json.format(msgspec.json.encode(self._manifest())))
        if self._services.metrics is not None:
            self._services.metrics.packed(size_bytes=self._writer.size_bytes)

    async def _people(self) -> AsyncIterator[bytes]:
        now_ms = self._services.clock.now_ms()
        out = SessionOut.of(self._session, now_ms=now_ms, may_see_code=False)
        yield await self._writer.add("session.json", out.model_dump_json(indent=2).encode())
        people: list[dict[str, Any]] = []
        for seat in await self._store.participants(self._session.session_id):
            user = await self._store.user(seat.user_id)
            is_known = user is not None and user.kind is UserKind.REGISTERED
            people.append(
                {
                    **ParticipantOut.of(seat, now_ms=now_ms).model_dump(mode="json"),
                    # By these another server knows the same person.
                    "issuer": user.issuer if user and is_known else None,
                    "subject": user.subject if user and is_known else None,
                }
            )
        self._played.people = people
        yield await self._writer.add("people.json", _formatted(people))

    async def _log(self, head: int) -> AsyncIterator[bytes]:
        async for ready in self._writer.add_parts(LOG, self._lines(head)):
            yield ready
        if self._chain.seq < head:
            self._left_out.append(f"{LOG}: what is behind event {self._chain.seq} is damaged")

    async def _lines(self, head: int) -> AsyncIterator[bytes]:
        is_more = True
        while is_more and self._chain.seq < head:
            try:
                events, is_more = await self._store.timeline(
                    self._session.session_id, after=self._chain.seq, limit=_EVENTS
                )
            except StorageError:
                # What was written of the log so far is whole.
                return
            until = [event for event in events if event.seq <= head]
            self._charge(sum(len(event.data) for event in until))
            yield await asyncio.to_thread(self._joined, until)
            if not until or self._chain.seq != until[-1].seq:
                return

    def _joined(self, events: Sequence[Event]) -> bytes:
        known, lines = [], []
        for event in events:
            if event.seq != self._chain.seq + 1:
                break
            known.append(event)
            lines.append(self._chain.line_of(event) + b"\n")
        # Read once: for the log, for the report and for the player.
        if self._gathering is not None:
            self._gathering.take(known)
        try:
            self._told.write(log_lines(known))
        except OSError:
            # The disk is full: the pack is sent all the same, without what plays it.
            self._is_told = False
        return b"".join(lines)

    async def _boards(self, head: int) -> AsyncIterator[bytes]:
        session = self._session
        shared = await shared_board_at(self._store, session.session_id, head)
        board = self._board = shared.encoded
        self._charge(len(board))
        file = BoardFile(
            session_id=session.session_id,
            title=session.title,
            version=head,
            exported_at=to_text(self._services.clock.now_ms()),
            board=msgspec.Raw(b"{}"),
        )
        yield await self._writer.add(BOARD, b"".join(json_parts(file, board)))
        for name, content in await asyncio.to_thread(lambda: list(pages_of(board))):
            yield await self._writer.add(name, content)
        try:
            drawings = await drawings_of(
                self._services, board, title=session.title, owner=self._owner
            )
        except NOT_DRAWN as fault:
            self._left_out.append(f"drawings of the pages: {fault}")
            return
        for name, content in drawings:
            yield await self._writer.add(name, content)

    async def _chat(self) -> AsyncIterator[bytes]:
        messages = await chat_of(self._services, self._session.session_id)
        yield await self._writer.add("chat.json", _formatted(messages))
        for asset in await shown_in(self._services, self._session.session_id, messages):
            name, path = await file_of(self._services, asset)
            try:
                source = None if path is None else await asyncio.to_thread(path.open, "rb")
            except FileNotFoundError:
                source = None
            if source is None:
                self._left_out.append(f"{name}: it is not there any more")
                continue
            async for ready in self._writer.add_open(name, source):
                yield ready
            if isinstance(asset, AssetAdded):
                self._played.assets.append(asset)

    async def _recordings(self) -> AsyncIterator[bytes]:
        session_id = self._session.session_id
        found = await self._store.reading(
            lambda connection: recordings.of_session(connection, session_id)
        )
        known = await self._store.reading(
            lambda connection: takes.of_session(connection, session_id)
        )
        shown = []
        for each in known:
            name = f"takes/{each.take_id}.webm"
            take, index = each, index_of(each)
            try:
                take, index = await self._services.takes.sealed(each.take_id, owner=self._owner)
                source = await self._opened(each.take_id) if index and index.size_bytes else None
            except (Refused, FileNotFoundError) as fault:
                self._left_out.append(f"{name}: {fault}")
                source = None
            shown.append(TakeOut.of(take, index))
            if source is not None:
                async for ready in self._writer.add_open(name, source):
                    yield ready
        if found:
            items = [RecordingOut.of_stored(each) for each in found]
            document = Recordings(items=items, takes=shown)
            self._played.recordings = document
            yield await self._writer.add(
                "recordings.json", document.model_dump_json(indent=2).encode()
            )

    async def _report(self) -> AsyncIterator[bytes]:
        if self._gathering is None or self._is_cut_off("report"):
            return
        report = await self._gathering.report(self._board)
        for name, content in await asyncio.to_thread(report_files, report):
            yield await self._writer.add(f"report/{name}", content)

    def _is_cut_off(self, what: str) -> bool:
        """Say whether the log or the board could not be read, and note what lacks by it."""
        gathering = self._gathering
        if gathering is not None and self._chain.seq == gathering.head and self._board:
            return False
        self._left_out.append(f"{what}: the lesson could not be read to its end")
        return True

    async def _player(self) -> AsyncIterator[bytes]:
        player = Player()
        if not await asyncio.to_thread(player.is_built):
            self._left_out.append(f"{PLAYER}: the page of this server is not built")
            return
        if self._is_cut_off(PLAYER):
            return
        if not self._is_told:
            self._left_out.append(f"{PLAYER}: the disk of this server is nearly full")
            return
        yield await self._writer.add(
            "player-licences.txt", await asyncio.to_thread(player.licences)
        )
        await asyncio.to_thread(self._told.seek, 0)
        told = pieces_of(self._told)
        played = played_parts(self._services, self._played, told)
        async for ready in self._writer.add_parts(
            PLAYER, in_document(player, self._played, played)
        ):
            yield ready
        self._left_out += [f"{PLAYER}: {words}" for words in self._played.left_out]

    async def _opened(self, take_id: str) -> BinaryIO:
        return await asyncio.to_thread(self._services.takes.files.open_sealed, take_id)

    def _manifest(self) -> Manifest:
        return Manifest(
            session_id=self._session.session_id,
            title=self._session.title,
            made_at=to_text(self._services.clock.now_ms()),
            made_by=f"lessonroom {metadata.version('lessonroom')}",
            log=LogChain(seq=self._chain.seq, sha256=self._chain.head),
            entries=self._writer.entries,
            left_out=self._left_out,
        )


def _formatted(content: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content))
