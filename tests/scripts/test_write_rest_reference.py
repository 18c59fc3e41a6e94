import re
from pathlib import Path

import pytest

from gateway.rest.app import api_document
from scripts.write_rest_reference import main, reference


def test_the_reference_is_what_the_code_says() -> None:
    """`make docs` writes it."""
    assert main(["--check"]) == 0


def test_a_stale_reference_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`make check` fails until it is written again."""
    file = tmp_path / "rest.md"
    assert main(["--check", "--file", str(file)]) == 1
    assert main(["--file", str(file)]) == 0
    assert main(["--check", "--file", str(file)]) == 0
    assert "is not what the code says" in capsys.readouterr().err


def test_the_reference_has_every_operation_and_every_link_leads_to_an_object() -> None:
    """Objects are linked by their lower-case names, as headings are."""
    document = api_document()
    text = reference(document)
    headings = set(re.findall(r"^### (\w+)$", text, re.MULTILINE))
    operations = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert headings == operations | document["components"]["schemas"].keys()
    links = set(re.findall(r"\]\(#(\w+)\)", text))
    assert links <= {heading.lower() for heading in headings}
