"""Names of the channel layer's groups."""

WORKERS = "workers"
"""All workers listen here for the doorbell."""


def agent_group(agent_id: int) -> str:
    """All open panels of one agent."""
    return f"agent.{agent_id}"
