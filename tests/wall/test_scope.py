"""Who sees whom: admins everybody, supervisors the agents of their teams, others nobody."""

import pytest

from panel.selectors.wall import scopes_of
from panel.services.floor import may_see

pytestmark = pytest.mark.django_db


def scope(user):
    return scopes_of([user.pk]).get(user.pk)


def test_a_supervisor_sees_the_agents_of_their_teams_only(alice, bob, team_a, team_b, sue, tom):
    assert scope(sue) == {alice.pk}
    assert scope(tom) == {bob.pk}
    assert may_see(sue, alice.pk)
    assert not may_see(sue, bob.pk)


def test_an_admin_sees_everybody(alice, bob, team_a, team_b, ada):
    assert scope(ada) == {alice.pk, bob.pk}


def test_a_supervisor_without_a_team_sees_nobody_but_has_a_wall(alice, sue):
    assert scope(sue) == frozenset()


def test_two_teams_are_seen_together(alice, bob, team_a, team_b, sue):
    team_b.supervisors.add(sue)
    assert scope(sue) == {alice.pk, bob.pk}


@pytest.mark.parametrize("name", ["eve", "otto", "alice"])
def test_others_have_no_wall(request, alice, name, team_a):
    who = request.getfixturevalue(name)
    assert scope(getattr(who, "user", who)) is None


def test_a_team_without_the_role_gives_nothing(alice, eve, team_a):
    team_a.supervisors.add(eve)
    assert scope(eve) is None
    assert not may_see(eve, alice.pk)


def test_who_was_shut_out_sees_nothing(alice, sue, team_a):
    sue.is_active = False
    sue.save()
    assert scope(sue) is None


def test_an_agent_who_was_shut_out_is_not_on_the_wall(alice, bob, sue, ada, team_a):
    alice.user.is_active = False
    alice.user.save()
    assert scope(sue) == frozenset()
    assert scope(ada) == {bob.pk}


def test_many_are_told_apart_in_one_go(alice, bob, team_a, team_b, sue, tom, ada, eve):
    everybody = {alice.pk, bob.pk}
    found = scopes_of([sue.pk, tom.pk, ada.pk, eve.pk])
    assert found == {sue.pk: {alice.pk}, tom.pk: {bob.pk}, ada.pk: everybody}
