"""Write docs/protocol.schema.json from the structs of the wire.

With `--check` nothing is written: exit code 1 says that the file is not what the code says.
"""

import sys

from lessonroom.protocol.schema import encoded_schema
from scripts import generated_file


def main(arguments: list[str]) -> int:
    """Write the file, or check it; return the exit code."""
    return generated_file.run(
        arguments,
        file="docs/protocol.schema.json",
        text=encoded_schema,
        says="the structs say",
        about=__doc__,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
