import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClick, newId, parse } from "../../static/panel/protocol.js";
import { rawState } from "./made.mjs";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("an id is a UUID with or without a secure context", () => {
  assert.match(newId(), UUID);
  assert.match(newId({ getRandomValues: (bytes) => bytes.fill(255) }), UUID);
  assert.notEqual(newId(), newId());
});

test("a click says only what belongs to its action", () => {
  assert.deepEqual(makeClick("play", { button: "terms" }, "a"), { type: "click", id: "a", action: "play", button: "terms" });
  assert.deepEqual(makeClick("stop", {}, "a"), { type: "click", id: "a", action: "stop" });
  assert.deepEqual(makeClick("capture_begin", { label: "X" }, "a"), { type: "click", id: "a", action: "capture_begin", label: "X" });
  assert.deepEqual(makeClick("capture_end", { confirmed: true }, "a"), { type: "click", id: "a", action: "capture_end", confirmed: true });
  assert.throws(() => makeClick("play"), TypeError);
  assert.throws(() => makeClick("stop", { button: "terms" }), TypeError);
  assert.throws(() => makeClick("shout"), TypeError);
});

test("what can't be used is null, never an exception", () => {
  const useless = ["", "{", "null", "[]", "7", '"x"', "{}", '{"type":"toString"}', '{"type":"news"}', '{"type":"state","version":1}',
    '{"type":"state","version":"1","state":{}}', '{"type":"snapshot","state":{}}', '{"type":"click","id":1,"status":"done"}',
    '{"type":"click","id":"a","status":"dancing"}'];
  useless.forEach((text) => assert.equal(parse(text), null, text));
});

test("missing parts of a state read as not known", () => {
  const { state } = parse('{"type":"state","version":3,"state":{"playback":7}}');
  assert.equal(state.playback.status, "unknown");
  assert.equal(state.capture.status, "unknown");
  assert.equal(state.session.status, "UNKNOWN");
  assert.deepEqual(state.allowed, []);
  assert.equal(state.reasons, null);
  assert.deepEqual([state.confirm, state.doubts], [{}, {}]);
});

test("questions and doubts are sentences, and nothing else", () => {
  const { state } = parse(JSON.stringify({ type: "state", version: 1,
    state: { confirm: { capture_end: "Sure?", capture_begin: "", stop: 7 }, doubts: ["play"] } }));
  assert.deepEqual(state.confirm, { capture_end: "Sure?" });
  assert.deepEqual(parse('{"type":"state","version":1,"state":{"doubts":"x"}}').state.doubts, {});
});

test("unknown fields do no harm, unusable clicks and buttons are left out", () => {
  const read = parse(JSON.stringify({ type: "snapshot", version: 2, now: "nonsense", extra: 1, state: rawState({ mood: "good" }),
    clicks: [null, { id: "a", status: "sent", more: 1 }, { id: "b" }], board: { name: "Sales", buttons: [null, {}, { name: "x" }] } }));
  assert.equal(read.now, null);
  assert.deepEqual(read.clicks.map(({ id }) => id), ["a"]);
  assert.deepEqual(read.board.buttons.map(({ label }) => label), ["x"]);
});

test("a rejection and a pong are read", () => {
  assert.deepEqual(parse('{"type":"rejected","id":"a","code":"c","text":"No."}'), { type: "rejected", id: "a", code: "c", text: "No." });
  assert.deepEqual(parse('{"type":"pong"}'), { type: "pong" });
  assert.equal(parse('{"type":"rejected","id":null,"code":"malformed","text":"?"}').id, "");
});
