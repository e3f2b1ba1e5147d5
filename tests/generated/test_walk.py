"""The same deeds as in `test_generated`, drawn by plain dice: far apart from each other where hypothesis's few examples
are alike. A seed is one walk, always the same, so that a failure is one that the next person sees too.
"""

from random import Random

import pytest

from tests.generated.shift import DEEDS, How, shift

SEEDS = range(6)
STEPS = 50
OFTEN = [often for often, *_ in DEEDS]


def drawn(dice):
    """One deed in one of its ways: ("wait", 0.4)."""
    ((_, name, *how),) = dice.choices(DEEDS, OFTEN)
    return name, *(dice.choice(each) for each in how)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", SEEDS)
def test_wherever_the_dice_lead_what_is_shown_is_true(alice, sue, seed):
    dice = Random(seed)
    how = How(seed, dice.choice([8, 7]), dice.choice(["stereo", "stereo", "mono"]), dice.choice([True, False]))
    with shift(alice, sue, how) as at_work:
        for _ in range(STEPS):
            at_work.happens(*drawn(dice))
        at_work.settle()
