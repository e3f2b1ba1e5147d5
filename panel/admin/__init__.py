"""The admin pages: configuration to be changed, and what happened to be looked at."""

from panel.admin import agents, boards, clips, dialers, logins, people, records, teams, tokens

__all__ = ["agents", "boards", "clips", "dialers", "logins", "people", "records", "teams", "tokens"]
