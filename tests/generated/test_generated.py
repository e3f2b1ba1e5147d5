"""Random presses, answers, delays, losses, log-outs and restarts: what is shown stays true.

Hypothesis looks for a sequence that breaks a rule of `truth` and shortens it. The quick profile runs the same
examples each time; `CONTRIBUTING.md` says how to look further.
"""

from contextlib import ExitStack

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.generated.shift import DEEDS, How, shift

# One rule for everything: hypothesis leaves whole rules out of an example, and without presses nothing happens.
ONE_DEED = st.one_of(
    *[st.tuples(st.just(name), *map(st.sampled_from, how)) for often, name, *how in DEEDS for _ in range(often)]
)


HOW = st.builds(How, st.integers(0, 9), st.sampled_from([8, 7]), st.sampled_from(["stereo", "mono"]), st.booleans())


class Example(RuleBasedStateMachine):
    """One shift, as hypothesis makes it up."""

    def __init__(self, agent, supervisor) -> None:
        super().__init__()
        self.agent, self.supervisor, self.stack = agent, supervisor, ExitStack()

    @initialize(how=HOW)
    def begin(self, how):
        self.shift = self.stack.enter_context(shift(self.agent, self.supervisor, how))

    @rule(deed=ONE_DEED)
    def happens(self, deed):
        self.shift.happens(*deed)

    def teardown(self):
        with self.stack:
            self.shift.settle()


@pytest.mark.django_db
def test_whatever_happens_what_is_shown_is_true(alice, sue):
    run_state_machine_as_test(lambda: Example(alice, sue))  # type: ignore[arg-type]  # Whatever makes one will do.
