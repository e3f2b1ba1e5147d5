"""Everything that can go wrong between us and VICIdial.

    AgentApiError
    ├── BadCommand          we refuse to send this: VICIdial would mangle it (also a ValueError)
    ├── NotSentError        the request certainly did not reach VICIdial
    │   └── ExpiredError    because it was too late to send it
    └── AnswerLostError     it may have reached VICIdial; no verdict came back
        └── NoVerdictError  an answer came back, without a verdict

An answer that says ERROR is not an exception: it is a `replies.Reply` with that verdict.
"""


class AgentApiError(Exception):
    """The root of the tree. Its text is safe to show: it never holds a credential."""


class BadCommand(AgentApiError, ValueError):  # noqa: N818 - says it better than BadCommandError
    """A value that VICIdial would silently change (FACTS 2.8, 2.9, 3.1)."""


class NotSentError(AgentApiError):
    """Not connected, refused, or never tried: certainly not carried out."""


class ExpiredError(NotSentError):
    """The moment that it was meant for passed before it could be sent."""


class AnswerLostError(AgentApiError):
    """Sent, but cut off, timed out, HTTP 500, or a body without a verdict: nobody can say."""


class NoVerdictError(AnswerLostError):
    """Answered, but not as the API answers: it may be a login that was refused and counted (FACTS 1.7)."""
