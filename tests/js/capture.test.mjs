import assert from "node:assert/strict";
import { test } from "node:test";
import { viewOf } from "../../static/panel/view.js";
import { NOON, after, iso, rawState, ready } from "./made.mjs";

const ACTIVE = {
  status: "active", recording_id: "121242", filename: "file", began_at: iso(NOON - 83_000), checked_at: iso(NOON - 6000), ours: true, fault: null,
};
const ENDS = { allowed: ["capture_end"], reasons: {} };
const seen = (capture, changes = {}, now = NOON) => viewOf(ready({ state: rawState({ capture, ...ENDS, ...changes }) }), now).capture;
const texts = ({ warnings }) => warnings.map(({ text }) => text).join(" ");

test("a begin that the agent's screen has not carried out is waited for, and is not called a fault", () => {
  const waiting = { status: "starting", fault_code: "waiting_for_screen", fault: "Is VICIdial's tab hidden?" };
  const view = seen(waiting);
  assert.deepEqual([view.look, view.slow, view.text, view.hint], ["starting", true, "Waiting…", "VICIdial's agent screen has not begun it yet."]);
  assert.deepEqual(view.warnings, [{ kind: "warn", text: "Is VICIdial's tab hidden?" }]);
  const ending = seen({ ...ACTIVE, status: "stopping", fault_code: "waiting_for_screen", fault: "Hidden?" });
  assert.deepEqual([ending.text, ending.hint, ending.elapsed], ["Waiting…", "VICIdial's agent screen has not ended it yet.", "1:23"]);
});

test("a wish that waits for the next call offers to record now, and counts no recording", () => {
  const later = { status: "idle", fault_code: "will_begin_in_next_call", fault: "It will begin in the next call." };
  const view = seen(later, { allowed: ["capture_begin", "capture_end"] });
  assert.deepEqual([view.look, view.text, view.action, view.pressed, view.warnings[0].kind], ["later", "In the next call", "capture_begin", false, "fault"]);
  assert.equal(view.question, "");
  assert.equal(seen(later).action, "capture_end");
});

test("a recording that is left over says so, has no clock, and another one can be begun beside it", () => {
  const view = seen({ ...ACTIVE, left_over: true, ours: false }, { allowed: ["capture_begin", "capture_end"] });
  assert.deepEqual([view.look, view.text, view.action, view.pressed, view.elapsed], ["left_over", "Left over", "capture_begin", false, ""]);
  assert.match(texts(view), /probably does not run/);
  assert.notEqual(view.began, "");
  assert.equal(view.ends, true);
});

test("what is left over can only be ended where no other one may be begun", () => {
  const view = seen({ ...ACTIVE, left_over: true }, { reasons: { capture_begin: "No customer is on the line." } });
  assert.deepEqual([view.action, view.ends, view.disabled], ["capture_end", false, false]);
});

test("a recording from another day tells its day", () => {
  const began = (at) => seen({ ...ACTIVE, left_over: true, began_at: iso(at) }).began;
  assert.ok(began(NOON - 3 * 86_400_000).length > began(NOON - 1000).length);
});

test("after the customer has hung up the clock stands and nothing looks recorded", () => {
  const silent = { ...ACTIVE, silent_since: iso(NOON - 20_000), fault_code: "customer_left", fault: "The customer hung up." };
  const view = seen(silent, {}, NOON + 60_000);
  assert.deepEqual([view.look, view.text, view.elapsed, view.hint], ["silent", "Customer gone", "1:03", "Nothing is recorded any more."]);
  assert.deepEqual([view.action, view.pressed, view.warnings[0].kind], ["capture_end", true, "info"]);
});

test("a stranger's recording and one of nobody knows whom are told apart", () => {
  assert.match(texts(seen({ ...ACTIVE, ours: false })), /not begun here/);
  assert.match(texts(seen({ ...ACTIVE, ours: null })), /not known who/);
  assert.equal(texts(seen(ACTIVE)), "");
  const { ours, ...silentAboutIt } = ACTIVE;
  assert.equal(texts(seen(silentAboutIt)), "");
});

test("another recording that still runs is offered its end", () => {
  const view = seen({ ...ACTIVE, ours: false, fault_code: "another_runs", fault: "Another recording still runs." });
  assert.deepEqual([view.look, view.action, view.disabled, view.warnings[0].kind], ["active", "capture_end", false, "fault"]);
});

test("a dialer that can't record says why and what to do, and that clips play", () => {
  const off = { status: "unsupported", capability: "switched_off", capability_text: "Stereo is off. Switch it on." };
  const view = seen(off, { allowed: ["play"], reasons: { capture_begin: "Stereo is off." } });
  assert.deepEqual([view.look, view.text, view.hint, view.reason], ["unsupported", "Switched off", "Clips play all the same.", "Stereo is off."]);
  assert.deepEqual(view.warnings, [{ kind: "warn", text: "Stereo is off. Switch it on." }]);
});

test("a warning of VICIdial's own limit is no fault", () => {
  const { warnings } = seen({ ...ACTIVE, mono: true, fault_code: "near_limit", fault: "3 minutes are left." });
  assert.deepEqual(warnings.map(({ kind }) => kind), ["warn", "info"]);
});

test("what is asked about first is open, and says so", () => {
  const view = seen(rawState().capture, { allowed: ["capture_begin"], doubts: { capture_begin: "VICIdial is asked first." } });
  assert.deepEqual([view.look, view.disabled, view.doubt, view.hint], ["idle", false, "VICIdial is asked first.", "VICIdial is asked first."]);
});

test("without a connection no doubt, no wait and no left-over is claimed", () => {
  const state = rawState({ capture: { ...ACTIVE, left_over: true }, ...ENDS, doubts: { capture_end: "Asked first." } });
  const view = viewOf(after(ready({ state }), { type: "disconnected", at: NOON }), NOON).capture;
  assert.deepEqual([view.look, view.doubt, view.ends, view.began, view.slow, view.warnings], ["unknown", "", false, "", false, []]);
});

test("what goes wrong is spoken, and what is only told is not", () => {
  const spoken = (fault_code) => seen({ ...ACTIVE, fault: "Words.", fault_code }).spoken;
  assert.deepEqual(["not_ended", "waiting_for_screen", "customer_left"].map(spoken), ["Capture: Words.", "Capture: Words.", ""]);
  assert.equal(seen(ACTIVE).spoken, "");
});
