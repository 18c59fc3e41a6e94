"""Files in the API's description."""

from gateway.rest.app import api_document
from gateway.rest.shapes.files import file_body, files_of


def test_a_file_has_bytes_and_no_shape() -> None:
    binary = {"schema": {"type": "string", "format": "binary"}}
    assert files_of(["image/png", "image/gif"]) == {"image/png": binary, "image/gif": binary}
    assert file_body(["a/b"]) == {"requestBody": {"required": True, "content": {"a/b": binary}}}


def test_uploads_say_what_they_take() -> None:
    """Of all routes whose body is a file."""
    paths = api_document()["paths"]
    bodies = {
        operation["operationId"]: operation["requestBody"]["content"]
        for methods in paths.values()
        for operation in methods.values()
        if operation.get("operationId")
        in {"upload_image", "import_document", "preview_document", "import_board"}
    }
    assert "image/png" in bodies["upload_image"]
    assert "application/pdf" in bodies["import_document"]
    assert "application/json" in bodies["import_board"]
    for contents in bodies.values():
        assert all(each["schema"]["format"] == "binary" for each in contents.values())
