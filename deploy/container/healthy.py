"""Whether the server in this container can serve lessons: ends with 0 where it can.

Asks `/readyz` on the operator's socket, which is there whatever address, port and certificate the
settings name.
"""

import http.client
import os
import socket
import sys
from pathlib import Path

_TIMEOUT_S = 4.0


class _Connection(http.client.HTTPConnection):
    """HTTP over the socket that the server keeps in its data directory."""

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT_S)
        self.sock.connect(str(Path(os.environ["LESSONROOM_STORAGE__DATA_DIR"], "operator.sock")))


def main() -> int:
    """Ask, print what was answered, and return the exit code."""
    connection = _Connection("localhost", timeout=_TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        text = answer.read(1_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as fault:
        print(f"no answer: {fault}", file=sys.stderr)
        return 1
    finally:
        connection.close()
    print(text)
    return 0 if answer.status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main())
