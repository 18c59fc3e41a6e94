"""The operations of the API, asynchronous.

Written by scripts/python_client from the OpenAPI document; edit the code of the server.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Unpack, cast

from lessonroom_client import models as m
from lessonroom_client._calls import Call, Content, path_of


class AsyncOperations:
    """All that can be asked of the API; `AsyncClient` says how it is asked."""

    async def _json(self, call: Call) -> Any:  # noqa: ANN401 - JSON
        raise NotImplementedError

    async def _bytes(self, call: Call) -> bytes:
        raise NotImplementedError

    def _stream(self, call: Call) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        raise NotImplementedError

    def _pages(self, call: Call, place: str) -> AsyncIterator[Any]:
        raise NotImplementedError

    async def create_solo_session(
        self,
        **body: Unpack[m.CreateSoloIn],
    ) -> m.Joined:
        """Create a session for the caller alone, already active, and join it."""
        call = Call(
            "POST",
            "/api/v1/classroom/sessions/solo/",
            json=dict(body),
        )
        return cast("m.Joined", await self._json(call))

    async def list_my_sessions(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: Sequence[m.SessionStatus] | None = None,
        from_: str | None = None,
        to: str | None = None,
        title: str | None = None,
        q: str | None = None,
        series: str | None = None,
        planned: bool | None = None,
        order: Literal["newest", "soonest"] | None = None,
    ) -> m.SessionPage:
        """List the sessions that the caller hosts or has a seat in, newest first.

        The time of a session is when it started or, until then, when it is planned for or was
        created.

        `cursor`: Of the page before.

        `status`: May be repeated.

        `from_`: Not before.

        `to`: Before.

        `title`: Is part of the title, in any case.

        `q`: Is part of the title or of the name of somebody with a seat, in any case.

        `series`: The `series_id` of a session.

        `planned`: Only those with a planned beginning, or without one.

        `order`: `soonest`: by their times, the earliest first.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/sessions/my/",
            query={
                "limit": limit,
                "cursor": cursor,
                "status": status,
                "from": from_,
                "to": to,
                "title": title,
                "q": q,
                "series": series,
                "planned": planned,
                "order": order,
            },
            is_repeatable=True,
        )
        return cast("m.SessionPage", await self._json(call))

    def each_my_sessions(
        self,
        *,
        limit: int | None = None,
        status: Sequence[m.SessionStatus] | None = None,
        from_: str | None = None,
        to: str | None = None,
        title: str | None = None,
        q: str | None = None,
        series: str | None = None,
        planned: bool | None = None,
        order: Literal["newest", "soonest"] | None = None,
    ) -> AsyncIterator[m.SessionOut]:
        """Iterate over all that `list_my_sessions` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/classroom/sessions/my/",
            query={
                "limit": limit,
                "status": status,
                "from": from_,
                "to": to,
                "title": title,
                "q": q,
                "series": series,
                "planned": planned,
                "order": order,
            },
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def get_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Return a session; its access code only to the host.

        Its `ETag` is another one after each change; the time that it has been active is no change.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/", session_id),
            is_repeatable=True,
        )
        return cast("m.SessionOut", await self._json(call))

    async def change_session(
        self,
        session_id: str,
        /,
        *,
        if_match: str | None = None,
        **body: Unpack[m.PatchSessionIn],
    ) -> m.SessionOut:
        """Change the title, the plan or the settings, also while people are in it. For the host.

        Of a session that is over the title alone. Everyone in the room is told (`session_update`).
        What is absent stays as it is. Operators, and the platform whose person hosts the session
        (`scope` `platform`), may also change its `host`; who was it stays as a student.

        `if_match`: Change it only if it is still the one of this tag.
        """
        call = Call(
            "PATCH",
            path_of("/api/v1/classroom/sessions/{}/", session_id),
            headers={"if-match": if_match},
            json=dict(body),
        )
        return cast("m.SessionOut", await self._json(call))

    async def delete_session(
        self,
        session_id: str,
        /,
    ) -> m.DeletedOut:
        """Delete a session that is over, with everything in it, for good. For its own host.

        Board, history, chat, attendance, and what platforms have not read of it yet. It is gone
        from the disk within a minute.
        """
        call = Call(
            "DELETE",
            path_of("/api/v1/classroom/sessions/{}/", session_id),
            is_repeatable=True,
        )
        return cast("m.DeletedOut", await self._json(call))

    async def start_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Begin the lesson: from `scheduled` or `waiting` to `active`. For the host."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/start/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def pause_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Close the board to all but the host: `active` to `paused`. Needs `can_pause`."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/pause/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def resume_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Go on: from `paused` to `active`. Needs `can_pause`."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/resume/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def complete_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """End the lesson as planned; everyone is let go. Needs `can_terminate`."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/complete/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def terminate_session(
        self,
        session_id: str,
        /,
        **body: Unpack[m.TerminateIn],
    ) -> m.SessionOut:
        """Break the lesson off; everyone is let go. Needs `can_terminate`."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/terminate/", session_id),
            json=dict(body),
        )
        return cast("m.SessionOut", await self._json(call))

    async def reopen_session(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Have a lesson that was completed go on: from `completed` to `active`. For the host.

        Within `rooms.reopen_days` of its end, and while it is kept; `reopens_until` of the session
        says until when. Its time goes on when somebody comes. A lesson that was terminated, that
        expired, or whose booking goes on in another one, stays over; so does one whose host was
        erased. Operators are bound by no time.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/reopen/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def save_board(
        self,
        session_id: str,
        /,
    ) -> m.SavedOut:
        """Take a snapshot of the board as it is now. Needs `can_draw`.

        A board that is saved already is not saved again: the answer is that version.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/save/", session_id),
        )
        return cast("m.SavedOut", await self._json(call))

    async def join_session(
        self,
        session_id: str,
        /,
        **body: Unpack[m.JoinIn],
    ) -> m.Joined:
        """Take a seat and get the token that opens the session's WebSocket.

        The host, and whoever has a seat or an invitation, needs nothing but their token. Others
        need the access code; a guest, who has no token, also a name. The answer to a wrong code is
        the same as to a session that does not exist. A guest who comes back has their seat again:
        with their room token, or when that has expired with the `seat_key` that came with the
        first one.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/join/", session_id),
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.Joined", await self._json(call))

    async def read_invitation(
        self,
        session_id: str,
        /,
        **body: Unpack[m.InvitationIn],
    ) -> m.InvitationOut:
        """Tell whoever may join what they are invited to, before they take a seat.

        It needs what `join` needs, without a name. A wrong code counts as one there.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/invitation/", session_id),
            json=dict(body),
        )
        return cast("m.InvitationOut", await self._json(call))

    async def renew_token(
        self,
        session_id: str,
        /,
        **body: Unpack[m.SeatIn],
    ) -> m.RenewedOut:
        """Get another room token for a seat that one has, without coming in.

        By a token of one's own, or a guest by their seat key. Also when the session is over: the
        token then opens what can be read of it. The answer to a key that opens nothing is that to
        a wrong code, and it counts as one.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/token/", session_id),
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.RenewedOut", await self._json(call))

    async def leave_session(
        self,
        session_id: str,
        /,
        **body: Unpack[m.SeatIn],
    ) -> m.LeftOut:
        """Give up a guest's seat for good: its key and its tokens are void, wherever they are kept.

        Connections are closed within seconds. Whoever comes again by the link is somebody new.
        Those who signed in sign out.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/leave/", session_id),
            json=dict(body),
        )
        return cast("m.LeftOut", await self._json(call))

    async def list_participants(
        self,
        session_id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.Roster:
        """List everyone with a seat, in the order in which they first took it.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/participants/", session_id),
            query={"limit": limit, "cursor": cursor},
            is_repeatable=True,
        )
        return cast("m.Roster", await self._json(call))

    def each_participants(
        self,
        session_id: str,
        /,
        *,
        limit: int | None = None,
    ) -> AsyncIterator[m.RosterSeat]:
        """Iterate over all that `list_participants` lists, a page after the other."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/participants/", session_id),
            query={"limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def invite_participant(
        self,
        session_id: str,
        /,
        **body: Unpack[m.InviteIn],
    ) -> m.ParticipantOut:
        """Invite a person, who then joins without a code; also one who was kicked. Needs
        `can_invite`.

        By `user_id` people of this session are found, by `subject` those of the caller's own
        platform.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/participants/", session_id),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def admit_participant(
        self,
        user_id: int,
        session_id: str,
        /,
    ) -> m.ParticipantOut:
        """Let a person in who waits, or will wait, in the waiting room. Needs `can_invite`.

        To decline, kick them.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/admit/{}/", session_id, user_id),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def kick_participant(
        self,
        user_id: int,
        session_id: str,
        /,
        **body: Unpack[m.KickIn],
    ) -> m.ParticipantOut:
        """Remove a participant and void their tokens until they are invited again. Needs `can_kick`."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/kick/{}/", session_id, user_id),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def change_access_code(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Give the session another access code: links from before open nothing. For the host.

        Who has a seat or an invitation comes in as before, with their token.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/access_code/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def set_permissions(
        self,
        session_id: str,
        /,
        **body: Unpack[m.PermissionsIn],
    ) -> m.PermissionsOut:
        """Grant and withdraw, for one participant or a whole role, from this moment on. For the host.

        Nobody grants what they do not have.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/permissions/", session_id),
            json=dict(body),
        )
        return cast("m.PermissionsOut", await self._json(call))

    async def set_role(
        self,
        user_id: int,
        session_id: str,
        /,
        **body: Unpack[m.RoleIn],
    ) -> m.ParticipantOut:
        """Make a participant a host beside you, or a student or viewer again. For the host.

        From another host only the session's own host takes the role; they keep theirs.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/role/{}/", session_id, user_id),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def set_media(
        self,
        session_id: str,
        /,
        **body: Unpack[m.MediaIn],
    ) -> m.MediaOut:
        """Turn one's own tracks on or off; only while connected.

        Turning on needs `can_toggle_video`, `can_toggle_audio` or `can_share_screen`.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/media/", session_id),
            json=dict(body),
        )
        return cast("m.MediaOut", await self._json(call))

    async def list_snapshots(
        self,
        session_id: str,
        /,
        *,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.SnapshotPage:
        """List what was saved of the board, newest first. Needs `can_export`.

        Once the session is over, for whoever may look back: see `timeline/`. Snapshots are for
        finding one's way: the board can be had as it was after any event.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/snapshots/", session_id),
            query={"limit": limit, "cursor": cursor},
            is_repeatable=True,
        )
        return cast("m.SnapshotPage", await self._json(call))

    def each_snapshots(
        self,
        session_id: str,
        /,
        *,
        limit: int | None = None,
    ) -> AsyncIterator[m.SnapshotOut]:
        """Iterate over all that `list_snapshots` lists, a page after the other."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/snapshots/", session_id),
            query={"limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def get_version(
        self,
        version: int,
        session_id: str,
        /,
    ) -> Mapping[str, Any]:
        """Return the board as it was after event `version`, saved then or not. Needs `can_export`.

        Once the session is over, for whoever may look back: see `timeline/`. There are versions
        from 1 to the newest event. One person is sent one large answer at a time.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/snapshots/{}/", session_id, version),
            is_repeatable=True,
        )
        return cast("Mapping[str, Any]", await self._json(call))

    async def restore_version(
        self,
        version: int,
        session_id: str,
        /,
    ) -> m.RestoredOut:
        """Make the board what it was after event `version`. For the host.

        The board as it is now is saved first. Everyone sees the change as an event; the host can
        undo it, and nobody is thrown out.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/snapshots/{}/restore/", session_id, version),
        )
        return cast("m.RestoredOut", await self._json(call))

    async def get_timeline(
        self,
        session_id: str,
        /,
        *,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> m.TimelinePage:
        """List what happened, oldest first, as JSON or as CSV. For the host.

        Once the session is over also for whoever has a seat in it, where `settings.history_policy`
        is `all`: what was drawn and written, and the course of the lesson. Who came and went when,
        and was permitted what, is the business of the host and the operator alone.

        `type`: May be repeated.

        `user_id`: Who caused it.

        `after`: Only with a greater `seq`.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/timeline/", session_id),
            query={"type": type, "user_id": user_id, "after": after, "limit": limit},
            is_repeatable=True,
        )
        return cast("m.TimelinePage", await self._json(call))

    async def get_timeline_file(
        self,
        session_id: str,
        /,
        *,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        after: int | None = None,
        limit: int | None = None,
        format: m.TimelineFormat | None = None,
    ) -> bytes:
        """List what happened, oldest first, as JSON or as CSV. For the host.

        Once the session is over also for whoever has a seat in it, where `settings.history_policy`
        is `all`: what was drawn and written, and the course of the lesson. Who came and went when,
        and was permitted what, is the business of the host and the operator alone.

        `type`: May be repeated.

        `user_id`: Who caused it.

        `after`: Only with a greater `seq`.

        `format`: Goes before the `Accept` header.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/timeline/", session_id),
            query={
                "type": type,
                "user_id": user_id,
                "after": after,
                "limit": limit,
                "format": format,
            },
            is_repeatable=True,
        )
        return await self._bytes(call)

    def get_timeline_stream(
        self,
        session_id: str,
        /,
        *,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        after: int | None = None,
        limit: int | None = None,
        format: m.TimelineFormat | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `get_timeline` tells.

        `type`: May be repeated.

        `user_id`: Who caused it.

        `after`: Only with a greater `seq`.

        `format`: Goes before the `Accept` header.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/timeline/", session_id),
            query={
                "type": type,
                "user_id": user_id,
                "after": after,
                "limit": limit,
                "format": format,
            },
            is_repeatable=True,
        )
        return self._stream(call)

    def each_timeline(
        self,
        session_id: str,
        /,
        *,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.TimelineEntry]:
        """Iterate over all that `get_timeline` lists, a page after the other."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/timeline/", session_id),
            query={"type": type, "user_id": user_id, "limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "after")

    async def get_chat(
        self,
        session_id: str,
        /,
        *,
        before: int | None = None,
        limit: int | None = None,
        q: str | None = None,
    ) -> m.ChatPage:
        """List the newest messages of the chat, or those before one. For everyone in the session.

        Whoever is connected gets new ones as they are written; this is for what was there before.
        What was written to one person is listed for the two and for who leads the session.

        `before`: Only with a smaller `seq`.

        `q`: Only what has this in it, in small letters or capitals. A page may then have few
        messages, or none, and `next_before` for those further back.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/chat/", session_id),
            query={"before": before, "limit": limit, "q": q},
            is_repeatable=True,
        )
        return cast("m.ChatPage", await self._json(call))

    def each_chat(
        self,
        session_id: str,
        /,
        *,
        limit: int | None = None,
        q: str | None = None,
    ) -> AsyncIterator[m.ChatMessageOut]:
        """Iterate over all that `get_chat` lists, a page after the other."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/chat/", session_id),
            query={"limit": limit, "q": q},
            is_repeatable=True,
        )
        return self._pages(call, "before")

    async def remove_message(
        self,
        seq: int,
        session_id: str,
        /,
    ) -> None:
        """Remove a message: one's own, or, who leads the session, anybody's.

        Its text is gone for good, from the chat, the log and all exports; that it was there, and
        who removed it when, stays.
        """
        call = Call(
            "DELETE",
            path_of("/api/v1/classroom/sessions/{}/chat/{}/", session_id, seq),
            is_repeatable=True,
        )
        await self._json(call)

    async def get_stats(
        self,
        session_id: str,
        /,
    ) -> m.StatsOut:
        """Return a session in numbers: time, people, events, board. For the host.

        Times are exact to the millisecond, through reconnects and restarts: of a server that died,
        the last event counts as the moment when those in the room were last seen.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/stats/", session_id),
            is_repeatable=True,
        )
        return cast("m.StatsOut", await self._json(call))

    async def get_report(
        self,
        session_id: str,
        /,
        *,
        language: m.Language | None = None,
        zone: str | None = None,
    ) -> m.ReportOut:
        """Return who was there, spoke and wrote in a session, page by page. For the host.

        It is worked out of the whole log as it is now, and agrees with `stats/`; it counts as a
        drawing (`limits.exports_per_min`), and a person has one at a time. `csv` has a row for
        each person. `html` is one file to read, print and keep, with a small picture of each page
        where they can be drawn: it runs nothing and fetches nothing.

        `language`: Of the page to print.

        `zone`: Of its times, as in Europe/Kyiv.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/report/", session_id),
            query={"language": language, "zone": zone},
            is_repeatable=True,
        )
        return cast("m.ReportOut", await self._json(call))

    async def get_report_file(
        self,
        session_id: str,
        /,
        *,
        format: m.ReportFormat | None = None,
        language: m.Language | None = None,
        zone: str | None = None,
    ) -> bytes:
        """Return who was there, spoke and wrote in a session, page by page. For the host.

        It is worked out of the whole log as it is now, and agrees with `stats/`; it counts as a
        drawing (`limits.exports_per_min`), and a person has one at a time. `csv` has a row for
        each person. `html` is one file to read, print and keep, with a small picture of each page
        where they can be drawn: it runs nothing and fetches nothing.

        `language`: Of the page to print.

        `zone`: Of its times, as in Europe/Kyiv.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/report/", session_id),
            query={"format": format, "language": language, "zone": zone},
            is_repeatable=True,
        )
        return await self._bytes(call)

    def get_report_stream(
        self,
        session_id: str,
        /,
        *,
        format: m.ReportFormat | None = None,
        language: m.Language | None = None,
        zone: str | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `get_report` tells.

        `language`: Of the page to print.

        `zone`: Of its times, as in Europe/Kyiv.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/report/", session_id),
            query={"format": format, "language": language, "zone": zone},
            is_repeatable=True,
        )
        return self._stream(call)

    async def send_file(
        self,
        session_id: str,
        content: Content,
        /,
        *,
        media_type: str,
        name: str,
        client_id: str,
        text: str | None = None,
        to: int | None = None,
        reply_to: int | None = None,
    ) -> m.SentOut:
        """Send a file in the chat, with a text or without one: the body is the file.

        For whoever is in the room and may write, to whom they may write (PROTOCOL CH-2, CH-4,
        CH-5). What it is, its content says: pictures are encoded anew, without metadata; PDF,
        office documents and text are handed out as they came, to be saved and never to be opened
        in the page.

        `client_id`: Chosen by the client for this file alone: sent again, it is there once.

        `media_type`: image/png, image/jpeg, image/webp, image/gif, application/pdf,
        application/vnd.openxmlformats-officedocument.wordprocessingml.document,
        application/vnd.openxmlformats-officedocument.presentationml.presentation,
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,
        application/vnd.oasis.opendocument.text, application/vnd.oasis.opendocument.presentation,
        application/vnd.oasis.opendocument.spreadsheet, application/msword,
        application/vnd.ms-powerpoint, application/vnd.ms-excel, application/rtf, text/rtf,
        text/plain, text/csv, text/markdown.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/files/", session_id),
            query={
                "name": name,
                "client_id": client_id,
                "text": text,
                "to": to,
                "reply_to": reply_to,
            },
            content=content,
            media_type=media_type,
        )
        return cast("m.SentOut", await self._json(call))

    async def get_chat_file(
        self,
        seq: int,
        session_id: str,
        /,
    ) -> bytes:
        """Return the file that came with a message, for those who may read that.

        Pictures to be shown; everything else to be saved.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/chat/{}/file/", session_id, seq),
            is_repeatable=True,
        )
        return await self._bytes(call)

    def get_chat_file_stream(
        self,
        seq: int,
        session_id: str,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `get_chat_file` tells."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/chat/{}/file/", session_id, seq),
            is_repeatable=True,
        )
        return self._stream(call)

    async def import_board(
        self,
        session_id: str,
        content: Content,
        /,
        *,
        media_type: str,
        after: str | None = None,
    ) -> m.BoardFilesImportedOut:
        """Add all pages of a board that was exported, here or elsewhere: the body is the file.

        A board file (`format=lessonroom`) brings what it shows; of an export as JSON everything
        must lie on this server, in sessions that the caller has to do with. What is here already
        is not taken in again; other pictures are decoded and encoded anew. Needs `can_add_layers`
        and `can_draw`, and `can_upload_images` where there are pictures. It is one event, which
        one step of undo takes back; where one page of it cannot be, none is added. Elements become
        the caller's.

        `after`: Behind which page of the board; absent: at the end.

        `media_type`: application/vnd.lessonroom.board+zip, application/zip, application/json.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/import/", session_id),
            query={"after": after},
            content=content,
            media_type=media_type,
        )
        return cast("m.BoardFilesImportedOut", await self._json(call))

    async def create_session(
        self,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[m.CreateSessionIn],
    ) -> m.SessionOut:
        """Create a session; the caller is its host.

        With an `external_id` that the caller has used before, that session is returned as it is.
        With a `board`, as an export has it, or a `template`, which is on the caller's shelf or
        shared, the session begins with it; its elements become the host's. With an
        `Idempotency-Key` the same request within a day gets the same reply; the same key with
        another body is refused.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/sessions/",
            json=dict(body),
            idempotency_key=idempotency_key,
            takes_key=True,
        )
        return cast("m.SessionOut", await self._json(call))

    async def export_board(
        self,
        session_id: str,
        /,
        *,
        version: int | None = None,
        page: str | None = None,
    ) -> Mapping[str, Any]:
        """Return the board, as it is or as it was at any version, as a file. Needs `can_export`.

        JSON holds everything but images, and `board` in it can begin a new session on this server.
        `lessonroom` is a board file: that JSON, and all that it shows, to be opened by `import/`
        of any lesson, on other servers, too. Drawings show what is visible; hidden layers are left
        out. `png.zip` and `svg.zip` hold a drawing of each page.

        `version`: A `seq`; the newest where absent.

        `page`: Of a drawing, by id or by number from 1; where absent the first, of a PDF or a zip
        all.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/export/", session_id),
            query={"version": version, "page": page},
            is_repeatable=True,
        )
        return cast("Mapping[str, Any]", await self._json(call))

    async def export_board_file(
        self,
        session_id: str,
        /,
        *,
        format: m.ExportFormat | None = None,
        version: int | None = None,
        page: str | None = None,
    ) -> bytes:
        """Return the board, as it is or as it was at any version, as a file. Needs `can_export`.

        JSON holds everything but images, and `board` in it can begin a new session on this server.
        `lessonroom` is a board file: that JSON, and all that it shows, to be opened by `import/`
        of any lesson, on other servers, too. Drawings show what is visible; hidden layers are left
        out. `png.zip` and `svg.zip` hold a drawing of each page.

        `version`: A `seq`; the newest where absent.

        `page`: Of a drawing, by id or by number from 1; where absent the first, of a PDF or a zip
        all.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/export/", session_id),
            query={"format": format, "version": version, "page": page},
            is_repeatable=True,
        )
        return await self._bytes(call)

    def export_board_stream(
        self,
        session_id: str,
        /,
        *,
        format: m.ExportFormat | None = None,
        version: int | None = None,
        page: str | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `export_board` tells.

        `version`: A `seq`; the newest where absent.

        `page`: Of a drawing, by id or by number from 1; where absent the first, of a PDF or a zip
        all.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/export/", session_id),
            query={"format": format, "version": version, "page": page},
            is_repeatable=True,
        )
        return self._stream(call)

    async def upload_image(
        self,
        session_id: str,
        content: Content,
        /,
        *,
        media_type: str,
    ) -> m.AssetOut:
        """Take in an image for the board: the body is the file. Needs `can_upload_images`.

        PNG, JPEG, WebP and GIF, told by their content, are decoded and encoded anew: upright,
        without metadata, of an animation the first picture. Metadata that is broken or huge does
        no harm. The same image again is the same asset.

        `media_type`: image/png, image/jpeg, image/webp, image/gif.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/assets/", session_id),
            content=content,
            media_type=media_type,
        )
        return cast("m.AssetOut", await self._json(call))

    async def get_image(
        self,
        asset: str,
        /,
    ) -> bytes:
        """Return an image of a session that the caller has to do with, or of their shelf.

        Or the words of a page, which are a file, too.

        Words are what is written on a page of a document, in UTF-8, a line to a line: the `text`
        of a page's background.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/assets/{}", asset),
            is_repeatable=True,
        )
        return await self._bytes(call)

    def get_image_stream(
        self,
        asset: str,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `get_image` tells."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/assets/{}", asset),
            is_repeatable=True,
        )
        return self._stream(call)

    async def import_document(
        self,
        session_id: str,
        content: Content,
        /,
        *,
        media_type: str,
        pages: str | None = None,
        after: str | None = None,
        title: str | None = None,
    ) -> m.DocumentOut:
        """Have each page of a document become a page of the board: the body is the file.

        PDF always; documents of office programs where the server has LibreOffice
        (`documents.office`), which makes a PDF of them first, without macros and without what they
        link to: that takes seconds, and what is wrong with one is told as `failed`, with `error`.
        Otherwise those are `unsupported_media_type`, with what is taken.

        Needs `can_upload_images` and `can_add_layers` as long as it lasts: pages come one by one,
        and everyone sees each as soon as it is there. `GET` tells how far it is. Each is a picture
        under all layers, as large on the board as on paper (96 units to the inch).

        `pages`: Which pages, in this order; all where it is absent.

        `after`: Behind which page of the board; absent: at the end.

        `title`: Of its pages; absent: what the document says.

        `media_type`: application/pdf,
        application/vnd.openxmlformats-officedocument.wordprocessingml.document,
        application/vnd.openxmlformats-officedocument.presentationml.presentation,
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet,
        application/vnd.oasis.opendocument.text, application/vnd.oasis.opendocument.presentation,
        application/vnd.oasis.opendocument.spreadsheet, application/msword,
        application/vnd.ms-powerpoint, application/vnd.ms-excel, application/rtf, text/rtf.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/documents/", session_id),
            query={"pages": pages, "after": after, "title": title},
            content=content,
            media_type=media_type,
        )
        return cast("m.DocumentOut", await self._json(call))

    async def get_document(
        self,
        document_id: str,
        session_id: str,
        /,
    ) -> m.DocumentOut:
        """Tell how far the import of a document is.

        The server forgets that some time after it ended; pages that were added stay.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/documents/{}/", session_id, document_id),
            is_repeatable=True,
        )
        return cast("m.DocumentOut", await self._json(call))

    async def cancel_document(
        self,
        document_id: str,
        session_id: str,
        /,
    ) -> m.DocumentOut:
        """End the import of a document; for whoever began it, and for a host.

        Pages that were added stay. One that is over stays as it ended.
        """
        call = Call(
            "DELETE",
            path_of("/api/v1/classroom/sessions/{}/documents/{}/", session_id, document_id),
            is_repeatable=True,
        )
        return cast("m.DocumentOut", await self._json(call))

    async def preview_document(
        self,
        session_id: str,
        content: Content,
        /,
        *,
        first: int | None = None,
    ) -> m.DocumentPreviewOut:
        """Show some pages of a PDF to who may import it, to choose from: the body is the file.

        Nothing of it is kept. For more pages, send it again.

        `first`: The page to begin at.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/documents/preview/", session_id),
            query={"first": first},
            content=content,
            media_type="application/pdf",
        )
        return cast("m.DocumentPreviewOut", await self._json(call))

    async def set_formula(
        self,
        session_id: str,
        /,
        **body: Unpack[m.FormulaIn],
    ) -> m.FormulaOut:
        """Have TeX drawn, for a `formula` element or to look at. Needs `can_draw`.

        What is not understood is `invalid`, with the place in `field`: `tex[12]` is its character
        12, counted from 0. There are no macros and no colours. The same formula again is the same
        asset.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/formulas/", session_id),
            json=dict(body),
        )
        return cast("m.FormulaOut", await self._json(call))

    async def start_recording(
        self,
        session_id: str,
        /,
    ) -> m.RecordingOn:
        """Begin to record an active session; where that goes on already, it goes on. For the host.

        Of each person only what they agree to is kept.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/recording/start/", session_id),
        )
        return cast("m.RecordingOn", await self._json(call))

    async def stop_recording(
        self,
        session_id: str,
        /,
    ) -> m.Recordings:
        """End the recording, if there is one, and return all that there are. For the host."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/recording/stop/", session_id),
        )
        return cast("m.Recordings", await self._json(call))

    async def answer_recording(
        self,
        session_id: str,
        /,
        **body: Unpack[m.ConsentIn],
    ) -> m.ParticipantOut:
        """Say whether one may be recorded: for oneself alone, and only with a seat.

        It may be taken back at any time. Whoever has not answered is not recorded.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/recording/consent/", session_id),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def record_participant(
        self,
        user_id: int,
        session_id: str,
        /,
        **body: Unpack[m.LeaveOutIn],
    ) -> m.ParticipantOut:
        """Keep somebody out of recordings, or not any more; nobody is forced into one. For the host."""
        call = Call(
            "POST",
            path_of(
                "/api/v1/classroom/sessions/{}/participants/{}/recording/", session_id, user_id
            ),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def list_recordings(
        self,
        session_id: str,
        /,
    ) -> m.Recordings:
        """List the recordings of a session, oldest first.

        For the host and operators; where `settings.recording.listeners` is `participants` for
        whoever was let in and not removed.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/recordings/", session_id),
            is_repeatable=True,
        )
        return cast("m.Recordings", await self._json(call))

    async def open_take(
        self,
        session_id: str,
        /,
        **body: Unpack[m.TakeIn],
    ) -> m.TakeOpenedOut:
        """Begin to send what one's browser records of one of one's own tracks.

        While a recording is on, for whoever has agreed to it and may send the track. One take for
        each time that a track is on: another device, or on again, is another take.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/takes/", session_id),
            json=dict(body),
        )
        return cast("m.TakeOpenedOut", await self._json(call))

    async def send_chunk(
        self,
        n: int,
        take_id: str,
        content: Content,
        /,
        *,
        take_at: int,
        take_key: str,
    ) -> m.NextChunk:
        """Take in a chunk: 200 says that it is on the disk, and which number comes next.

        The same one again changes nothing. Another than the next, or other bytes under a number
        that is there: 409, and `Take-Next` says where to go on.

        `take_at`: Room time of its end, ms.
        """
        call = Call(
            "PUT",
            path_of("/api/v1/classroom/takes/{}/chunks/{}", take_id, n),
            headers={"Take-At": take_at, "Take-Key": take_key},
            content=content,
            media_type="application/octet-stream",
            is_repeatable=True,
        )
        return cast("m.NextChunk", await self._json(call))

    async def close_take(
        self,
        take_id: str,
        /,
        *,
        take_key: str,
        **body: Unpack[m.CloseIn],
    ) -> m.NextChunk:
        """Say that no chunk follows: all that were sent are there, and the take is complete."""
        call = Call(
            "POST",
            path_of("/api/v1/classroom/takes/{}/close/", take_id),
            headers={"Take-Key": take_key},
            json=dict(body),
        )
        return cast("m.NextChunk", await self._json(call))

    async def get_take(
        self,
        take_id: str,
        /,
    ) -> m.TakeOut:
        """Return a take, sealed with what has come of it by now. For listeners of its session."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/takes/{}/", take_id),
            is_repeatable=True,
        )
        return cast("m.TakeOut", await self._json(call))

    async def delete_take(
        self,
        take_id: str,
        /,
    ) -> m.NextChunk:
        """Delete a take for good: one's own, or as a host any of the session."""
        call = Call(
            "DELETE",
            path_of("/api/v1/classroom/takes/{}/", take_id),
            is_repeatable=True,
        )
        return cast("m.NextChunk", await self._json(call))

    async def get_media(
        self,
        take_id: str,
        /,
        *,
        download: bool | None = None,
    ) -> bytes:
        """Return what was recorded, on room time. `Range` is understood. For listeners.

        `download`: As a file to keep: for downloaders.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/takes/{}/media", take_id),
            query={"download": download},
            is_repeatable=True,
        )
        return await self._bytes(call)

    def get_media_stream(
        self,
        take_id: str,
        /,
        *,
        download: bool | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `get_media` tells.

        `download`: As a file to keep: for downloaders.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/takes/{}/media", take_id),
            query={"download": download},
            is_repeatable=True,
        )
        return self._stream(call)

    async def replay_board(
        self,
        session_id: str,
        /,
        *,
        after: int | None = None,
    ) -> Mapping[str, Any]:
        """List all changes of the board with their operations, oldest first. For the host.

        Once the session is over, for whoever may look back: see `timeline/`. A client folds them,
        from a new board on, as it does those of the WebSocket; `at` is the time by which takes are
        laid beside them. A page has at most 1 MiB of operations, or one event; `next_after` is for
        the page after it, null at the end.

        `after`: Only with a greater `seq`.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/replay/", session_id),
            query={"after": after},
            is_repeatable=True,
        )
        return cast("Mapping[str, Any]", await self._json(call))

    async def pack_lesson(
        self,
        session_id: str,
        /,
    ) -> bytes:
        """Return all of a session as one ZIP that is made meanwhile. For the host and operators.

        The log with a chain of hashes, people, the board and its pages as JSON and drawings,
        files, the chat, and what was recorded; `manifest.json`, its last entry, has the SHA-256 of
        each, and says what could not be read. `lessonroom pack check` finds what was changed
        since. It holds what was written to one person alone, too. Each person has one at a time.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/pack/", session_id),
            is_repeatable=True,
        )
        return await self._bytes(call)

    def pack_lesson_stream(
        self,
        session_id: str,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `pack_lesson` tells."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/sessions/{}/pack/", session_id),
            is_repeatable=True,
        )
        return self._stream(call)

    async def import_lesson(
        self,
        content: Content,
        /,
        *,
        people: str | None = None,
        as_user: int | None = None,
    ) -> m.PackImportImportedOut:
        """Take up a lesson pack, of this server or another: the body is the file.

        Everything in it is checked before anything is written, and it comes in whole or not at
        all: an ended lesson with new ids, whose log, board and recordings are those of the pack.
        Whoever takes it up leads it from now on, in the place of its host. Whom `people` does not
        name stays a name. Each time makes a lesson of its own: `copies` names those that were
        there already.

        `people`: Who of the pack is whom here, as JSON: by name or number in the pack, the number
        of a user. People of one's own lessons (`GET /people/`); operators: anybody.

        `as_user`: For operators: whose lesson it is to be.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/sessions/import/",
            query={"people": people, "as_user": as_user},
            content=content,
            media_type="application/zip",
        )
        return cast("m.PackImportImportedOut", await self._json(call))

    async def continue_session(
        self,
        session_id: str,
        /,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[m.ContinueIn],
    ) -> m.SessionOut:
        """Make the next lesson of the series, with this one's board, people and settings.

        For the session's own host, while it goes on and when it is over. Its pages are copied by
        the server, and what somebody drew who has a place in it stays theirs; images and documents
        are on the disk once, whoever shows them. The new lesson has a link of its own; guests,
        whose seats are of one session, come by that. With `into` a lesson that is planned already
        has all this, as one change of its board; without `in_series` it is a copy. With an
        `Idempotency-Key` the same request within a day gets the same reply.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/continue/", session_id),
            json=dict(body),
            idempotency_key=idempotency_key,
            takes_key=True,
        )
        return cast("m.SessionOut", await self._json(call))

    async def launch_session(
        self,
        **body: Unpack[m.LaunchIn],
    ) -> m.LaunchOut:
        """Find a session, or make it, seat people in it, and get a link for each of them.

        For platforms, with a token that they sign (`scope` `platform`), and operators. The same
        call again finds the same session, changes nothing, and gives fresh links; calls for one
        session are answered one after the other, so that two at once do not make two. Who is not
        named keeps their seat; whom a host has removed has no link. A session that is found stays
        as it is planned; of its people those roles change that are said. All of it is done, or
        nothing.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/launch/",
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.LaunchOut", await self._json(call))

    async def create_series(
        self,
        *,
        idempotency_key: str | None = None,
        **body: Unpack[m.SeriesIn],
    ) -> m.SeriesOut:
        """Plan lessons that repeat, all of them or none; the caller is their host.

        Each is a session of its own, with a link of its own, and all have one `series_id`. They
        keep their time by the clock on the wall of the zone, in summer and in winter. With an
        `Idempotency-Key` the same request within a day gets the same reply.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/series/",
            json=dict(body),
            idempotency_key=idempotency_key,
            takes_key=True,
        )
        return cast("m.SeriesOut", await self._json(call))

    async def change_series(
        self,
        series_id: str,
        /,
        **body: Unpack[m.SeriesPatch],
    ) -> m.SeriesOut:
        """Change lessons of a series that have not begun: all, or one and those after it.

        For who hosts them. A new time of the day, and days earlier or later, go by the clock on
        the wall of `zone`. One lesson alone is changed by `PATCH /sessions/{id}/`.
        """
        call = Call(
            "PATCH",
            path_of("/api/v1/classroom/series/{}/", series_id),
            json=dict(body),
        )
        return cast("m.SeriesOut", await self._json(call))

    async def cancel_series(
        self,
        series_id: str,
        /,
        **body: Unpack[m.CancelSeriesIn],
    ) -> m.SeriesOut:
        """Call off lessons of a series that have not begun: all, or one and those after it.

        For who hosts them. They are terminated, and stand in calendars as cancelled.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/series/{}/cancel/", series_id),
            json=dict(body),
        )
        return cast("m.SeriesOut", await self._json(call))

    async def list_my_people(
        self,
        *,
        name: str | None = None,
        limit: int | None = None,
    ) -> m.PeoplePage:
        """List whom the caller's lessons were for, those of the newest lessons first; no guests.

        `name`: Is part of the name, in any case.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/people/",
            query={"name": name, "limit": limit},
            is_repeatable=True,
        )
        return cast("m.PeoplePage", await self._json(call))

    async def get_my_calendar(
        self,
    ) -> m.CalendarOut:
        """Return the address of the caller's calendar, where they have one."""
        call = Call(
            "GET",
            "/api/v1/classroom/me/calendar/",
            is_repeatable=True,
        )
        return cast("m.CalendarOut", await self._json(call))

    async def renew_my_calendar(
        self,
    ) -> m.CalendarOut:
        """Give the caller's calendar another address; the one from before opens nothing any more.

        Whoever knows the address reads when which lessons of the caller are, those that they host
        and those that they have a seat in. It opens no lesson.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/me/calendar/",
        )
        return cast("m.CalendarOut", await self._json(call))

    async def close_my_calendar(
        self,
    ) -> m.CalendarOut:
        """Take the address of the caller's calendar back. Signing out everywhere does so, too."""
        call = Call(
            "DELETE",
            "/api/v1/classroom/me/calendar/",
            is_repeatable=True,
        )
        return cast("m.CalendarOut", await self._json(call))

    async def read_calendar(
        self,
        key: str,
        /,
    ) -> bytes:
        """Return somebody's lessons as a calendar (RFC 5545), for whoever knows its address.

        Those of the last 90 days and of the next 400, at most 500. What was called off stays in it
        as cancelled.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/calendars/{}.ics", key),
            is_repeatable=True,
        )
        return await self._bytes(call)

    def read_calendar_stream(
        self,
        key: str,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `read_calendar` tells."""
        call = Call(
            "GET",
            path_of("/api/v1/classroom/calendars/{}.ics", key),
            is_repeatable=True,
        )
        return self._stream(call)

    async def search_lessons(
        self,
        *,
        q: str,
        kind: Sequence[m.Kind] | None = None,
        session: str | None = None,
        series: str | None = None,
        per_lesson: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.HitPage:
        """Search texts on boards and in documents, formulas, page titles, the chat, titles and
        people.

        Of lessons that the caller hosts or was let into, as far as they may look back: the boards
        of others' lessons are searched once those are over, where `settings.history_policy` is
        `all`. The newest lesson comes first, and in it what was written last. What is written is
        found within a minute, and so it stays: also what was changed or erased on the board
        afterwards. `seq` is the version of the board that has it (`/snapshots/`).

        `q`: Words, each the beginning of one, in any case, with or without accents. At most 8, and
        all of them have to be there.

        `kind`: May be repeated.

        `session`: In this lesson alone.

        `series`: In the lessons of this series alone.

        `per_lesson`: Of each lesson no more than these.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/search/",
            query={
                "q": q,
                "kind": kind,
                "session": session,
                "series": series,
                "per_lesson": per_lesson,
                "limit": limit,
                "cursor": cursor,
            },
            is_repeatable=True,
        )
        return cast("m.HitPage", await self._json(call))

    def each_search_lessons(
        self,
        *,
        q: str,
        kind: Sequence[m.Kind] | None = None,
        session: str | None = None,
        series: str | None = None,
        per_lesson: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.HitOut]:
        """Iterate over all that `search_lessons` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/classroom/search/",
            query={
                "q": q,
                "kind": kind,
                "session": session,
                "series": series,
                "per_lesson": per_lesson,
                "limit": limit,
            },
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def put_on_shelf(
        self,
        session_id: str,
        /,
        **body: Unpack[m.ShelfIn],
    ) -> m.ShelfItemOut:
        """Keep pages, some elements or the whole board, as they are on disk now. Needs `can_export`.

        It is a copy: what becomes of the lesson does not touch it. Its elements are the caller's,
        and its images are on the disk once, whoever shows them.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/shelf/", session_id),
            json=dict(body),
        )
        return cast("m.ShelfItemOut", await self._json(call))

    async def list_shelf(
        self,
        *,
        kind: Sequence[m.ItemKind] | None = None,
        shared: bool | None = None,
        q: str | None = None,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> m.ShelfPage:
        """List what the caller may use: what is on their shelf, and what is shared; newest first.

        `kind`: May be repeated.

        `shared`: Only what everyone may use, or only what is the caller's alone.

        `q`: Is part of the name, in any case.

        `cursor`: The `next_cursor` of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/shelf/",
            query={"kind": kind, "shared": shared, "q": q, "limit": limit, "cursor": cursor},
            is_repeatable=True,
        )
        return cast("m.ShelfPage", await self._json(call))

    def each_shelf(
        self,
        *,
        kind: Sequence[m.ItemKind] | None = None,
        shared: bool | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.ShelfItemOut]:
        """Iterate over all that `list_shelf` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/classroom/shelf/",
            query={"kind": kind, "shared": shared, "q": q, "limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def get_shelf_item(
        self,
        item_id: str,
        /,
    ) -> m.ShelfItemOut:
        """Return what is known of an item.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/shelf/{}/", item_id),
            is_repeatable=True,
        )
        return cast("m.ShelfItemOut", await self._json(call))

    async def rename_shelf_item(
        self,
        item_id: str,
        /,
        **body: Unpack[m.ShelfPatch],
    ) -> m.ShelfItemOut:
        """Give an item of one's own another name.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "PATCH",
            path_of("/api/v1/classroom/shelf/{}/", item_id),
            json=dict(body),
        )
        return cast("m.ShelfItemOut", await self._json(call))

    async def delete_shelf_item(
        self,
        item_id: str,
        /,
    ) -> None:
        """Take an item of one's own off the shelf, for everyone where it was shared.

        Lessons that have copies of it keep them.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "DELETE",
            path_of("/api/v1/classroom/shelf/{}/", item_id),
            is_repeatable=True,
        )
        await self._json(call)

    async def get_shelf_board(
        self,
        item_id: str,
        /,
    ) -> Mapping[str, Any]:
        """Return what is on an item: its pages, layers and elements.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "GET",
            path_of("/api/v1/classroom/shelf/{}/board/", item_id),
            is_repeatable=True,
        )
        return cast("Mapping[str, Any]", await self._json(call))

    async def bring_images_from_shelf(
        self,
        item_id: str,
        session_id: str,
        /,
    ) -> m.BroughtOut:
        """Have a lesson's board be able to show the images of an item: for elements that one puts.

        Needs `can_upload_images` for pictures, `can_draw` for formulas. Pages bring theirs by
        themselves, with the command `copy_page`.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "POST",
            path_of("/api/v1/classroom/sessions/{}/shelf/{}/images/", session_id, item_id),
        )
        return cast("m.BroughtOut", await self._json(call))

    async def export_my_lessons(
        self,
    ) -> bytes:
        """Return all sessions that the caller hosts, newest first, as one ZIP that is made meanwhile.

        Each has a folder with `session.json`, `board.json` (the `board` of it begins a new
        session) and `chat.json`; images, documents and files of the chat lie once in `files`, by
        the names that boards and messages have for them (`asset`). What cannot be read is named in
        `left_out.txt`. Each person has one at a time.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/me/lessons.zip",
            is_repeatable=True,
        )
        return await self._bytes(call)

    def export_my_lessons_stream(
        self,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `export_my_lessons` tells."""
        call = Call(
            "GET",
            "/api/v1/classroom/me/lessons.zip",
            is_repeatable=True,
        )
        return self._stream(call)

    async def list_events(
        self,
        *,
        after: int | None = None,
        limit: int | None = None,
    ) -> m.EventPage:
        """List what happened after a place: in the sessions of the platform's hosts, or in all.

        A platform calls with a token that it signs with its api key: `scope` `platform`, `iss` the
        id of the key, any `sub` and `name`. Strokes are not listed.
        """
        call = Call(
            "GET",
            "/api/v1/classroom/events/",
            query={"after": after, "limit": limit},
            is_repeatable=True,
        )
        return cast("m.EventPage", await self._json(call))

    def each_events(
        self,
        *,
        limit: int | None = None,
    ) -> AsyncIterator[m.EventOut]:
        """Iterate over all that `list_events` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/classroom/events/",
            query={"limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "after")

    async def sign_in(
        self,
        **body: Unpack[m.SignInIn],
    ) -> m.SignedInOut:
        """Exchange the code of a printed link for a user token; it works once.

        The token lasts for `auth.sign_in_days`, and is renewed by `sign-in/renew/`. A code that
        somebody has by way of the school's provider is for a token of `oidc.sign_in_hours`, which
        is not renewed.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/sign-in/",
            json=dict(body),
        )
        return cast("m.SignedInOut", await self._json(call))

    async def renew_sign_in(
        self,
    ) -> m.SignedInOut:
        """Return a new token of the caller's sign-in by link, which lasts as long as the first did."""
        call = Call(
            "POST",
            "/api/v1/classroom/sign-in/renew/",
        )
        return cast("m.SignedInOut", await self._json(call))

    async def sign_out(
        self,
        **body: Unpack[m.SignOutIn],
    ) -> m.SignedOut:
        """End the caller's sign-in: its tokens are void.

        With `everywhere` all tokens of the caller that were issued until now are, room tokens
        among them; whoever is in a lesson with one is let go within seconds.
        """
        call = Call(
            "POST",
            "/api/v1/classroom/sign-out/",
            json=dict(body),
        )
        return cast("m.SignedOut", await self._json(call))

    async def get_me(
        self,
    ) -> m.MeOut:
        """Return who the caller is."""
        call = Call(
            "GET",
            "/api/v1/classroom/me/",
            is_repeatable=True,
        )
        return cast("m.MeOut", await self._json(call))

    async def rename_me(
        self,
        **body: Unpack[m.MeIn],
    ) -> m.MeOut:
        """Give oneself another name; lessons that one comes into from now on show it."""
        call = Call(
            "PATCH",
            "/api/v1/classroom/me/",
            json=dict(body),
        )
        return cast("m.MeOut", await self._json(call))

    async def list_sign_in_ways(
        self,
    ) -> m.WaysOut:
        """Tell how one can sign in here, besides by a link."""
        call = Call(
            "GET",
            "/api/v1/classroom/sign-in/ways/",
            is_repeatable=True,
        )
        return cast("m.WaysOut", await self._json(call))

    async def list_lti_keys(
        self,
    ) -> m.KeySetOut:
        """Tell platforms the keys that this server signs with."""
        call = Call(
            "GET",
            "/api/v1/lti/keys/",
            is_repeatable=True,
        )
        return cast("m.KeySetOut", await self._json(call))

    async def begin_lti_launch(
        self,
    ) -> None:
        """Take a platform's initiation of a launch, and send the browser back to be signed for.

        OpenID Connect Core 4: `iss`, `login_hint` and `target_link_uri` are needed, `client_id`
        where several platforms have one issuer. What is refused is told on a page.
        """
        call = Call(
            "GET",
            "/api/v1/lti/login/",
            is_repeatable=True,
        )
        await self._json(call)

    async def begin_lti_launch_by_form(
        self,
        content: Content,
        /,
    ) -> None:
        """Do what `GET login/` does, with a form: platforms use either."""
        call = Call(
            "POST",
            "/api/v1/lti/login/",
            content=content,
            media_type="application/x-www-form-urlencoded",
        )
        await self._json(call)

    async def launch_lti(
        self,
        content: Content,
        /,
    ) -> None:
        """Take what a platform signed of somebody, and send them into the lesson of its link.

        A link opens one lesson, and when that is over the next one of its series: who teaches is
        asked which. Instructors and teaching assistants are hosts, learners students, others look
        on. With a request to pick content, the page on which a teacher does. What is refused is
        told on a page: `unknown_platform`, `wrong_deployment`, `expired`, `replayed`,
        `wrong_token` and what is wrong with it, `denied`, `wrong_message`, `anonymous`,
        `no_right`, `wrong_lesson`, `over`, `kicked`, `full`, `barred`, `unreachable`,
        `misconfigured`, `busy` or `unavailable`.
        """
        call = Call(
            "POST",
            "/api/v1/lti/launch/",
            content=content,
            media_type="application/x-www-form-urlencoded",
        )
        await self._json(call)

    async def continue_lti_lesson(
        self,
        content: Content,
        /,
    ) -> None:
        """Take what a teacher chose of a lesson that is over: to look at it, or to begin the next.

        By the ticket of the page that asked, which works once, for ten minutes.
        """
        call = Call(
            "POST",
            "/api/v1/lti/continue/",
            content=content,
            media_type="application/x-www-form-urlencoded",
        )
        await self._json(call)

    async def pick_lti_lesson(
        self,
        content: Content,
        /,
    ) -> bytes:
        """Take which lesson a teacher picked, or have one made, and send them back to the platform.

        By the ticket of the page that asked, which works once, for an hour. What goes back is
        signed, and names the lesson for this platform and this course alone.
        """
        call = Call(
            "POST",
            "/api/v1/lti/deep-linking/",
            content=content,
            media_type="application/x-www-form-urlencoded",
        )
        return await self._bytes(call)

    def pick_lti_lesson_stream(
        self,
        content: Content,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `pick_lti_lesson` tells."""
        call = Call(
            "POST",
            "/api/v1/lti/deep-linking/",
            content=content,
            media_type="application/x-www-form-urlencoded",
        )
        return self._stream(call)

    async def register_lti_platform(
        self,
        code: str,
        /,
    ) -> bytes:
        """Have a platform and this server know each other (LTI Dynamic Registration 1.0).

        By the address that `lessonroom lti registration-link` prints, which works once, for a day;
        the platform adds `openid_configuration` and `registration_token`, and shows the page that
        says what came of it.
        """
        call = Call(
            "GET",
            path_of("/api/v1/lti/register/{}/", code),
            is_repeatable=True,
        )
        return await self._bytes(call)

    def register_lti_platform_stream(
        self,
        code: str,
        /,
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Read piece by piece what `register_lti_platform` tells."""
        call = Call(
            "GET",
            path_of("/api/v1/lti/register/{}/", code),
            is_repeatable=True,
        )
        return self._stream(call)

    async def list_rooms(
        self,
    ) -> m.LiveRooms:
        """List the rooms that are open now."""
        call = Call(
            "GET",
            "/api/v1/operator/rooms/",
            is_repeatable=True,
        )
        return cast("m.LiveRooms", await self._json(call))

    async def show_room(
        self,
        session_id: str,
        /,
    ) -> m.RoomOut:
        """Return any session with its people, and its room if that is open."""
        call = Call(
            "GET",
            path_of("/api/v1/operator/rooms/{}/", session_id),
            is_repeatable=True,
        )
        return cast("m.RoomOut", await self._json(call))

    async def operator_terminate(
        self,
        session_id: str,
        /,
        **body: Unpack[m.TerminateIn],
    ) -> m.SessionOut:
        """Break a lesson off; everyone is let go."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/rooms/{}/terminate/", session_id),
            json=dict(body),
        )
        return cast("m.SessionOut", await self._json(call))

    async def operator_reopen(
        self,
        session_id: str,
        /,
    ) -> m.SessionOut:
        """Have a lesson that was completed go on, however long ago it ended."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/rooms/{}/reopen/", session_id),
        )
        return cast("m.SessionOut", await self._json(call))

    async def operator_kick(
        self,
        session_id: str,
        user_id: int,
        /,
        **body: Unpack[m.KickIn],
    ) -> m.ParticipantOut:
        """Remove a participant and void their tokens until they are invited again."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/rooms/{}/kick/{}/", session_id, user_id),
            json=dict(body),
        )
        return cast("m.ParticipantOut", await self._json(call))

    async def operator_save(
        self,
        session_id: str,
        /,
    ) -> m.SavedOut:
        """Take a snapshot of a board as it is now."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/rooms/{}/save/", session_id),
        )
        return cast("m.SavedOut", await self._json(call))

    async def get_role_permissions(
        self,
        role: m.Role,
        /,
    ) -> m.RolePermissionsOut:
        """Return what a role may do on this server."""
        call = Call(
            "GET",
            path_of("/api/v1/operator/permissions/{}/", role),
            is_repeatable=True,
        )
        return cast("m.RolePermissionsOut", await self._json(call))

    async def set_role_permissions(
        self,
        role: m.Role,
        /,
        **body: Unpack[m.RolePermissionsIn],
    ) -> m.RolePermissionsOut:
        """Set what a role may do, in rooms that are opened from now on."""
        call = Call(
            "PUT",
            path_of("/api/v1/operator/permissions/{}/", role),
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.RolePermissionsOut", await self._json(call))

    async def erase_user(
        self,
        user_id: int,
        /,
    ) -> m.ErasedOut:
        """Forget who a user is: their name goes from seats and from the log, their tokens are void.

        What they did stays, under their number. 409 while they host a session that is not over.
        """
        call = Call(
            "POST",
            path_of("/api/v1/operator/users/{}/erase/", user_id),
        )
        return cast("m.ErasedOut", await self._json(call))

    async def mint_user_token(
        self,
        **body: Unpack[m.UserTokenIn],
    ) -> m.UserTokenOut:
        """Mint a user token of the server's own, for a new person or one of that subject."""
        call = Call(
            "POST",
            "/api/v1/operator/tokens/user/",
            json=dict(body),
        )
        return cast("m.UserTokenOut", await self._json(call))

    async def mint_room_token(
        self,
        **body: Unpack[m.RoomTokenIn],
    ) -> m.RoomTokenOut:
        """Mint the token of a seat, which is made where it is missing."""
        call = Call(
            "POST",
            "/api/v1/operator/tokens/room/",
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.RoomTokenOut", await self._json(call))

    async def list_sessions(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        status: Sequence[m.SessionStatus] | None = None,
        type: Sequence[m.SessionType] | None = None,
        host_id: int | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        text: str | None = None,
    ) -> m.SessionPage:
        """List everyone's sessions, newest first.

        `text` is looked for in session after session: where it is rare and there are many of them,
        `created_from` keeps it short.

        `cursor`: Of the page before.

        `status`: May be repeated.

        `type`: May be repeated.

        `created_from`: Not before.

        `created_to`: Before.

        `text`: Part of the title, of the `external_id` or of the `booking_id`; capital letters and
        small ones are the same.
        """
        call = Call(
            "GET",
            "/api/v1/operator/sessions/",
            query={
                "limit": limit,
                "cursor": cursor,
                "status": status,
                "type": type,
                "host_id": host_id,
                "created_from": created_from,
                "created_to": created_to,
                "text": text,
            },
            is_repeatable=True,
        )
        return cast("m.SessionPage", await self._json(call))

    def each_sessions(
        self,
        *,
        limit: int | None = None,
        status: Sequence[m.SessionStatus] | None = None,
        type: Sequence[m.SessionType] | None = None,
        host_id: int | None = None,
        created_from: str | None = None,
        created_to: str | None = None,
        text: str | None = None,
    ) -> AsyncIterator[m.SessionOut]:
        """Iterate over all that `list_sessions` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/sessions/",
            query={
                "limit": limit,
                "status": status,
                "type": type,
                "host_id": host_id,
                "created_from": created_from,
                "created_to": created_to,
                "text": text,
            },
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def list_all_participants(
        self,
        *,
        session_id: str | None = None,
        user_id: int | None = None,
        role: Sequence[m.Role] | None = None,
        status: Sequence[m.ParticipantStatus] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.SeatPage:
        """List everyone's seats, the ones that were taken last first.

        `session_id`: Of one session alone.

        `user_id`: Of one person alone.

        `role`: May be repeated.

        `status`: May be repeated.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/operator/participants/",
            query={
                "session_id": session_id,
                "user_id": user_id,
                "role": role,
                "status": status,
                "limit": limit,
                "cursor": cursor,
            },
            is_repeatable=True,
        )
        return cast("m.SeatPage", await self._json(call))

    def each_all_participants(
        self,
        *,
        session_id: str | None = None,
        user_id: int | None = None,
        role: Sequence[m.Role] | None = None,
        status: Sequence[m.ParticipantStatus] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.SeatOut]:
        """Iterate over all that `list_all_participants` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/participants/",
            query={
                "session_id": session_id,
                "user_id": user_id,
                "role": role,
                "status": status,
                "limit": limit,
            },
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def list_all_snapshots(
        self,
        *,
        session_id: str | None = None,
        type: Sequence[m.SnapshotType] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.SavedBoardPage:
        """List what was saved of everyone's boards, without the boards, newest first.

        `session_id`: Of one session alone.

        `type`: May be repeated.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/operator/snapshots/",
            query={"session_id": session_id, "type": type, "limit": limit, "cursor": cursor},
            is_repeatable=True,
        )
        return cast("m.SavedBoardPage", await self._json(call))

    def each_all_snapshots(
        self,
        *,
        session_id: str | None = None,
        type: Sequence[m.SnapshotType] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.SavedBoardOut]:
        """Iterate over all that `list_all_snapshots` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/snapshots/",
            query={"session_id": session_id, "type": type, "limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def list_all_events(
        self,
        *,
        session_id: str | None = None,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        after: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> m.LoggedEventPage:
        """List the log, newest first: of one session all of it, of all sessions without strokes.

        Without `session_id` events of the type `board_op` are left out, and cannot be asked for:
        they would bury the others.

        `session_id`: Of one session alone.

        `type`: May be repeated.

        `user_id`: Who caused it.

        `after`: With a greater `seq`; needs a `session_id`.

        `cursor`: Of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/operator/events/",
            query={
                "session_id": session_id,
                "type": type,
                "user_id": user_id,
                "after": after,
                "limit": limit,
                "cursor": cursor,
            },
            is_repeatable=True,
        )
        return cast("m.LoggedEventPage", await self._json(call))

    def each_all_events(
        self,
        *,
        session_id: str | None = None,
        type: Sequence[m.EventType] | None = None,
        user_id: int | None = None,
        after: int | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.LoggedEventOut]:
        """Iterate over all that `list_all_events` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/events/",
            query={
                "session_id": session_id,
                "type": type,
                "user_id": user_id,
                "after": after,
                "limit": limit,
            },
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def list_role_permissions(
        self,
    ) -> m.AllRolePermissions:
        """List what each role may do on this server."""
        call = Call(
            "GET",
            "/api/v1/operator/permissions/",
            is_repeatable=True,
        )
        return cast("m.AllRolePermissions", await self._json(call))

    async def list_webhooks(
        self,
    ) -> m.Endpoints:
        """List the endpoints with what waits for them."""
        call = Call(
            "GET",
            "/api/v1/operator/webhooks/",
            is_repeatable=True,
        )
        return cast("m.Endpoints", await self._json(call))

    async def retry_webhooks(
        self,
        **body: Unpack[m.EndpointIn],
    ) -> m.Retried:
        """Try again now what failed, also what was given up."""
        call = Call(
            "POST",
            "/api/v1/operator/webhooks/retry/",
            json=dict(body),
        )
        return cast("m.Retried", await self._json(call))

    async def test_webhooks(
        self,
        **body: Unpack[m.EndpointIn],
    ) -> m.TestResults:
        """Send each endpoint a signed message of type `webhook_test`, once, and say what came of it."""
        call = Call(
            "POST",
            "/api/v1/operator/webhooks/test/",
            json=dict(body),
        )
        return cast("m.TestResults", await self._json(call))

    async def make_sign_in_link(
        self,
        **body: Unpack[m.SignInLinkIn],
    ) -> m.SignInLinkOut:
        """Make a link that signs somebody in: once, within the hour, or `lasts_h` hours."""
        call = Call(
            "POST",
            "/api/v1/operator/sign-in-links/",
            json=dict(body),
        )
        return cast("m.SignInLinkOut", await self._json(call))

    async def revoke_token(
        self,
        **body: Unpack[m.RevokeIn],
    ) -> m.RevokedOut:
        """Make a user token void. One of a sign-in by link takes all its sign-in's with it."""
        call = Call(
            "POST",
            "/api/v1/operator/tokens/revoke/",
            json=dict(body),
        )
        return cast("m.RevokedOut", await self._json(call))

    async def sign_user_out(
        self,
        user_id: int,
        /,
    ) -> m.SignedOut:
        """Make every token of a user void that was issued until now."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/users/{}/sign-out/", user_id),
        )
        return cast("m.SignedOut", await self._json(call))

    async def list_shelves(
        self,
        *,
        user_id: int | None = None,
        shared: bool | None = None,
        q: str | None = None,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> m.OperatorShelfPage:
        """List what is on all shelves, newest first.

        `user_id`: Whose.

        `shared`: What everyone may use, or not.

        `q`: Is part of the name, in any case.

        `cursor`: The `next_cursor` of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/operator/shelf/",
            query={"user_id": user_id, "shared": shared, "q": q, "limit": limit, "cursor": cursor},
            is_repeatable=True,
        )
        return cast("m.OperatorShelfPage", await self._json(call))

    def each_shelves(
        self,
        *,
        user_id: int | None = None,
        shared: bool | None = None,
        q: str | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.OperatorItemOut]:
        """Iterate over all that `list_shelves` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/shelf/",
            query={"user_id": user_id, "shared": shared, "q": q, "limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def share_shelf_item(
        self,
        item_id: str,
        /,
        **body: Unpack[m.ShareIn],
    ) -> m.OperatorItemOut:
        """Have everyone on this server use an item, or its owner alone again.

        It stays its owner's, who may rename and delete it. Lessons keep the copies that they have.

        `item_id`: Of an item on one's shelf.
        """
        call = Call(
            "PUT",
            path_of("/api/v1/operator/shelf/{}/", item_id),
            json=dict(body),
            is_repeatable=True,
        )
        return cast("m.OperatorItemOut", await self._json(call))

    async def list_users(
        self,
        *,
        q: str | None = None,
        kind: m.UserKind | None = None,
        role: Literal["teacher", "operator"] | None = None,
        barred: bool | None = None,
        limit: int | None = None,
        cursor: int | None = None,
    ) -> m.UserPage:
        """List the people whom this server knows, newest first.

        `q`: Is part of the name, in any case.

        `kind`: Guests joined by a code alone.

        `barred`: Who may come in no more, or may.

        `cursor`: The `next_cursor` of the page before.
        """
        call = Call(
            "GET",
            "/api/v1/operator/users/",
            query={
                "q": q,
                "kind": kind,
                "role": role,
                "barred": barred,
                "limit": limit,
                "cursor": cursor,
            },
            is_repeatable=True,
        )
        return cast("m.UserPage", await self._json(call))

    def each_users(
        self,
        *,
        q: str | None = None,
        kind: m.UserKind | None = None,
        role: Literal["teacher", "operator"] | None = None,
        barred: bool | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[m.UserOut]:
        """Iterate over all that `list_users` lists, a page after the other."""
        call = Call(
            "GET",
            "/api/v1/operator/users/",
            query={"q": q, "kind": kind, "role": role, "barred": barred, "limit": limit},
            is_repeatable=True,
        )
        return self._pages(call, "cursor")

    async def create_user(
        self,
        **body: Unpack[m.NewUserIn],
    ) -> m.UserOut:
        """Have somebody teach here, or run the server; a link made by `sign-in-links/` lets them in."""
        call = Call(
            "POST",
            "/api/v1/operator/users/",
            json=dict(body),
        )
        return cast("m.UserOut", await self._json(call))

    async def change_user(
        self,
        user_id: int,
        /,
        **body: Unpack[m.UserPatch],
    ) -> m.UserOut:
        """Change what somebody is called, or is, or whether they may come in.

        Whoever is barred is out at once: all their tokens are void, and their connections end
        within seconds; their lessons stay. A role that is taken is gone at once, one that is given
        comes with their next sign-in. Whom a platform or the school's provider names, and makes
        what they are, is named there.
        """
        call = Call(
            "PATCH",
            path_of("/api/v1/operator/users/{}/", user_id),
            json=dict(body),
        )
        return cast("m.UserOut", await self._json(call))

    async def list_lti_platforms(
        self,
    ) -> m.PlatformList:
        """List the learning platforms that may open lessons here."""
        call = Call(
            "GET",
            "/api/v1/operator/lti/platforms/",
            is_repeatable=True,
        )
        return cast("m.PlatformList", await self._json(call))

    async def add_lti_platform(
        self,
        **body: Unpack[m.NewPlatformIn],
    ) -> m.PlatformOut:
        """Have a learning platform open lessons here."""
        call = Call(
            "POST",
            "/api/v1/operator/lti/platforms/",
            json=dict(body),
        )
        return cast("m.PlatformOut", await self._json(call))

    async def add_lti_deployments(
        self,
        platform_id: int,
        /,
        **body: Unpack[m.DeploymentsIn],
    ) -> m.PlatformOut:
        """Have people come from more deployments of a platform."""
        call = Call(
            "POST",
            path_of("/api/v1/operator/lti/platforms/{}/deployments/", platform_id),
            json=dict(body),
        )
        return cast("m.PlatformOut", await self._json(call))

    async def remove_lti_platform(
        self,
        platform_id: int,
        /,
    ) -> m.ForgottenOut:
        """Forget a platform and its links: it opens nothing any more. Lessons and people stay."""
        call = Call(
            "DELETE",
            path_of("/api/v1/operator/lti/platforms/{}/", platform_id),
            is_repeatable=True,
        )
        return cast("m.ForgottenOut", await self._json(call))

    async def make_lti_registration_link(
        self,
    ) -> m.RegistrationLinkOut:
        """Make an address by which a platform registers itself: once, within a day.

        A restart of the server ends it, too.
        """
        call = Call(
            "POST",
            "/api/v1/operator/lti/registration-links/",
        )
        return cast("m.RegistrationLinkOut", await self._json(call))

    async def rotate_lti_keys(
        self,
    ) -> m.RotatedOut:
        """Make a new key of this server's, which signs from now on. The one before stays told of."""
        call = Call(
            "POST",
            "/api/v1/operator/lti/keys/rotate/",
        )
        return cast("m.RotatedOut", await self._json(call))

    async def healthz(
        self,
    ) -> m.Health:
        """Answer: the process runs. A supervisor restarts what does not."""
        call = Call(
            "GET",
            "/healthz",
            is_repeatable=True,
        )
        return cast("m.Health", await self._json(call))

    async def readyz(
        self,
    ) -> m.Health:
        """Answer 200 while rooms can be served: the database is read, and as far as known written."""
        call = Call(
            "GET",
            "/readyz",
            is_repeatable=True,
        )
        return cast("m.Health", await self._json(call))
