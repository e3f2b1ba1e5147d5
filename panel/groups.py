"""Names of the channel layer's groups."""

WORKERS = "workers"
"""All workers listen here for the doorbell."""

WALL = "wall"
"""One hub of each web process listens here while supervisors watch the wall."""


def agent_group(agent_id: int) -> str:
    """All open panels of one agent."""
    return f"agent.{agent_id}"
