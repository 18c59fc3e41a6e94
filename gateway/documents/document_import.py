"""One document on its way to the board, as its server remembers it."""

import msgspec

from lessonroom.protocol.server import DocumentProgress, DocumentStatus


class DocumentImport(msgspec.Struct, kw_only=True):
    """How far a document is."""

    document_id: str
    session_id: str
    user_id: int
    """Whose it is."""
    title: str
    pages_total: int
    """How many pages are to be imported."""
    status: DocumentStatus = DocumentStatus.IMPORTING
    pages_done: int = 0
    page_ids: list[str] = []
    """The pages of the board that have been added so far, in the order of the document."""
    failed_pages: list[int] = []
    """Numbers of pages that cannot be drawn; an empty sheet stands for each."""
    error: str | None = None
    """Why it ended early, in words for a person."""

    def progress(self) -> DocumentProgress:
        """Return what everyone in the room is told."""
        return DocumentProgress(
            document_id=self.document_id,
            user_id=self.user_id,
            title=self.title,
            status=self.status,
            pages_done=self.pages_done,
            pages_total=self.pages_total,
            failed_pages=list(self.failed_pages),
        )

    def end(self, status: DocumentStatus, error: str | None = None) -> None:
        """Note how it ended."""
        self.status, self.error = status, error
