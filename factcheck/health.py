"""Two questions of a supervisor: is this process alive, and can it serve?"""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry


def broker_answers(patience: float = 0.3) -> bool:
    """Tell whether the broker answers within `patience` seconds."""
    client = Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without touching anything: the process serves."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503.

    An absent broker is told and no reason to take the desk off: reading and editing work, and what
    was asked for is done when it is back.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        database = "ok"
    except DatabaseError:
        database = "away"
    answer = {"database": database, "broker": "ok" if broker_answers() else "away"}
    return JsonResponse(answer, status=200 if database == "ok" else 503)
