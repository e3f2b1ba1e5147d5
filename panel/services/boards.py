"""What follows from a change of the configuration that open panels show."""

from panel import push
from panel.models import Agent


def changed() -> None:
    """Boards, clips, agents or dialers were edited: every open panel is sent its snapshot again after the commit."""
    push.refresh(list(Agent.objects.values_list("pk", flat=True)))
