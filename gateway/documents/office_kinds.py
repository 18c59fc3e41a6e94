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

COMPOUND: Final = _COMPOUND
"""What an encrypted document of the newer kinds begins with, too."""
