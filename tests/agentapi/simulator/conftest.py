import pytest

from tests.agentapi.simulator.scene import Scene


@pytest.fixture
def scene():
    """Alice and Bob on calls on a server that has stereo_recording."""
    return Scene()
