import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClick } from "../../static/panel/protocol.js";
import { WORDS, initial, isDouble, onItsWay, reduce } from "../../static/panel/store.js";
import { NOON, after, came, connected, message, playing, ready, snapshot, stateMessage } from "./made.mjs";

const PLAY = makeClick("play", { button: "terms" }, "click-1");
const pressed = { type: "pressed", click: PLAY, at: NOON };
const lost = { type: "disconnected", at: NOON + 1000 };
const click = (status, text = "") => came(message({ type: "click", id: "click-1", status, reason: null, text }));

test("a state before the snapshot counts for nothing", () => {
  const model = after(initial(), connected, came(stateMessage(5, {})));
  assert.equal(model.state, null);
  assert.equal(model.ready, false);
});

test("what is not newer is dropped", () => {
  const model = ready({}, 7);
  assert.equal(after(model, came(stateMessage(7, playing("playing")))), model);
  assert.equal(after(model, came(stateMessage(6, playing("playing")))), model);
  assert.equal(after(model, came(stateMessage(8, playing("playing")))).state.playback.status, "playing");
});

test("a gap is shown at once and asked about once", () => {
  const gap = after(ready({}, 7), came(stateMessage(10, playing("playing"))));
  assert.equal(gap.version, 10);
  assert.equal(gap.needsResync, true);
  const asked = after(gap, { type: "asked" }, came(stateMessage(13, {})));
  assert.equal(asked.needsResync, false);
  assert.equal(after(asked, came(snapshot(13))).resyncAsked, false);
});

test("no gap, no question", () => {
  assert.equal(after(ready({}, 7), came(stateMessage(8, {}))).needsResync, false);
});

test("an older snapshot doesn't turn the time back, except as the first of a connection", () => {
  const model = after(ready({}, 7), came(stateMessage(8, playing("playing"))));
  assert.equal(after(model, came(snapshot(7))).state.playback.status, "playing");
  assert.equal(after(model, lost, connected, came(snapshot(3))).version, 3);
});

test("the server's clock is kept as an offset", () => {
  const model = after(ready(), came(stateMessage(2, {}, NOON + 5000), NOON));
  assert.equal(model.offset, 5000);
});

test("a press is on its way until its end", () => {
  let model = after(ready(), pressed);
  assert.equal(onItsWay(model, "terms").status, "sending");
  model = after(model, click("queued"));
  assert.equal(onItsWay(model, "terms").status, "queued");
  model = after(model, click("sent"), click("queued"));
  assert.equal(onItsWay(model, "terms").status, "sent");
  model = after(model, click("done"));
  assert.equal(onItsWay(model, "terms"), null);
  assert.deepEqual(model.notes, {});
});

for (const end of ["refused", "failed", "unknown", "expired"]) {
  test(`${end} leaves a note with the server's words, or ours`, () => {
    const said = after(ready(), pressed, click(end, "Because."));
    assert.deepEqual(said.notes.terms, { kind: end, text: "Because.", at: NOON });
    assert.equal(said.announcement.text, "Because.");
    assert.equal(after(ready(), pressed, click(end)).notes.terms.text, WORDS[end]);
    assert.equal(onItsWay(said, "terms"), null);
  });
}

test("a rejection says why, the next press wipes it away", () => {
  const rejected = after(ready(), pressed, came(message({ type: "rejected", id: "click-1", code: "x", text: "Nothing is playing." })));
  assert.equal(rejected.notes.terms.text, "Nothing is playing.");
  assert.equal(after(rejected, { ...pressed, click: makeClick("play", { button: "terms" }, "click-2") }).notes.terms, undefined);
});

test("clicks of other tabs change nothing here", () => {
  const model = ready();
  assert.equal(after(model, click("refused", "No.")), model);
  assert.equal(after(model, came(message({ type: "rejected", id: "", code: "malformed", text: "?" }))), model);
});

test("what a supervisor did is said beside its control, once it is done", () => {
  const press = (action, status, actor = "Sue") => came(message({ type: "click", id: "theirs", action, status, text: "", actor }));
  assert.equal(after(ready(), press("stop", "sent")).notes["action:stop"], undefined);
  const stopped = after(ready(), press("stop", "done"));
  assert.deepEqual(stopped.notes["action:stop"], { kind: "other", text: "Sue stopped the clip.", at: NOON });
  assert.equal(stopped.announcement.text, "Sue stopped the clip.");
  assert.equal(after(ready(), press("capture_end", "done")).notes["action:capture"].text, "Sue ended the recording.");
  assert.equal(after(ready(), press("stop", "refused")).notes["action:stop"], undefined);
});

test("after a reconnect the snapshot tells a click's end by its id", () => {
  const end = { id: "click-1", action: "play", button: "terms", status: "refused", text: "No session." };
  const model = after(ready(), pressed, lost, connected, came(snapshot(9, { clicks: [end] })));
  assert.equal(model.notes.terms.text, "No session.");
  assert.deepEqual(model.clicks, {});
});

test("a click that the server never saw is said not to be sent, and is over", () => {
  const model = after(ready(), pressed, lost, connected, came(snapshot(9)));
  assert.equal(model.notes.terms.kind, "lost");
  assert.equal(onItsWay(model, "terms"), null);
});

test("should it turn up after all, it is followed again", () => {
  const model = after(ready(), pressed, lost, connected, came(snapshot(9)), click("queued"));
  assert.equal(model.notes.terms, undefined);
  assert.equal(onItsWay(model, "terms").status, "queued");
});

test("a click that crossed a snapshot on the wire is not taken for lost", () => {
  const asked = after(ready(), { type: "asked" }, pressed, came(snapshot(2)));
  assert.equal(onItsWay(asked, "terms").status, "sending");
});

test("a click without an answer makes the client ask, once", () => {
  const waiting = after(ready(), pressed, { type: "tick", at: NOON + 6000 });
  assert.equal(waiting.needsResync, true);
  const asked = after(waiting, { type: "asked" }, { type: "tick", at: NOON + 7000 });
  assert.equal(asked.needsResync, false);
  assert.equal(after(asked, came(snapshot(1))).notes.terms.kind, "lost");
});

test("a press without a connection has certainly not left", () => {
  const model = after(ready(), pressed, { type: "unsent", click: PLAY, at: NOON });
  assert.equal(model.notes.terms.text, WORDS.unsent);
  assert.deepEqual(model.clicks, {});
});

test("losing the connection twice keeps the first moment", () => {
  const model = after(ready(), lost, { type: "disconnected", at: NOON + 9000 });
  assert.equal(model.connection.since, NOON + 1000);
  assert.equal(model.ready, false);
});

test("notes fade, and events that mean nothing change nothing", () => {
  const model = after(ready(), pressed, click("failed"));
  assert.notDeepEqual(after(model, { type: "tick", at: NOON + 11_000 }).notes, {});
  assert.deepEqual(after(model, { type: "tick", at: NOON + 61_000 }).notes, {});
  const told = { type: "told", target: "terms", text: "Not now.", at: NOON };
  assert.deepEqual(after(ready(), told, { type: "tick", at: NOON + 11_000 }).notes, {});
  assert.equal(reduce(model, { type: "weather" }), model);
  assert.equal(after(model, came({ type: "pong" })), model);
});

test("the reducer changes no model in place", () => {
  const model = ready();
  const before = JSON.stringify(model);
  after(model, pressed, click("refused"), lost, connected, came(snapshot(9)));
  assert.equal(JSON.stringify(model), before);
});

test("a second press within a second is no press of its own, and a third after it neither", () => {
  const model = after(ready(), pressed, click("done"));
  assert.equal(isDouble(model, "terms", NOON + 999), true);
  assert.equal(isDouble(model, "terms", NOON + 1000), false);
  assert.equal(isDouble(after(model, { type: "repeated", target: "terms", at: NOON + 900 }), "terms", NOON + 1800), true);
});

test("what is pressed after something else, or because it did not work, is meant", () => {
  const other = { type: "pressed", click: makeClick("play", { button: "recorded-line" }, "click-2"), at: NOON + 300 };
  assert.equal(isDouble(after(ready(), pressed, other), "terms", NOON + 600), false);
  assert.equal(isDouble(after(ready(), pressed, click("refused")), "terms", NOON + 600), false);
  assert.equal(isDouble(after(ready(), { type: "told", target: "terms", text: "No.", at: NOON }), "terms", NOON + 600), false);
});

test("who is asked has to press again, and not in the same breath", () => {
  const asked = after(ready(), { type: "questioned", target: "action:capture", text: "Sure?", at: NOON });
  assert.equal(isDouble(asked, "action:capture", NOON + 300), true);
  assert.equal(asked.notes["action:capture"].kind, "sure");
});

test("stop is never too much", () => {
  const stop = { type: "pressed", click: makeClick("stop", {}, "stop-1"), at: NOON };
  assert.equal(isDouble(after(ready(), stop), "action:stop", NOON + 100), false);
});

test("a clip of which nobody looked who hears it is done, and says so", () => {
  const done = (reason, text) => came(message({ type: "click", id: "click-1", status: "done", reason, text }));
  const model = after(ready(), pressed, done("not_looked", "Nobody looked whether a customer is on the line."));
  assert.deepEqual(model.notes.terms, { kind: "done", text: "Nobody looked whether a customer is on the line.", at: NOON });
  assert.deepEqual(after(ready(), pressed, done("replaced", "It stopped another clip.")).notes, {});
});
