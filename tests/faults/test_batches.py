"""A worker dies in the middle of a file with many articles; each row is taken once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.actions import request_batch
from articles.actions.batches import AT_ONCE
from articles.batches.models import Batch
from articles.models import Import
from factcheck.accounts.models import User
from tests.faults.conftest import KILLED, Workshop

ROWS = AT_ONCE * 2 + 50


@pytest.mark.case("F1", "P20")
def test_each_row_of_a_file_becomes_an_import_once_though_workers_die(workshop: Workshop, ada: User) -> None:
    lines = "".join(f"https://herald.example/{number},Ferry {number}\n" for number in range(ROWS))
    batch = request_batch(actor=ada, file=f"url,title\n{lines}".encode(), filename="ferries.csv")
    for taken in (AT_ONCE, AT_ONCE * 2):
        assert workshop.work(batch, "batch.after_rows")["exit"] == KILLED
        assert Import.objects.count() == taken
        Batch.objects.filter(pk=batch.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    assert workshop.work(batch)["exit"] == 0
    batch.refresh_from_db()
    assert (batch.status, batch.total) == ("done", ROWS)
    assert Import.objects.values("url").distinct().count() == Import.objects.count() == ROWS
    assert list(batch.rows.values_list("number", flat=True)) == list(range(2, ROWS + 2))
