"""What the program of a release runs: `lessonroom`, or what the server starts by its interpreter.

The interpreter of a server without Python is the program itself. So it knows the two ways in which
the program calls it: `-I -m gateway…` for a confined process, and `-c` for the server of `torture`.
"""

import ctypes
import os
import runpy
import signal
import sys
from pathlib import Path

_AS_MODULE = ["-I", "-m"]
_AS_PROGRAM = ["-c", "from cli.app import app; app()"]


_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """End when a process ends, by whatever signal; at once where it has ended already.

    The one file is two processes: the first unpacks it and waits for the second, which is the
    program. A `kill -9` of the first one, which is what people see, left a server that nobody
    watches and that keeps the data directory.

    Args:
        parent: the process that started this one.

    Source: prctl(2), PR_SET_PDEATHSIG.

    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def unpacks_itself() -> bool:
    """Say whether this is the one file: a program that is a folder has its libraries beside it.

    That one is a single process, whose parent is nobody that waits for it: a shell under `nohup`,
    which may end.
    """
    return Path(sys._MEIPASS).parent != Path(sys.executable).parent  # type: ignore[attr-defined]  # noqa: SLF001 - documented


def main() -> None:
    """Run what the arguments say."""
    if sys.argv[1:3] == _AS_MODULE and sys.argv[3:4] and sys.argv[3].startswith("gateway."):
        module = sys.argv[3]
        sys.argv[:4] = [module]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return
    if sys.argv[1:3] == _AS_PROGRAM:
        del sys.argv[1:3]
    from cli.app import app  # noqa: PLC0415 - a confined process needs none of it

    app()


if __name__ == "__main__":
    if unpacks_itself():
        die_with(os.getppid())
    main()
