"""Writes docs/monitoring/: a Grafana dashboard and Prometheus alerts of what `GET /metrics` tells.

Both are JSON: Grafana imports the one, Prometheus reads the other as YAML, which JSON is.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from scripts.generated_file import ROOT, settle
from scripts.monitoring.alerts import alerts
from scripts.monitoring.dashboard import dashboard

FOLDER: Final = "docs/monitoring"


def main(arguments: list[str]) -> int:
    """Write both files, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if out of date")
    parser.add_argument("--folder", type=Path, default=ROOT / FOLDER)
    options = parser.parse_args(arguments)
    options.folder.mkdir(exist_ok=True)
    return max(
        settle(
            options.folder / name,
            json.dumps(content, indent=2) + "\n",
            only_check=options.check,
            says="the script says",
        )
        for name, content in (("dashboard.json", dashboard()), ("alerts.yaml", alerts()))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
