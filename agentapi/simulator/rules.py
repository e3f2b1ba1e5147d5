"""How a server records: the settings that decide what becomes of a wish."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agentapi.simulator.calls import Call


class Mode(StrEnum):
    """A campaign's or an in-group's setting for stereo recordings (FACTS 7.4)."""

    DISABLED = "DISABLED"
    BOTH_CHANNELS = "BOTH_CHANNELS"
    CUSTOMER_ONLY = "CUSTOMER_ONLY"
    CUSTOMER_MUTE = "CUSTOMER_MUTE"

    @property
    def holds_clips(self) -> bool:
        """Whether the left side, with agent and clips on it, is in the file (FACTS 7.4)."""
        return self in (Mode.BOTH_CHANNELS, Mode.CUSTOMER_MUTE)

    @property
    def holds_customer(self) -> bool:
        return self in (Mode.BOTH_CHANNELS, Mode.CUSTOMER_ONLY)


class CampaignRecording(StrEnum):
    """What a campaign records by itself (FACTS 7.11); `ONDEMAND` is nothing."""

    ONDEMAND = "ONDEMAND"
    ALLCALLS = "ALLCALLS"
    ALLFORCE = "ALLFORCE"


@dataclass(slots=True)
class Rules:
    """The settings of one server that its agents' screens follow; each may be changed at any time.

    `knows_stereo` is False for a server older than stereo_recording (FACTS 7.1), `stops_after_call` says whether the
    end-of-call logging closes rows (FACTS 7.8), `asks_twice` whether a slow server is asked twice for the same wish
    (FACTS 7.4).
    """

    filename_template: str
    knows_stereo: bool = True
    campaign_mode: Mode = Mode.BOTH_CHANNELS
    ingroup_mode: Mode = Mode.BOTH_CHANNELS
    campaign_recording: CampaignRecording = CampaignRecording.ONDEMAND
    stops_after_call: bool = True
    asks_twice: bool = False

    def mode_of(self, call: Call) -> Mode:
        """The mode that holds for a call: in-groups inherit nothing, an unknown call has none (FACTS 7.4)."""
        if not call.is_logged:
            return Mode.DISABLED
        return self.ingroup_mode if call.inbound else self.campaign_mode

    @property
    def records_by_itself(self) -> bool:
        return self.campaign_recording is not CampaignRecording.ONDEMAND
