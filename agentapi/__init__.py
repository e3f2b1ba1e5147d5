"""VICIdial's agent API in plain Python: commands, replies, the session machine, a client, a worker."""
