"""Feeds that are added, taken up again and moved at the same moment: each address is followed once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.db import transaction

from articles.actions import add_feed, poll_feed_now, remove_feed
from articles.actions.polling import _follow
from articles.feeds.models import Feed
from factcheck.accounts.models import User
from factcheck.audit import verify
from factcheck.audit.models import Event
from tests import factories as make
from tests.races.threads import at_once, winners

pytestmark = pytest.mark.django_db(transaction=True)


def _moved(feed: Feed, to: str) -> Feed:
    """The feed as a poll leaves it whose address had moved."""
    with transaction.atomic():
        _follow(feed, to)
    return Feed.objects.get(pk=feed.pk)


@pytest.mark.parametrize("earlier", [False, True])
def test_of_many_who_follow_a_removed_feed_again_one_does(earlier: bool, max_: User) -> None:
    for number in range(5):
        feed = make.feed()
        first = feed.url
        if earlier:
            feed = _moved(feed, f"https://herald.example/moved/{number}")
        remove_feed(feed, actor=max_)
        outcomes = at_once(*(partial(add_feed, actor=max_, url=first) for _ in range(4)))
        assert len(winners(outcomes)) == 1
        assert Feed.objects.followed().get(url=first).pk == feed.pk
    assert Feed.objects.count() == 5
    assert list(verify.faults()) == []


def test_of_two_feeds_at_one_address_one_comes_back(max_: User) -> None:
    for _ in range(5):
        gone, other = make.feed(), make.feed()
        remove_feed(gone, actor=max_)
        other = _moved(other, gone.url)
        remove_feed(other, actor=max_)
        acts: list[Any] = [partial(poll_feed_now, each, actor=max_) for each in (gone, other)]
        outcomes = at_once(*acts, partial(add_feed, actor=max_, url=gone.url))
        assert len({outcomes[n].pk for n in winners(outcomes)}) == 1
        assert Feed.objects.followed().filter(url=gone.url).count() == 1
    assert list(verify.faults()) == []


def test_of_feeds_that_move_to_one_address_at_once_one_is_read_there(max_: User) -> None:
    for number in range(5):
        feeds = [make.feed() for _ in range(3)]
        place = f"https://herald.example/one/{number}"
        gone = make.feed(url=place)
        remove_feed(gone, actor=max_)
        add = partial(add_feed, actor=max_, url=place)
        assert winners(at_once(*(partial(_moved, feed, place) for feed in feeds), add))
        assert Feed.objects.followed().filter(url=place).count() == 1
        assert Feed.objects.followed().filter(pk__in=[feed.pk for feed in feeds]).count() == 3
        moved = Event.objects.filter(action="feed.moved", data__now=place)
        assert moved.count() == Feed.objects.filter(url=place, pk__in=[feed.pk for feed in feeds]).count()
    assert list(verify.faults()) == []
