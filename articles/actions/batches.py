"""Many articles at once: a file with one in each row, or the lines of one request.

A row that cannot be taken is an error of its own and sinks no other. Imports of a batch are not sent to
the workers at once but left to `sweep`, so that an import that somebody waits for goes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import cage
from articles.actions.texts import Unimportable, require_bytes
from articles.batches.models import Batch, BatchRow
from articles.batches.reading import Row, checked
from articles.batches.rows import Fault, Wish, wish_in
from articles.extraction import ExtractionError
from articles.models import Import
from factcheck import blobs, faults
from factcheck.accounts.models import User
from factcheck.accounts.roles import Right, require
from factcheck.audit.actions import Before, record
from factcheck.errors import Malformed
from factcheck.jobs.models import JobStatus
from factcheck.jobs.runner import LeaseLost, TryLater, finish
from factcheck.jobs.wake import wake_on_commit

MOST_LINES = 1000
AT_ONCE = 200
LIMITS = cage.Limits(wall=40, cpu=30)

Taken = tuple[int, Wish | Fault]


@transaction.atomic(durable=True)
def request_batch(*, actor: User, file: bytes, filename: str = "", content_type: str = "") -> Batch:
    """Ask for all articles in a file: CSV, XLSX, NDJSON or a WordPress export. Returns the job.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: the file is empty.
    """
    require(actor, Right.IMPORT)
    require_bytes(file)
    batch = Batch(requested_by=actor, filename=filename[-255:], content_type=content_type[:100])
    batch.original = blobs.put(file)
    batch.save(force_insert=True)
    record("batch.requested", batch, actor=actor, after=Before.NOTHING, filename=batch.filename)
    wake_on_commit(batch)
    return batch


@transaction.atomic(durable=True)
def request_lines(*, actor: User, lines: Sequence[Taken]) -> Batch:
    """Ask for the articles that the lines of one request name; each becomes an import or has its error.

    Raises:
        Forbidden: their roles do not let them import.
        Malformed: no lines, or too many.
    """
    require(actor, Right.IMPORT)
    if not 0 < len(lines) <= MOST_LINES:
        raise Malformed(detail=_("Send 1 to %d lines in one request.") % MOST_LINES)
    now = timezone.now()
    batch = Batch.objects.create(
        requested_by=actor, total=len(lines), status=JobStatus.DONE, finished_at=now, sent_at=now
    )
    _add(batch, lines, _kept(lines))
    record("batch.requested", batch, actor=actor, after=Before.NOTHING, lines=len(lines))
    return batch


def carry_out_batch(batch: Batch) -> None:
    """Make an import of each row; mark the batch done. Goes on after the last row that was taken.

    Raises:
        Unimportable: nothing in the file can be read.
        TryLater: it could not be read now.
    """
    try:
        rows = cage.read(
            "batch", blobs.get(batch.original), checked, content_type=batch.content_type, limits=LIMITS
        )
    except ExtractionError as error:
        if error.transient:
            raise TryLater(code=error.code, detail=error.detail) from error
        raise Unimportable(error) from error
    taken = batch.rows.aggregate(last=Max("number"))["last"] or 0
    left = iter([row for row in rows if row[0] > taken])
    while some := list(islice(left, AT_ONCE)):
        wishes = [_wish(row) for row in some]
        kept = _kept(wishes)
        with transaction.atomic(durable=True):
            _hold(batch, total=len(rows))
            _add(batch, wishes, kept)
        faults.point("batch.after_rows")
    finish(batch)


def _wish(row: Row) -> Taken:
    number, said = row
    return number, Fault("unreadable", said) if isinstance(said, str) else wish_in(said)


def _kept(lines: Iterable[Taken]) -> dict[int, str]:
    """Keep the texts; return where, by the numbers of their rows."""
    return {
        number: blobs.put(wish.text.encode("utf-8", "replace"))
        for number, wish in lines
        if isinstance(wish, Wish) and wish.text
    }


def _hold(batch: Batch, *, total: int) -> None:
    """Keep the lease for the next rows.

    Raises:
        LeaseLost: another worker has the batch.
    """
    mine = Batch.objects.filter(pk=batch.pk, status=JobStatus.RUNNING, attempts=batch.attempts)
    if not mine.update(leased_until=timezone.now() + batch.lease, total=total):
        raise LeaseLost(str(batch))


def _add(batch: Batch, lines: Iterable[Taken], kept: dict[int, str]) -> None:
    """Write down an import or an error for each row. Two statements."""
    rows = []
    for number, wish in lines:
        row = BatchRow(batch=batch, number=number)
        if isinstance(wish, Fault):
            row.error_code, row.error_detail = wish.code, wish.detail
        else:
            row.job = Import(
                kind=Import.Kind.BATCH_LINE,
                url=wish.url,
                original=kept.get(number, ""),
                content_type=wish.content_type if wish.text else "",
                given=wish.given,
                requested_by=batch.requested_by,
            )
        rows.append(row)
    Import.objects.bulk_create(row.job for row in rows if row.job is not None)
    BatchRow.objects.bulk_create(rows)
