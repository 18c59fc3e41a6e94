"""What the one file runs: `lessonroom`, or what the server starts by its own interpreter.

The interpreter of a server that is one file is that file. So it knows the two ways in which the
program calls it: `-I -m gateway…` for a confined process, and `-c` for the server of `torture`.
"""

import runpy
import sys

_AS_MODULE = ["-I", "-m"]
_AS_PROGRAM = ["-c", "from cli.app import app; app()"]


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
    main()
