import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClick } from "../../static/panel/protocol.js";
import { fallsThrough } from "../../static/panel/question.js";
import { isDouble } from "../../static/panel/store.js";
import { viewOf } from "../../static/panel/view.js";
import { NOON, after, came, connected, message, rawState, ready, snapshot, stateMessage } from "./made.mjs";

const TEXT = "This recording was not begun here. End it all the same?";
const FOREIGN = {
  capture: { ...rawState().capture, status: "active", recording_id: "7", ours: false }, allowed: ["capture_end"], reasons: {},
  confirm: { capture_end: TEXT },
};
const foreign = ready({ state: rawState(FOREIGN) });
const asked = after(foreign, { type: "confirming", action: "capture_end", text: TEXT, at: NOON });
const shown = (model, at = NOON + 1_000) => viewOf(model, at).question;

test("an action that wants a confirmation carries its question", () => {
  assert.deepEqual(viewOf(foreign, NOON).capture.confirm, { capture_begin: "", capture_end: TEXT });
  assert.equal(shown(foreign), null);
});

test("a question says what each answer does", () => {
  assert.deepEqual(shown(asked), { action: "capture_end", text: TEXT, yes: "End the recording", no: "Let it run", open: true });
  const begin = after(ready(), { type: "confirming", action: "capture_begin", text: "Sure?", at: NOON });
  assert.deepEqual([shown(begin).yes, shown(begin).no], ["Record", "Don't record"]);
});

test("the second half of a double press is no answer, and puts no question away", () => {
  assert.equal(shown(asked, NOON + 999).open, false);
  assert.equal(isDouble(asked, "action:capture", NOON + 400), true);
});

test("a question goes with its answer", () => {
  assert.equal(shown(after(asked, { type: "answered" })), null);
  const click = makeClick("capture_end", { confirmed: true }, "end-1");
  assert.equal(shown(after(asked, { type: "pressed", click, at: NOON + 2_000 })), null);
});

test("another press leaves the question where it is", () => {
  assert.notEqual(shown(after(asked, { type: "pressed", click: makeClick("stop", {}, "stop-1"), at: NOON })), null);
});

test("what is settled meanwhile stays in its place and can't be answered by yes", () => {
  const ended = after(asked, came(stateMessage(2, {})));
  assert.deepEqual(shown(ended), { action: "capture_end", text: "Not now. Nothing is recorded.", yes: "End the recording", no: "Close", open: false });
  assert.equal(shown(after(asked, { type: "disconnected", at: NOON })).open, false);
});

test("a question about one recording is not answered for another", () => {
  const other = after(asked, came(stateMessage(2, { ...FOREIGN, capture: { ...FOREIGN.capture, recording_id: "8" } })));
  assert.deepEqual([shown(other).text, shown(other).open], ["Not now. It is another recording now.", false]);
});

test("words that change are read anew before they can be answered", () => {
  const changed = came(stateMessage(2, { ...FOREIGN, confirm: { capture_end: "It is left over. End it?" } }), NOON + 5_000);
  const model = after(asked, changed);
  assert.deepEqual([shown(model, NOON + 5_500).text, shown(model, NOON + 5_500).open], ["It is left over. End it?", false]);
  assert.equal(shown(model, NOON + 6_000).open, true);
  const again = after(asked, { type: "disconnected", at: NOON }, connected, came(snapshot(9, { state: rawState(FOREIGN) })));
  assert.equal(shown(again).open, true);
});

test("where the server alone knew that it must be asked, its rejection is the question", () => {
  const pressed = { type: "pressed", click: makeClick("capture_end", {}, "end-1"), at: NOON };
  const rejected = came(message({ type: "rejected", id: "end-1", code: "needs_confirmation", text: "Whose is it? End it?" }));
  const plain = ready({ state: rawState({ ...FOREIGN, confirm: undefined }) });
  const model = after(plain, pressed, rejected);
  assert.equal(shown(model).text, "Whose is it? End it?");
  assert.deepEqual([model.clicks, model.notes, model.announcement], [{}, {}, null]);
  assert.equal(shown(after(foreign, pressed, rejected)).text, TEXT);
});

test("what lay under a question is not pressed by the second half of its answer", () => {
  assert.equal(fallsThrough(NOON, NOON + 499), true);
  assert.equal(fallsThrough(NOON, NOON + 500), false);
});
