import assert from "node:assert/strict";
import { test } from "node:test";
import { incapacityOf, isSlow, secondsOf, standOf, troubleOf } from "../../static/panel/recording.js";
import { NOON, iso } from "./made.mjs";

const active = (changes = {}) => ({ status: "active", began_at: iso(NOON - 83_000), ...changes });

test("what VICIdial calls active is told from what takes nothing down", () => {
  assert.equal(standOf(active()), "active");
  assert.equal(standOf(active({ left_over: true, silent_since: iso(NOON) })), "left_over");
  assert.equal(standOf(active({ silent_since: iso(NOON) })), "silent");
  assert.equal(standOf({ status: "stopping", left_over: true }), "stopping");
  assert.equal(standOf({ status: "idle", fault_code: "will_begin_in_next_call" }), "later");
  assert.equal(standOf({ status: "dancing" }), "unknown");
});

test("the clock runs from the recording's beginning and stands where the customer hung up", () => {
  assert.equal(secondsOf(active(), NOON), 83);
  assert.equal(secondsOf(active({ silent_since: iso(NOON - 20_000) }), NOON + 60_000), 63);
  assert.equal(secondsOf({ ...active({ silent_since: iso(NOON - 20_000) }), status: "stopping" }, NOON), 63);
  assert.equal(secondsOf(active({ began_at: iso(NOON + 2_000) }), NOON), 0);
});

test("nobody can say how long a recording is that is left over, has no beginning, or is none", () => {
  assert.equal(secondsOf(active({ left_over: true }), NOON), null);
  assert.equal(secondsOf(active({ began_at: null }), NOON), null);
  assert.equal(secondsOf({ ...active(), status: "idle" }, NOON), null);
});

test("the agent's screen is waited for before a begin or an end, and never after", () => {
  const slow = (status) => isSlow({ status, fault_code: "waiting_for_screen" });
  assert.deepEqual(["starting", "stopping", "active", "idle"].map(slow), [true, true, false, false]);
  assert.equal(isSlow({ status: "starting" }), false);
});

test("how bad it is follows from the code, and what is not known is taken seriously", () => {
  const kind = (code) => troubleOf({ fault: "Words.", fault_code: code }).kind;
  assert.deepEqual(["waiting_for_screen", "near_limit", "customer_left", "not_begun", "another_runs", "something_new", undefined].map(kind),
    ["warn", "warn", "info", "fault", "fault", "fault", "fault"]);
  assert.equal(troubleOf({ fault: null, fault_code: "not_begun" }), null);
});

test("why a dialer can't record is told in the server's words, or else in ours", () => {
  const told = (capability, text = "") => incapacityOf({ status: "unsupported", capability, capability_text: text });
  assert.deepEqual(told("switched_off", "Switch it on."), { short: "Switched off", text: "Switch it on." });
  assert.deepEqual(["too_old", "no_permission", "not_known", undefined].map((each) => told(each).short),
    ["Too old", "Not permitted", "Not supported", "Not supported"]);
  assert.match(told("too_old").text, /too old/);
});

test("a switch that was turned off is told while a recording runs, too; what can record tells nothing", () => {
  assert.equal(incapacityOf(active({ capability: "switched_off" })).short, "Switched off");
  assert.deepEqual(["ok", "not_known", undefined].map((capability) => incapacityOf(active({ capability }))), [null, null, null]);
});
