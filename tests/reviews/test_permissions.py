"""Who may do what, cell by cell, and that what is listed is what may be done (SECURITY, A1)."""

from __future__ import annotations

import pytest
from django.db import transaction

from factcheck.accounts.models import User
from factcheck.accounts.roles import ROLES_WITH, Right, Role, may
from factcheck.errors import DomainError
from publishing import actions as publishing_actions
from publishing.webhooks import actions as webhook_actions
from reviews import actions
from reviews.models import Review, Verdict
from reviews.permissions import why_not_sign_off
from tests import factories as make
from tests.cast import ROLES, give_role, person
from tests.database import checksums
from tests.policy import POLICY, STATES, WHO, what_else_there_is

pytestmark = pytest.mark.django_db

NOT_FOR_PEOPLE = {"carry_out_release", "release_again"}


def _outcome(action: str, user: User, review: Review) -> tuple[str, dict[str, str]]:
    """Do it, say what came of it and what the tables look like then, and undo it."""
    review = make.review_of(review)
    undo = transaction.savepoint()
    try:
        POLICY[action].act(review, user)
    except DomainError as error:
        return error.code, checksums()
    else:
        return "ok", {}
    finally:
        transaction.savepoint_rollback(undo)


@pytest.mark.case("A1")
@pytest.mark.parametrize("state", STATES)
def test_every_cell_of_the_table_holds_and_a_refusal_changes_nothing(state: str) -> None:
    review = STATES[state]()
    people = {who: make_them() for who, make_them in WHO.items()}
    person("Nell", "reporter")
    what_else_there_is(review)
    before, wrong, cells = checksums(), [], 0
    for action, row in POLICY.items():
        if state not in row.only_in:
            continue
        for who in WHO:
            outcome, after = _outcome(action, people[who], review)
            expected = row.expected(who, state)
            if outcome != expected:
                wrong.append(f"{who} {action}: {outcome}, not {expected}")
            elif outcome != "ok" and after != before:
                wrong.append(f"{who} {action}: refused, but something changed")
            cells += 1
    assert wrong == []
    assert cells == sum(state in row.only_in for row in POLICY.values()) * len(WHO)


@pytest.mark.case("A2")
def test_every_action_has_a_row() -> None:
    acts = {name for name in POLICY if " " not in name and name != "unassign"}
    reviewed = {*actions.__all__, "publish"}
    assert reviewed <= acts
    public = {
        name
        for module in (publishing_actions, webhook_actions)
        for name, thing in vars(module).items()
        if getattr(thing, "__module__", "") == module.__name__ and not name.startswith("_")
    }
    assert public - NOT_FOR_PEOPLE <= acts


# --- Roles ---------------------------------------------------------------------------------------

# From ARCHITECTURE, "Roles"; every role reads.
RIGHTS = {
    Role.VIEWER: set(),
    Role.REPORTER: {Right.IMPORT, Right.FLAG, Right.RESEARCH},
    Role.EDITOR: {
        Right.IMPORT,
        Right.DISMISS,
        Right.FLAG,
        Right.RESEARCH,
        Right.ASSIGN,
        Right.SIGN_OFF,
        Right.DECLINE,
    },
    Role.PUBLISHER: {Right.PUBLISH},
    Role.ADMINISTRATOR: {Right.ADMINISTER},
}


@pytest.mark.parametrize("role", Role)
def test_a_role_gives_these_rights_and_no_others(role: Role) -> None:
    somebody = person("Somebody", role)
    assert {right for right in Right if may(somebody, right)} == RIGHTS[role] | {Right.READ}


def test_no_role_no_right(eve: User) -> None:
    assert not any(may(eve, right) for right in Right)
    assert not any(may(User(), right) for right in Right if User().pk)


def test_whoever_may_not_sign_in_may_nothing() -> None:
    gus = person("Gus", *Role.values, is_active=False)
    assert not any(may(gus, right) for right in Right)


def test_roles_add_up(ada: User) -> None:
    ada = give_role(give_role(ada, Role.PUBLISHER), Role.ADMINISTRATOR)
    expected = {Right.READ, *RIGHTS[Role.REPORTER], *RIGHTS[Role.PUBLISHER], *RIGHTS[Role.ADMINISTRATOR]}
    assert {right for right in Right if may(ada, right)} == expected


def test_every_right_is_somebodys() -> None:
    assert set(ROLES_WITH) == set(Right)
    assert all(ROLES_WITH.values())


@pytest.mark.parametrize("right", Right)
def test_the_list_of_who_may_agrees_with_the_question(right: Right) -> None:
    everybody = [*map(person, ROLES), person("Gus", *Role.values, is_active=False)]
    listed = set(User.objects.who_may(right))
    assert listed == {user for user in everybody if may(user, right)}


# --- What is listed is what may be done ----------------------------------------------------------


def test_the_list_of_what_awaits_me_agrees_with_what_i_may_sign(ada: User, cleo: User, dan: User) -> None:
    give_role(ada, Role.EDITOR)
    give_role(person("Max"), Role.EDITOR)
    robin = person("Robin", "editor", is_bot=True)
    by_cleo = make.submitted(by=cleo)
    mixed = make.drafted(by=ada)
    make.draft(mixed, by=dan, summary="Dan had a hand in it.")
    make.submit(mixed, by=ada)
    half = make.flagged()
    Review.objects.filter(pk=half.pk).update(signoffs_required=2)
    make.add_evidence(half)
    make.draft(half, explanation="As [1] says.", summary="So.", rating=make.rating())
    make.sign_off(make.submit(half), by=cleo)
    reviews = [by_cleo, make.submitted(by=ada), mixed, half, make.approved(), make.drafted(), make.returned()]

    cells = 0
    for user in [robin, *map(person, ROLES)]:
        awaiting = set(Review.objects.awaiting_signoff_by(user).values_list("pk", flat=True))
        for review in reviews:
            verdict = Verdict.objects.filter(review=review).order_by("-number").first()
            open_to_me = (
                make.review_of(review).status == Review.Status.SUBMITTED
                and verdict is not None
                and why_not_sign_off(user, verdict) is None
            )
            assert (review.pk in awaiting) == open_to_me, (str(user), review.pk)
            cells += open_to_me
    assert cells == 10


def test_reviews_are_shown_to_whoever_reads_the_desk() -> None:
    review = make.flagged()
    for name in ROLES:
        user = person(name)
        seen = Review.objects.visible_to(user).filter(pk=review.pk).exists()
        assert seen == may(user, Right.READ) == (name != "Eve")
