"""What Clipdeck uses of libraries without their promise to keep it. An update that takes it away fails here at once and
by name, and not some day in a call center.
"""

import importlib
import inspect
import re
from typing import Any

import pytest

INTERNALS: dict[str, tuple[str, ...]] = {
    # panel/server.py, panel/exchange.py
    "daphne.server": ("HTTPFactory", "WebSocketFactory"),
    "daphne.server.Server": (
        "connections", "application", "create_application", "handle_reply", "listen_success", "protocol_disconnected",
        "http_factory", "application_checker",
    ),
    "daphne.http_protocol.HTTPFactory": ("buildProtocol",),
    "daphne.http_protocol.WebRequest": (
        "_response_started", "application_queue", "handle_reply", "handle_exception", "finish", "connectionLost",
    ),
    "daphne.ws_protocol.WebSocketFactory": ("protocol", "buildProtocol"),
    "daphne.ws_protocol.WebSocketProtocol": (
        "application_deferred", "clean_headers", "handle_reply", "onOpen", "onClose", "request",
    ),
    "autobahn.websocket.protocol.WebSocketServerProtocol": (
        "http_headers", "http_request_data", "http_request_params", "http_request_uri", "http_response_data",
        "http_status_line", "_wskey", "maxMessagePayloadSize", "sendCloseFrame", "STATE_OPEN", "state",
    ),
    "twisted.internet.asyncioreactor.AsyncioSelectorReactor": ("_asyncioEventloop",),
    "twisted.web.http.Request": (
        "gotLength", "handleContentChunk", "requestReceived", "registerProducer", "unregisterProducer", "producer",
        "content", "channel", "requestHeaders",
    ),
    "twisted.web.http.HTTPChannel": ("requestFactory", "dataReceived", "registerProducer", "pauseProducing"),
    # panel/layers.py, panel/redis_layer.py
    "channels.layers.InMemoryChannelLayer": ("_clean_expired", "channels", "groups", "expiry"),
    "channels_redis.utils": ("_close_redis", "_wrap_close", "decode_hosts"),
    "channels_redis.pubsub.RedisSingleShardConnection": (
        "_redis", "_pubsub", "_lock", "_subscribed_to", "_receive_message", "_ensure_receiver", "_ensure_redis",
        "flush",
    ),
    "channels_redis.pubsub.RedisPubSubLoopLayer": ("_shards", "_get_shard", "channels"),
    "channels_redis.pubsub.RedisPubSubChannelLayer": ("_layers", "_args"),
    # config/sessions.py, config/sqlite3, panel/admin/dialers.py
    "django.contrib.sessions.backends.db.SessionStore": ("_validate_session_key",),
    "django.db.backends.sqlite3.base.DatabaseWrapper": (
        "_start_transaction_under_autocommit", "_commit", "_rollback", "_close",
    ),
    "django.forms.models.BaseModelForm": ("_post_clean",),
    # panel/models/history.py, panel/selectors/history.py, panel/services/pruning.py
    "simple_history.models.HistoricalRecords": (
        "fields_included", "post_save", "m2m_changed", "_history_m2m_fields", "m2m_models",
    ),
    # agentapi/reach.py, agentapi/client.py
    "urllib3.connection.HTTPConnection": ("_new_conn",),
    "urllib3.connection.HTTPSConnection": ("_new_conn",),
    "urllib3.connectionpool.HTTPConnectionPool": ("ConnectionCls",),
    "urllib3.poolmanager.PoolManager": ("pool_classes_by_scheme",),
    "urllib3.response.HTTPResponse": ("read1", "chunked", "version"),
    "requests.adapters.HTTPAdapter": ("init_poolmanager", "poolmanager"),
}  # fmt: skip
"""Module or class -> the names that are used of it, be they its own or its instances'."""

WORDS_IN_SOURCE: dict[str, str] = {
    # panel/views: a refusal that was logged already is not logged again.
    "django.utils.log": "_has_been_logged",
    # panel/models/history.py
    "simple_history.utils": "_change_reason",
    # The queue of an in-memory channel is looked into by its name.
    "channels.layers": "_queue",
}
"""Module -> a name of ours that it must look for."""


def resolved(path: str) -> Any:
    try:
        return importlib.import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(importlib.import_module(module), name)


def has(owner: Any, name: str) -> bool:
    """Whether the owner has it, or sets it on its instances."""
    if hasattr(owner, name):
        return True
    classes = (
        [kind for kind in inspect.getmro(owner) if kind.__module__ != "builtins"] if inspect.isclass(owner) else []
    )
    return any(re.search(rf"\bself\.{name}\b|\b{name} =|\"{name}\"", inspect.getsource(kind)) for kind in classes)


@pytest.mark.parametrize(("owner", "name"), [(owner, name) for owner, names in INTERNALS.items() for name in names])
def test_it_is_still_there(owner, name):
    assert has(resolved(owner), name), f"{owner} has no {name} any more"


@pytest.mark.parametrize(("module", "word"), WORDS_IN_SOURCE.items())
def test_it_is_still_looked_for(module, word):
    assert word in inspect.getsource(resolved(module))


def test_what_is_not_there_is_noticed():
    assert not has(resolved("daphne.server.Server"), "of_no_such_name")


def test_a_guarded_connection_is_what_urllib3_makes():
    from agentapi.reach import Reach, ReachAdapter

    adapter = ReachAdapter(Reach())
    pool = adapter.poolmanager.connection_from_url("https://127.0.0.1:9/")
    assert type(pool).__name__ == "GuardedPool"
    assert type(pool._new_conn()).__name__ == "Guarded"


def test_daphne_makes_our_requests():
    import daphne.server

    from panel.exchange import Exchange
    from panel.server import PanelServer

    server = PanelServer(lambda *_: None, endpoints=["tcp:0"])
    channel = daphne.server.HTTPFactory(server).buildProtocol(None)
    assert channel.requestFactory is Exchange
