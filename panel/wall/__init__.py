"""The supervisors' wall: one hub in each web process keeps every open screen up to date."""
