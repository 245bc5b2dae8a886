"""One POST sent many times at once is carried out once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from factcheck.accounts.models import ApiToken, User
from tests.api.client import Api
from tests.cast import token

AT_ONCE = 8


@pytest.mark.urls("tests.api.desk")
@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_under_one_key_one_acts(ada: User) -> None:
    secret = token(ada, "admin", "read")
    wish = {"name": "robot", "scopes": ["read"]}
    for turn in range(5):
        start = Barrier(AT_ONCE)

        def send(_: int, *, turn: int = turn, start: Barrier = start) -> Any:
            start.wait()
            try:
                return Api(secret).post("/api/v1/keys/", wish, Idempotency_Key=f"turn-{turn}")
            finally:
                connection.close()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(send, range(AT_ONCE)))
        statuses = Counter(answer.status_code for answer in answers)
        assert set(statuses) <= {201, 409}
        acted = [answer for answer in answers if answer.status_code == 201]
        assert len({answer.json()["id"] for answer in acted}) == 1
        assert ApiToken.objects.filter(name="robot").count() == turn + 1
