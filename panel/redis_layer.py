"""The channel layer over Redis, which may go away and come back under it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer, RedisSingleShardConnection
from channels_redis.utils import _close_redis, _wrap_close, decode_hosts
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from structlog.contextvars import clear_contextvars

from panel.inbox import Inbox
from panel.layers import LayerAwayError

log = logging.getLogger(__name__)

ANSWERS_WITHIN_SECONDS = 2.0
BEAT_EVERY_SECONDS = 1.0
SILENT_AFTER_SECONDS = 3.0
POLL_SECONDS = 0.1
AGAIN_AFTER_SECONDS = 0.5


class LastingConnection(RedisSingleShardConnection):  # type: ignore[misc]  # channels_redis comes without types.
    """One Redis, lost and found again. A beat goes through it and back, so that every kind of loss is noticed.

    The stock connection keeps everybody waiting for a Redis that does not answer, fails whoever wants to subscribe
    meanwhile, and never notices a network that swallows everything. Here what is sent while Redis is away is refused
    at once, and what was subscribed to is subscribed to as soon as Redis is back.
    """

    _redis: Any
    _pubsub: Any

    def __init__(self, host: dict[str, Any], channel_layer: "LastingLoopLayer") -> None:
        patience = {
            "retry": Retry(NoBackoff(), 0),
            "socket_timeout": ANSWERS_WITHIN_SECONDS,
            "socket_connect_timeout": ANSWERS_WITHIN_SECONDS,
        }
        super().__init__({**host, **patience}, channel_layer)
        self._beat = f"{channel_layer.prefix}.beat.{uuid4().hex}"
        self._asked: set[str] = set()
        self._away = self._broken = True
        # Set once it was found out whether Redis is there at all.
        self._tried = asyncio.Event()

    async def answers(self) -> bool:
        """Whether Redis is there, by the last beat; whoever asks first waits for the first one."""
        self._ensure_receiver()
        await self._tried.wait()
        return not self._away

    async def publish(self, channel: str, message: bytes) -> None:
        """Send a message; LayerAwayError where Redis is away."""
        if not await self._now(lambda: self._redis.publish(channel, message)):
            raise LayerAwayError

    async def subscribe(self, channel: str) -> None:
        """Hear this channel from now on, or from the moment when Redis is back."""
        if channel not in self._subscribed_to:
            self._subscribed_to.add(channel)
            await self._now(lambda: self._pubsub.subscribe(channel))

    async def unsubscribe(self, channel: str) -> None:
        """Hear this channel no more."""
        if channel in self._subscribed_to:
            self._subscribed_to.discard(channel)
            await self._now(lambda: self._pubsub.unsubscribe(channel))

    async def flush(self) -> None:
        """Close the connections; the next one to use this opens them anew."""
        await super().flush()
        self._away = True
        self._tried.clear()

    async def _now(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do this in turn, or return False where Redis is away, or goes away."""
        if not await self.answers():
            return False
        async with self._lock:
            if self._away:
                return False
            try:
                await work()
            except (RedisError, OSError) as error:
                self._lost(error)
        return not self._away

    async def _do_receiving(self) -> None:
        # The task inherits what the lines of whoever needed Redis first are about.
        clear_contextvars()
        while True:
            try:
                await self._connect()
                await self._hear()
            except (RedisError, OSError) as error:
                self._lost(error)
            except Exception as error:
                log.exception("The channel layer failed in a way that it should not.")
                self._lost(error)
            await asyncio.sleep(AGAIN_AFTER_SECONDS)

    async def _connect(self) -> None:
        async with self._lock:
            old, self._redis = self._redis, None
            if old is not None:
                await _close_redis(old)
            self._broken = False
            self._ensure_redis()
            self._asked = {self._beat, *self._subscribed_to}
            await self._pubsub.subscribe(*self._asked)

    async def _hear(self) -> None:
        """Pass on what comes in until the connection breaks, and keep the beat."""
        now = asyncio.get_running_loop().time
        heard, beaten = now(), 0.0
        while not self._broken:
            if now() - beaten >= BEAT_EVERY_SECONDS:
                await self._redis.publish(self._beat, b"")
                beaten = now()
            message = await self._pubsub.get_message(ignore_subscribe_messages=True, timeout=POLL_SECONDS)
            if message:
                heard = now()
                await self._found()
                self._receive_message(message)
            elif now() - heard > SILENT_AFTER_SECONDS:
                raise TimeoutError("it lets nothing through")

    async def _found(self) -> None:
        if not self._away:
            return
        if self._tried.is_set():
            log.info("Redis is back.")
        self._away = False
        self._tried.set()
        # From here on each subscription is made at once; these came while the connection was being made.
        if missed := self._subscribed_to - self._asked:
            await self._pubsub.subscribe(*missed)

    def _lost(self, error: Exception) -> None:
        if not self._away or not self._tried.is_set():
            log.warning("Redis is away: panels look into the database until it is back. (%s)", error)
        self._away = self._broken = True
        self._tried.set()


class LastingLoopLayer(RedisPubSubLoopLayer):  # type: ignore[misc]  # channels_redis comes without types.
    """The layer as one event loop has it."""

    def __init__(self, hosts: list[Any], **kwargs: Any) -> None:
        super().__init__(hosts, **kwargs)
        self._shards = [LastingConnection(host, self) for host in decode_hosts(hosts)]

    async def _subscribe_to_channel(self, channel: str) -> None:
        # As the stock layer does, but for the queue: a process may have thousands of them.
        self.channels[channel] = Inbox()
        await self._get_shard(channel).subscribe(channel)

    async def answers(self) -> bool:
        """Whether all that is sent arrives."""
        return all([await shard.answers() for shard in self._shards])


class LastingRedisLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # channels_redis comes without types.
    """Django Channels' layer over Redis' pub/sub that never fails whoever listens, and says whether it `answers`."""

    def _get_layer(self) -> LastingLoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = LastingLoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        layer: LastingLoopLayer = self._layers[loop]
        return layer
