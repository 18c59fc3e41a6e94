"""Write docs/protocol.schema.json from the structs of the wire.

With `--check` nothing is written: exit code 1 says that the file is not what the code says.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from lessonroom.protocol.schema import encoded_schema

ROOT: Final = Path(__file__).parent.parent


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    parser.add_argument("--file", type=Path, default=ROOT / "docs" / "protocol.schema.json")
    options = parser.parse_args(arguments)
    text = encoded_schema()
    path: Path = options.file
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        print(f"{path} is not what the structs say: run `make docs`", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
