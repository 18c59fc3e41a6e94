"""A model of plain dictionaries beside the real core and a real SQLite file, step by step."""

import asyncio
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from actors.room.persistence.loading import loaded
from actors.room.persistence.unsaved import UnsavedWork
from lessonroom.board.model.operations import (
    AddPage,
    Operation,
    Patch,
    PatchPage,
    Put,
    Remove,
    RemovePage,
    ReorderPages,
)
from lessonroom.board.model.page import Page
from lessonroom.codes import ErrorCode, Refused
from lessonroom.commands import (
    Command,
    CreateSession,
    EditBoard,
    InviteParticipant,
    KickParticipant,
    MoveSession,
    OpenRoom,
    SeatParticipant,
    SetPermissions,
)
from lessonroom.log.events import Event
from lessonroom.log.submissions import Submissions
from lessonroom.outcome import SnapshotType
from lessonroom.people.permissions import DEFAULT_PERMISSIONS, Role
from lessonroom.room import Room
from lessonroom.session.lifecycle import Move
from lessonroom.session.session import Session
from lessonroom.state import RoomState
from storage.records import Durability
from storage.store import Store
from tests.lessonroom.lesson import START_MS, connecting, fingerprint, folded, rect
from tests.proof.support.figures import proof
from tests.recording import RecordProof

HOST, ANN, BEN = 1, 2, 3
_SESSION = Session(session_id="model", host_id=HOST)
_students = st.sampled_from((ANN, BEN))
_elements = st.sampled_from(("e1", "e2", "e3"))
_numbers = st.integers(0, 9)
_pages = st.sampled_from(("p1", "p1", "two", "three"))


class Model:
    """What a lesson is, in a few dictionaries."""

    def __init__(self) -> None:
        self.board: dict[str, float] = {}
        self.pages: dict[str, dict[str, None]] = {"p1": {"base": None}}
        """The layers of each, in order."""
        self.page_titles: dict[str, str] = {}
        self.lies_on: dict[str, str] = {}
        """The layer of each element."""
        self.accepted: dict[tuple[int, int], tuple[int, str, float, str]] = {}
        """By user and n: the seq, and what was put, where."""
        self.newest: dict[int, int] = {}
        self.may_draw = {HOST: True, ANN: True, BEN: True}
        self.present = {HOST, ANN, BEN}
        self.is_active = True

    def layer_of(self, page: str) -> str:
        return next(iter(self.pages.get(page, {"gone": None})))

    def refusal(self, user_id: int, n: int, put: tuple[str, float, str]) -> ErrorCode | int | None:
        """Return why a put is refused, or the seq it has already, or None where it is new."""
        if user_id not in self.present:
            return ErrorCode.PERMISSION_DENIED
        known = self.accepted.get((user_id, n))
        if known is not None:
            return known[0] if known[1:] == put else ErrorCode.CONFLICT
        if n <= self.newest.get(user_id, 0):
            return ErrorCode.CONFLICT
        if not self.is_active and user_id != HOST:
            return ErrorCode.SESSION_NOT_ACTIVE
        if not self.may_draw[user_id]:
            return ErrorCode.PERMISSION_DENIED
        return None if put[2] != "gone" else ErrorCode.NOT_FOUND


class LessonMachine(RuleBasedStateMachine):
    """Three people, kicks, permissions, pauses; commits, snapshots and crashes in between."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.directory = Path(tempfile.mkdtemp(prefix="model-"))
        shutil.copytree(_template(), self.directory, dirs_exist_ok=True)
        self.store: Store = self._open()
        self.now_ms = START_MS
        self.epochs = 0
        self.room = Room(RoomState(_SESSION))
        self.log: list[Event] = []
        self.committed = 0
        self.unsaved = UnsavedWork(board_events=0)
        self._do(CreateSession(by=None))
        self._open_room()
        for user_id, role in ((HOST, Role.HOST), (ANN, Role.STUDENT), (BEN, Role.STUDENT)):
            self._do(SeatParticipant(user_id=user_id, name=f"Person {user_id}", role=role))
            self._connect(user_id)
        # Elements are everybody's here; whose they are is for test_others_work.py.
        others = {"can_edit_others": True}
        self._do(SetPermissions(by=HOST, role=Role.STUDENT, permissions=others))
        self._do(MoveSession(by=HOST, move=Move.START))
        self.model = Model()
        self.commit()

    # -- what people do

    @rule(
        user_id=st.sampled_from((HOST, ANN, BEN)),
        back=_numbers,
        name=_elements,
        x=_numbers,
        page=_pages,
    )
    def put(self, user_id: int, back: int, name: str, x: int, page: str) -> None:
        model = self.model
        layer = model.layer_of(page)
        # Mostly new; sometimes one that was sent before, with the same content or another.
        n = max(1, model.newest.get(user_id, 0) + 1 - max(0, back - 6))
        expected = model.refusal(user_id, n, (name, x, layer))
        got = self._edit(user_id, n, [Put(rect(name, x=x, layer=layer))])
        if expected is None:
            assert isinstance(got, int)
            assert got == len(self.log)
            model.board[name] = x
            model.lies_on[name] = layer
            model.accepted[user_id, n] = (got, name, x, layer)
            model.newest[user_id] = n
        else:
            assert got == expected

    @rule(name=_elements, x=_numbers)
    def patch_and_remove(self, name: str, x: int) -> None:
        """Two ops in one event, by the host, who always may."""
        n = self.model.newest.get(HOST, 0) + 1
        ops: list[Operation] = [Patch(name, {"x": x}), Remove(["e3"])]
        got = self._edit(HOST, n, ops)
        assert isinstance(got, int)
        if name in self.model.board:
            self.model.board[name] = x
        self.model.board.pop("e3", None)
        self.model.lies_on.pop("e3", None)
        self.model.accepted[HOST, n] = (got, "", 0, "")
        self.model.newest[HOST] = n

    @rule(page=_pages, at=st.integers(0, 4), title=st.sampled_from(("", "One", "Two")))
    def add_page(self, page: str, at: int, title: str) -> None:
        got = self._arrange(AddPage(Page(id=page, title=title), at=at))
        if page in self.model.pages:
            assert got == ErrorCode.CONFLICT
            return
        in_order = list(self.model.pages.items())
        in_order.insert(at, (page, {page: None}))
        self.model.pages = dict(in_order)
        self.model.page_titles[page] = title

    @rule(page=_pages, title=st.sampled_from(("", "One", "Two")))
    def patch_page(self, page: str, title: str) -> None:
        assert isinstance(self._arrange(PatchPage(page, {"title": title})), int)
        if page in self.model.pages:
            self.model.page_titles[page] = title

    @rule(page=_pages)
    def remove_page(self, page: str) -> None:
        got = self._arrange(RemovePage(page))
        if len(self.model.pages) == 1 and page in self.model.pages:
            assert got == ErrorCode.CONFLICT
        elif page in self.model.pages:
            gone = self.model.pages.pop(page)
            self.model.page_titles.pop(page, None)
            for name in [name for name, lies in self.model.lies_on.items() if lies in gone]:
                del self.model.board[name], self.model.lies_on[name]

    @rule(chance=st.randoms(use_true_random=False))
    def reorder_pages(self, chance: random.Random) -> None:
        order = list(self.model.pages)
        chance.shuffle(order)
        assert isinstance(self._arrange(ReorderPages(order)), int)
        self.model.pages = {page: self.model.pages[page] for page in order}

    @rule(user_id=_students, may=st.booleans())
    def permit(self, user_id: int, may: bool) -> None:  # noqa: FBT001 - a rule's argument
        command = SetPermissions(by=HOST, user_id=user_id, permissions={"can_draw": may})
        self._do(command)
        self.model.may_draw[user_id] = may

    @precondition(lambda self: len(self.model.present) > 1)
    @rule(user_id=_students)
    def kick(self, user_id: int) -> None:
        if user_id in self.model.present:
            self._do(KickParticipant(by=HOST, user_id=user_id))
            self.model.present.remove(user_id)

    @rule(user_id=_students)
    def invite_back(self, user_id: int) -> None:
        if user_id not in self.model.present:
            role = Role.STUDENT
            self._do(InviteParticipant(by=HOST, user_id=user_id, name="Back", role=role))
            self.now_ms += 10
            self._connect(user_id)
            # What the host has set for the person outlives it (SY-3).
            self.model.present.add(user_id)

    @rule()
    def pause_or_resume(self) -> None:
        self._do(MoveSession(by=HOST, move=Move.PAUSE if self.model.is_active else Move.RESUME))
        self.model.is_active = not self.model.is_active

    # -- what the server does

    @rule()
    def commit(self) -> None:
        if not self.unsaved.is_empty():
            batch = self.unsaved.take(self.room.state, now_ms=self.now_ms)
            self.runner.run(self.store.commit([batch]))
        self.committed = len(self.log)

    @rule()
    def save(self) -> None:
        state = self.room.state
        self.unsaved.save(state.board, SnapshotType.AUTO, version=state.head)
        self.commit()

    @rule()
    def restart(self) -> None:
        """Commit, and open the room anew from what is on disk."""
        self.commit()
        self._reopen()

    @rule()
    def jump(self) -> None:
        self.now_ms -= 3_600_000

    # -- what always holds

    @invariant()
    def the_board_is_the_model_s(self) -> None:
        if not hasattr(self, "model"):
            return
        encoded = msgspec.json.decode(self.room.state.board.encode())
        board = {name: element["x"] for name, element in encoded["elements"].items()}
        assert board == self.model.board
        pages = encoded.get("pages", [{"id": "p1"}])
        assert [page["id"] for page in pages] == list(self.model.pages)
        titles = {page["id"]: page["title"] for page in pages if "title" in page}
        assert titles == {page: title for page, title in self.model.page_titles.items() if title}

    @invariant()
    def the_state_is_the_fold_of_its_log(self) -> None:
        if hasattr(self, "model"):
            assert fingerprint(self.room.state) == fingerprint(folded(_SESSION, self.log))

    def teardown(self) -> None:
        if not hasattr(self, "store"):
            return
        try:
            self.commit()
            self._reopen()
        finally:
            self.runner.run(self.store.close())
            self.runner.close()
            shutil.rmtree(self.directory)

    # -- how

    def _open(self) -> Store:
        url = f"sqlite+aiosqlite:///{self.directory}/lessons.db"

        async def open_store() -> Store:
            return Store(url, durability=Durability.PROCESS)

        return self.runner.run(open_store())

    def _reopen(self) -> None:
        stored = self.runner.run(self.store.load_room("model", resume_window=10))
        events = self.runner.run(self.store.events("model", limit=100_000))
        assert stored is not None
        assert events == self.log
        state = loaded(stored, DEFAULT_PERMISSIONS).state
        assert fingerprint(state) == fingerprint(self.room.state)
        self.room = Room(state)
        self._open_room()
        for user_id in sorted(self.model.present):
            self._connect(user_id)
        self.commit()

    def _open_room(self) -> None:
        self.epochs += 1
        self._do(OpenRoom(epoch=f"epoch-{self.epochs}"))

    def _connect(self, user_id: int) -> None:
        # Tokens are made by a clock that does not jump.
        token_at_ms = START_MS + 10**12
        self._do(connecting(user_id, now_ms=self.now_ms, token_issued_at_ms=token_at_ms))

    def _edit(self, user_id: int, n: int, ops: list[Operation]) -> ErrorCode | int:
        client_id = f"client-{user_id}"
        command = EditBoard(connection_id=f"c{user_id}", client_id=client_id, n=n, ops=ops)
        try:
            outcome = self._do(command)
        except Refused as refused:
            return refused.code
        return int(outcome.acks[0].seq)

    def _arrange(self, op: Operation) -> ErrorCode | int:
        """Have the host change the pages."""
        n = self.model.newest.get(HOST, 0) + 1
        got = self._edit(HOST, n, [op])
        if isinstance(got, int):
            self.model.accepted[HOST, n] = (got, "", 0, "")
            self.model.newest[HOST] = n
        return got

    def _do(self, command: Command) -> Any:  # noqa: ANN401 - an outcome
        outcome = self.room.handle(command, self.now_ms)
        self.log += outcome.events
        self.unsaved.add(outcome)
        return outcome


_made: list[Path] = []


def _template() -> Path:
    """Return a directory with a database that holds the session and no event: made once."""
    if not _made:
        directory = Path(tempfile.mkdtemp(prefix="model-template-"))
        url = f"sqlite+aiosqlite:///{directory}/lessons.db"

        async def make() -> None:
            store = await Store.open(url, durability=Durability.PROCESS)
            await store.create_session(_SESSION, [], [])
            await store.close()

        asyncio.run(make())
        _made.append(directory)
    return _made[0]


@pytest.mark.parametrize("examples", [30, pytest.param(proof(5_000), marks=pytest.mark.proof)])
def test_core_and_store_agree_with_the_model(examples: int, record_proof: RecordProof) -> None:
    """[T5] [P3] [P4] [P7] [P11] Runs of up to 50 steps; hypothesis shortens the one that fails."""
    run_state_machine_as_test(
        LessonMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_proof("T5", "runs of model, core and SQLite, up to 50 steps each", examples, diverged=0)


@pytest.mark.proof
def test_a_core_that_forgets_is_found_out_by_the_model(record_proof: RecordProof) -> None:
    """[T5] [P4] The control: the memory of what was accepted is switched off."""
    quick = settings(
        max_examples=200,
        deadline=None,
        # Found is enough: nobody needs the shortest way.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with (
        mock.patch.object(Submissions, "seq_of", return_value=None),
        pytest.raises(BaseException) as found,
    ):
        run_state_machine_as_test(LessonMachine, settings=quick)
    record_proof("T5", "control: the core forgets", 200, control=f"found out: {found.typename}")
