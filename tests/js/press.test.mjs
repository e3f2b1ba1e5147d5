import assert from "node:assert/strict";
import { test } from "node:test";
import { keyed, meant, outcomeOf } from "../../static/panel/press.js";
import { makeClick } from "../../static/panel/protocol.js";
import { initial } from "../../static/panel/store.js";
import { viewOf } from "../../static/panel/view.js";
import { NOON, after, playing, rawState, ready } from "./made.mjs";

const stateOf = (changes) => ready({ state: rawState({ reasons: {}, ...changes }) });
const outcome = (model, action, button, at = NOON) => outcomeOf(model, viewOf(model, at), { action, button }, at);
const ASKS = { capture: { status: "active", recording_id: "7", ours: false }, allowed: ["capture_end"], confirm: { capture_end: "End it?" } };
const asked = after(stateOf(ASKS), { type: "confirming", action: "capture_end", text: "End it?", at: NOON });

test("what can go is sent", () => {
  assert.deepEqual(outcome(ready(), "play", "terms"), { type: "sent", action: "play", button: "terms" });
  assert.equal(outcome(ready(), "capture_begin").type, "sent");
});

test("what can't go is told beside what was pressed, but stop always goes", () => {
  assert.deepEqual(outcome(ready(), "pause"), { type: "told", target: "action:pause", text: "Nothing is playing.", at: NOON });
  assert.equal(outcome(ready(), "stop").type, "sent");
  assert.equal(outcome(initial(), "stop").type, "told");
  assert.equal(outcome(initial(), "play", "gone").type, "told");
});

test("a doubt holds nothing up", () => {
  assert.equal(outcome(stateOf({ doubts: { replace: "Asked first." } }), "play", "terms").type, "sent");
});

test("what is on its way, and a double press, are sent once", () => {
  const pressed = after(ready(), { type: "pressed", click: makeClick("play", { button: "terms" }, "a"), at: NOON });
  assert.equal(outcome(pressed, "play", "terms", NOON + 5_000).type, "repeated");
});

test("what wants a confirmation is asked, and the other action of the capture is not", () => {
  const both = stateOf({ ...ASKS, allowed: ["capture_begin", "capture_end"] });
  assert.deepEqual(outcome(both, "capture_end"), { type: "confirming", action: "capture_end", text: "End it?", at: NOON });
  assert.equal(outcome(both, "capture_begin").type, "sent");
});

test("a question is put away by the same press again, but not by the second half of a double one", () => {
  assert.equal(outcome(asked, "capture_end", undefined, NOON + 400).type, "repeated");
  assert.equal(outcome(asked, "capture_end", undefined, NOON + 1_500).type, "answered");
});

test("a recording that is just starting is ended by whoever insists", () => {
  const starting = stateOf({ capture: { status: "starting" }, allowed: ["capture_end"] });
  assert.equal(outcome(starting, "capture_end").type, "questioned");
});

test("the capture button means what it shows", () => {
  assert.equal(meant(viewOf(ready(), NOON), "capture"), "capture_begin");
  assert.equal(meant(viewOf(asked, NOON), "capture"), "capture_end");
  assert.equal(meant(viewOf(ready(), NOON), "stop"), "stop");
});

test("Escape puts a question away, and stops all the same what can be heard", () => {
  assert.deepEqual(keyed(viewOf(ready(), NOON), { action: "stop" }), { puts: false, presses: true });
  const silent = after(stateOf({ ...ASKS, reasons: { stop: "Nothing is playing." } }), { type: "confirming", action: "capture_end", text: "End it?", at: NOON });
  assert.deepEqual(keyed(viewOf(silent, NOON), { action: "stop" }), { puts: true, presses: false });
  const heard = after(stateOf({ ...ASKS, ...playing("playing"), allowed: ["stop", "capture_end"] }), { type: "confirming", action: "capture_end", text: "End it?", at: NOON });
  assert.deepEqual(keyed(viewOf(heard, NOON), { action: "stop" }), { puts: true, presses: true });
  assert.deepEqual(keyed(viewOf(silent, NOON), { action: "play" }), { puts: false, presses: true });
});
