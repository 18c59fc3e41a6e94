"""`lessonroom torture`, as an operator runs it, and that it has eyes.

Tests also: cli/commands/torture_command.py, cli/torture/crowd.py, cli/torture/evidence.py,
cli/torture/victim.py.
"""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command_errors import CommandRefused
from cli.commands.torture_command import Verdict, conclude
from cli.torture.evidence import Evidence
from storage.records import Durability
from storage.store import Store
from tests.proof.support.figures import proof
from tests.recording import RecordProof
from tests.storage.lessons import Lesson

pytestmark = pytest.mark.slow

_TIMEOUT_S = 3_600


@pytest.mark.parametrize(
    ("rounds", "clients"),
    [(2, 4), pytest.param(proof(150), 20, marks=pytest.mark.proof)],
)
def test_a_server_that_is_killed_while_people_draw_loses_nothing(
    rounds: int,
    clients: int,
    tmp_path_factory: pytest.TempPathFactory,
    record_proof: RecordProof,
) -> None:
    """[T2] [P1] [P4] [P6] [P7] [P9] kill -9, real sockets, real process; exit code 0."""
    lessonroom = str(Path(sys.executable).with_name("lessonroom"))
    # A short path: that of a Unix socket has at most 107 bytes.
    home = tmp_path_factory.mktemp("t")
    options = ["--rounds", str(rounds), "--clients", str(clients), "--data-dir", str(home)]
    done = subprocess.run(
        [lessonroom, "torture", *options, "--json"],
        cwd=home,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["is_clean"]
    assert verdict["kills"] == rounds
    assert verdict["acknowledged"] >= rounds
    record_proof(
        "T2",
        f"server kills (`lessonroom torture`), {clients} clients drawing;"
        f" {verdict['acknowledged']} events acknowledged, {verdict['resumes']} resumes",
        rounds,
        **{name: verdict[name] for name in ("lost", "doubled", "diverged")},
    )
    assert not list(home.iterdir()), "the scratch directory is left"


def test_what_is_lost_or_doubled_is_counted(tmp_path: Path) -> None:
    """[T2] [P1] The control: a mark that the log lacks, and a submission that it has twice."""
    evidence = Evidence()
    evidence.acknowledge("a", 1)
    evidence.acknowledge("b", 1)
    asyncio.run(_check(evidence, tmp_path))
    assert (evidence.lost, evidence.doubled, evidence.gaps) == (1, 1, 0)


async def _check(evidence: Evidence, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/data/lessons.db"
    store = await Store.open(url, durability=Durability.POWER)
    lesson = Lesson("algebra")
    await store.create_session(lesson.session, [lesson.opened()], [lesson.host])
    rect = {"type": "rect", "id": "a", "layer": "base", "x": 1, "y": 0, "w": 1, "h": 1}
    data = json.dumps({"ops": [{"op": "put", "element": rect}]}).encode()
    await store.commit([lesson.batch(lesson.stroke(data, n=1))])
    await store.close()
    await evidence.check(url, "algebra")
    # The database itself refuses the same submission once more.
    evidence._take(lesson.stroke(data, n=1))


@pytest.mark.parametrize("fault", ["lost", "doubled", "gaps", "diverged", "exit_code"])
def test_any_fault_is_an_exit_code(fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    """[T2] [P1] A verdict with a fault is refused, however small it is."""
    clean = dict.fromkeys(Verdict.__struct_fields__, 0)
    conclude(Verdict(**clean), as_json=False)
    with pytest.raises(CommandRefused, match="does not keep"):
        conclude(Verdict(**clean | {fault: 1}), as_json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["is_clean"] is False
