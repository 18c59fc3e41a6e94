"""Write config.toml and docs/configuration.md from the settings' model.

With `--check` nothing is written: exit code 1 says that a file is not what the code says.
"""

import sys
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cli.settings.setting_types import allowed_words
from cli.settings.settings import Settings, section_fields, shown
from scripts import generated_file
from scripts.generated_file import ROOT

TARGETS: Final = ("config.toml", "docs/configuration.md")

_TOML_HEAD = """\
# Settings of lessonroom. Each line that is commented out shows a default.
#
# Precedence: flags, then variables (LESSONROOM_SERVER__PORT for port in [server]), then this file.
# An unknown key or a value out of range stops the start and says what is allowed. A file that
# holds a secret must be readable by its owner alone (chmod 600).
"""

_DOCS_HEAD = """\
# Configuration

<!-- Written by scripts/write_config_reference.py from the settings' model; edit that. -->

lessonroom runs without any configuration. What is set comes, in this order of precedence, from

1. flags of the command line (`--port 0`),
2. environment variables: `LESSONROOM_SECTION__KEY`, e.g. `LESSONROOM_SERVER__PORT=0`; lists as
   `a, b` or as JSON; an empty variable counts as absent,
3. the file named by `--config` or `LESSONROOM_CONFIG`, or else `config.toml` in the working
   directory,
4. the defaults below.

An unknown key or a value out of range stops the start: all problems at once, each with the key,
the file and line (or the variable), and what is allowed. `lessonroom config check` does the same
without starting; `lessonroom config show` prints what holds and where each value came from.

Secrets are masked wherever settings are shown. A file that holds one must have mode 0600.
"""


def config_toml() -> str:
    """Return the text of config.toml: every key, commented out, with its default."""
    lines = [_TOML_HEAD]
    for section in Settings.model_fields:
        lines.append(f"[{section}]")
        for key, field in section_fields(section).items():
            words = f"{field.description} Allowed: {allowed_words(field)}."
            lines += [f"# {line}" for line in wrap(words, 96)]
            lines += [f"# {key} = {default_text(field)}", ""]
    return "\n".join(lines).rstrip() + "\n"


def configuration_md() -> str:
    """Return the text of docs/configuration.md: a table for each section."""
    return "\n".join([_DOCS_HEAD, *_tables()])


def default_text(field: FieldInfo) -> str:
    """Return the default of `field` in TOML's notation."""
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is None:
        return '""'
    if isinstance(default, dict):
        return "{}"
    if isinstance(default, SecretStr):
        raise TypeError("no setting may have a secret as its default")
    return shown(default)


def _tables() -> Iterator[str]:
    for section, section_field in Settings.model_fields.items():
        model = section_field.annotation
        yield f"## `[{section}]`\n\n{model.__doc__}\n" if model is not None else ""
        yield "| key | default | meaning | allowed |\n|---|---|---|---|"
        for key, field in section_fields(section).items():
            allowed = allowed_words(field).replace("|", "\\|")
            yield f"| `{key}` | `{default_text(field)}` | {field.description} | {allowed} |"
        yield ""


def main(arguments: list[str]) -> int:
    """Write the files, or check them; return the exit code."""
    return max(
        generated_file.settle(
            ROOT / name,
            text,
            only_check="--check" in arguments,
            says="the settings' model says",
        )
        for name, text in zip(TARGETS, (config_toml(), configuration_md()), strict=True)
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
