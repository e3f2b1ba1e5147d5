"""What is kept: one noun a file."""

from panel.models.agents import Agent
from panel.models.alerts import Alert
from panel.models.boards import Board, Button
from panel.models.clicks import Click
from panel.models.clips import Clip
from panel.models.dialers import Dialer
from panel.models.history import History
from panel.models.hosts import DialerHost
from panel.models.logins import LoginTries
from panel.models.pairings import Pairing, WrongCode
from panel.models.seals import Seal
from panel.models.sessions import Session
from panel.models.teams import Team
from panel.models.tokens import Ticket, Token
from panel.models.workers import Worker

__all__ = [
    "Agent",
    "Alert",
    "Board",
    "Button",
    "Click",
    "Clip",
    "Dialer",
    "DialerHost",
    "History",
    "LoginTries",
    "Pairing",
    "Seal",
    "Session",
    "Team",
    "Ticket",
    "Token",
    "Worker",
    "WrongCode",
]
