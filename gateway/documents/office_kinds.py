"""Documents of office programs: what they are called, and what they begin with."""

from typing import Final

import msgspec

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_RTF: Final = b"{\\rtf"
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument"


class OfficeKind(msgspec.Struct, frozen=True):
    """A kind of document: the ending of its files, and how each of them begins."""

    ending: str
    magic: bytes

    @property
    def is_zip(self) -> bool:
        """Whether it is a zip of parts."""
        return self.magic == _ZIP

    def fault_of(self, beginning: bytes) -> str | None:
        """Return why a file that begins so is no such document, in words; None where it may be one.

        Args:
            beginning: the first eight bytes at least.

        """
        if beginning.startswith(self.magic):
            return None
        if self.is_zip and beginning.startswith(_COMPOUND):
            # So does an encrypted one of the newer kinds.
            return "this document asks for a password; save it without one"
        return self.damaged

    @property
    def damaged(self) -> str:
        """Words for what is no such document."""
        return f"this is not a {self.ending} document, or it is damaged"


OFFICE_KINDS: Final = {
    f"{_OPEN_XML}.wordprocessingml.document": OfficeKind("docx", _ZIP),
    f"{_OPEN_XML}.presentationml.presentation": OfficeKind("pptx", _ZIP),
    f"{_OPEN_XML}.spreadsheetml.sheet": OfficeKind("xlsx", _ZIP),
    f"{_OPEN_DOCUMENT}.text": OfficeKind("odt", _ZIP),
    f"{_OPEN_DOCUMENT}.presentation": OfficeKind("odp", _ZIP),
    f"{_OPEN_DOCUMENT}.spreadsheet": OfficeKind("ods", _ZIP),
    "application/msword": OfficeKind("doc", _COMPOUND),
    "application/vnd.ms-powerpoint": OfficeKind("ppt", _COMPOUND),
    "application/vnd.ms-excel": OfficeKind("xls", _COMPOUND),
    "application/rtf": OfficeKind("rtf", _RTF),
    "text/rtf": OfficeKind("rtf", _RTF),
}
"""By media type. Those with macros by name (`.docm` …) are not taken."""

BEGINNING_BYTES: Final = 8
"""As much as tells whether a document is of its kind."""
