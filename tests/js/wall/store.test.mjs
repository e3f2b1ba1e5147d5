import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClick } from "../../../static/wall/protocol.js";
import { reduce } from "../../../static/wall/store.js";
import { NOON, after, agents, alerts, came, connected, iso, message, rawAlert, rawCard, ready, recording, wall } from "./made.mjs";

const names = (model) => Object.values(model.cards).map(({ name }) => name);
const lost = { type: "disconnected", at: NOON + 1000 };

test("the wall takes the place of all that was known, agents change what is there", () => {
  const model = ready(rawCard(1, "Alice"), rawCard(2, "Bob"));
  assert.equal(model.ready, true);
  const changed = after(model, agents(rawCard(2, "Bob", { version: 2 }, recording(5))));
  assert.equal(changed.cards[2].state.capture.status, "active");
  assert.equal(changed.cards[1], model.cards[1]);
  assert.deepEqual(names(after(changed, wall(rawCard(3, "Carol")))), ["Carol"]);
});

test("what is older is dropped, what is as old may tell of a closed panel", () => {
  const model = ready(rawCard(1, "Alice", { version: 7 }));
  assert.equal(after(model, agents(rawCard(1, "Alice", { version: 6, panel_open: false }))).cards[1].panelOpen, true);
  assert.equal(after(model, agents(rawCard(1, "Alice", { version: 7, panel_open: false }))).cards[1].panelOpen, false);
});

test("an agent whom no wall named does not appear", () => {
  assert.deepEqual(names(after(ready(rawCard(1, "Alice")), agents(rawCard(2, "Bob")))), ["Alice"]);
});

test("nothing counts before the wall came", () => {
  assert.deepEqual(names(after(ready(), lost, connected, agents(rawCard(2, "Bob")))), []);
});

test("without a connection the cards stay, and are known to be old", () => {
  const model = after(ready(rawCard(1, "Alice")), lost, { type: "disconnected", at: NOON + 9000 });
  assert.deepEqual(names(model), ["Alice"]);
  assert.equal(model.ready, false);
  assert.equal(model.connection.since, NOON + 1000);
});

test("only what comes up after the first alerts, and is nobody's yet, is news", () => {
  const first = after(ready(), alerts(rawAlert(1)));
  assert.deepEqual(first.news, []);
  const second = after(first, alerts(rawAlert(2), rawAlert(1)));
  assert.deepEqual(second.news.map(({ id }) => id), [2]);
  const taken = after(second, alerts(rawAlert(2, { acknowledged_by: "Sue" }), rawAlert(1)));
  assert.equal(taken.news, second.news);
  const foreign = after(taken, alerts(rawAlert(3, { acknowledged_by: "Tom" })));
  assert.equal(foreign.news, second.news);
});

test("after a reconnect alerts that were there already are no news", () => {
  const model = after(ready(), alerts(rawAlert(1)), lost, connected, wall(), alerts(rawAlert(1)));
  assert.deepEqual(model.news, []);
});

const clicks = (agent, ...list) => came({ type: "clicks", agent, now: iso(NOON), clicks: list });

test("clicks are shown of the agent who is watched, and of nobody else", () => {
  const model = after(ready(rawCard(1, "Alice"), rawCard(2, "Bob")), { type: "watched", key: 1 });
  assert.equal(model.clicks, null);
  assert.equal(after(model, clicks(2, { id: "a" })).clicks, null);
  assert.equal(after(model, clicks(1, { id: "a", action: "play" })).clicks[0].action, "play");
  assert.equal(after(model, clicks(1), { type: "watched", key: 2 }).clicks, null);
});

test("an agent who is gone is watched no more", () => {
  const model = after(ready(rawCard(1, "Alice")), { type: "watched", key: 1 }, wall(rawCard(2, "Bob")));
  assert.equal(model.watching, null);
});

const CLICK = makeClick(1, "stop", { id: "click-1" });
const pressed = { type: "pressed", click: CLICK };

test("a press is on its way until it stands among the clicks", () => {
  const model = after(ready(rawCard(1, "Alice")), { type: "watched", key: 1 }, pressed);
  assert.deepEqual(Object.keys(model.pressed), ["click-1"]);
  assert.deepEqual(after(model, clicks(1, { id: "click-1", action: "stop", status: "queued" })).pressed, {});
});

test("a rejection says why and is forgotten after a while", () => {
  const model = after(ready(rawCard(1, "Alice")), { type: "watched", key: 1 }, pressed);
  const rejected = after(model, came({ type: "rejected", id: "click-1", code: "not_playing", text: "Nothing is playing." }));
  assert.deepEqual(rejected.answer, { key: 1, text: "Nothing is playing.", at: NOON });
  assert.deepEqual(rejected.pressed, {});
  assert.notEqual(after(rejected, { type: "tick", at: NOON + 14_000 }).answer, null);
  assert.equal(after(rejected, { type: "tick", at: NOON + 16_000 }).answer, null);
});

test("a press without a connection has certainly not left", () => {
  const model = after(ready(rawCard(1, "Alice")), pressed, { type: "unsent", click: CLICK, at: NOON });
  assert.match(model.answer.text, /not connected/);
  assert.deepEqual(model.pressed, {});
});

test("what cannot be understood changes nothing", () => {
  const model = ready(rawCard(1, "Alice"));
  for (const raw of [null, 5, [], { type: "weather" }, { type: "clicks" }]) assert.equal(message(raw), null);
  assert.equal(reduce(model, { type: "message", message: null, receivedAt: NOON }), model);
  assert.deepEqual(names(after(model, agents({ key: "x" }, null, 7, { key: 3, state: "?" }))), ["Alice"]);
});

const dead = after(ready(rawCard(1, "Alice"), rawCard(2, "Bob")), { type: "watched", key: 1 }, pressed, lost);
const back = after(dead, connected, wall(rawCard(1, "Alice"), rawCard(2, "Bob")));

test("a press that died with the connection is given up when the clicks come without it", () => {
  assert.deepEqual(Object.keys(back.pressed), ["click-1"]);
  const told = after(back, clicks(1, { id: "older", action: "play" }));
  assert.deepEqual(told.pressed, {});
  assert.equal(told.answer.key, 1);
  assert.match(told.answer.text, /The connection broke; it is not among the clicks\./);
});

test("a press that outlived the connection says nothing of it", () => {
  const told = after(back, clicks(1, { id: "click-1", action: "stop" }));
  assert.deepEqual([told.pressed, told.answer], [{}, null]);
});

test("the clicks of somebody else, or before the connection broke, decide nothing", () => {
  const other = after(back, { type: "watched", key: 2 }, clicks(2));
  assert.deepEqual(Object.keys(other.pressed), ["click-1"]);
  assert.deepEqual(after(other, { type: "watched", key: 1 }, clicks(1)).pressed, {});
  const live = after(ready(rawCard(1, "Alice")), { type: "watched", key: 1 }, pressed, clicks(1));
  assert.deepEqual(Object.keys(live.pressed), ["click-1"]);
});

test("where the server alone knew that it must be asked, the next press has its question", () => {
  const open = after(ready(rawCard(1, "Alice"), rawCard(2, "Bob")), { type: "watched", key: 1 }, pressed);
  const model = after(open, came({ type: "rejected", id: "click-1", code: "needs_confirmation", text: "Not begun here. End it?" }));
  assert.deepEqual(model.confirm, { stop: "Not begun here. End it?" });
  assert.match(model.answer.text, /press again/);
  assert.deepEqual(after(model, pressed).confirm, {});
  assert.deepEqual(after(model, { type: "watched", key: 2 }).confirm, {});
});

test("a press says that it was confirmed, and says nothing where nothing was asked", () => {
  assert.deepEqual(makeClick(1, "capture_end", { confirmed: true, id: "a" }), { type: "click", id: "a", agent: 1, action: "capture_end", confirmed: true });
  assert.equal("confirmed" in makeClick(1, "capture_end"), false);
});
