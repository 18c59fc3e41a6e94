"""Takes: what browsers recorded of a lesson, checked as it comes, kept, and sealed onto room time.

A take is what one browser recorded of one track. It comes in chunks while the lesson runs; each is
looked at and appended to the take's file before it is acknowledged. To seal it is to make the one
file that is played and downloaded: file time + `start_at` = room time. Nothing here knows of rooms,
rights, tables or HTTP. Who may, and what, is decided before; this is how the rest is called.

At start, once for the server::

    files = TakeFiles(data_directory / "recordings")
    await asyncio.to_thread(files.sweep_work)
    sealer = Sealer(confinement, files)

When a take is announced, `codecs_of(media_type)` raises `BreachOfTake` for what is not taken: an
`invalid` of the field `media_type`, with its message. Where the kind is `audio`, none of the codecs
may be `is_picture`; else all must. The id is `str(uuid4())` or alike. Nothing is on the disk yet.

When a chunk comes, the body is counted against the limit first. There is one `OpenTake` for each
take that chunks come for, made by the first of them; also after a restart, where it reads what is
there (a second for an hour of voice, so two that come at once wait for the same one)::

    checker = TakeChecker(media_type, asked_bits_per_s, begun_ms=recording_start_at_ms)
    take = await asyncio.to_thread(OpenTake.opened, files.chunks_of(take_id), checker)
    following = await asyncio.to_thread(take.put, Chunk(n, at_ms, received_at_ms, body))

`at_ms` is `Take-At`, `received_at_ms` the room's clock when the body was there. A chunk whose `at`
lies after the end of what may be recorded is refused by the caller, before. `put` returns once the
chunk is on the disk; it goes to its end where the caller is cancelled, and the chunk sent again is
then one that is there. What it raises:

* `Conflict`: 409 with `next`; where `is_other`, the same number had other bytes.
* `BreachOfTake`: `invalid`, with its message; the take is closed for chunks, what is there stays.
* `ChunksUnwritable`: `unavailable`, or `too_large` where `is_full`, and the recording stops. The
  `OpenTake` is let go of and made anew for the next chunk.
* `ValueError`: an empty body, which browsers do not send.
* `ChunksDamaged` and `TakeInUse`, of `opened`: an error for the operator; no chunk is taken.

`take.track` tells codec, width and height from the first chunk on, `take.next` how many there are,
`take.size_bytes` what they use. `close()` lets go of the descriptor: when nothing more comes, or
nothing came for some minutes. A stop, a withdrawal or a kick needs no call: chunks are refused by
their `at`, and `kept` cuts what came before that was known.

To seal, at any time, again and again, beside chunks that come::

    index = await sealer.seal(take_id, chunks=take.next, kept=kept, owner=owner)

`kept` comes of the log: the parts of room time in which a recording was on and this person's
consent and right held, `[(begin_ms, end_ms)]`, ascending; None where there is no end yet. The index
(`SealedTake`) is what the row and `GET recordings/` say: `start_at`, `duration_ms`, `gaps`,
`clusters`, `size_bytes`, `sha256`, `media_type`. `size_bytes` 0: nothing may be kept, there is no
file, and one from before is gone. `is_whole` false: the operator is told that the disk has changed
the chunks behind `index.chunks`. The file has its name when `seal` returns: the row is written
after that, so a crash between the two leaves a newer file under an older row, which sealing again
mends (the same chunks give the same bytes). Only when the row of the last sealing is committed:
`files.delete_chunks(take_id)`. `Declined`, `ProcessFailed` and `Refused` are those of
`gateway.confinement`: try again later; nothing was changed.

To play: `files.open_sealed(take_id)` is a whole file for as long as it is open; `media_type` of the
index is its `Content-Type`. For `MediaSource`, what stands before `clusters[0].offset` is the
header, and each of `clusters` can be appended behind it alone.

To delete: close the `OpenTake`, then `files.delete(take_id)`. Files without a row are found by
`files.take_ids()`. `files.size_bytes()` and `files.free_bytes()` are for limits and metrics. All of
`TakeFiles` blocks.
"""
