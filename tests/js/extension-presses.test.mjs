import assert from "node:assert/strict";
import { test } from "node:test";
import { badgeOf } from "../../extension/badge.js";
import { pressOf, rowsOf } from "../../extension/commands.js";
import { callOf, reportOf, warningOf, withReport, withTabs } from "../../extension/screens.js";
import { initial } from "../../static/panel/store.js";
import { viewOf } from "../../static/panel/view.js";
import { NOON, after, playing, rawState, ready } from "./made.mjs";

const BUTTONS = ["one", "two", "three", "four"].map((name) => ({ name }));
const NONE = ["", "", ""];

test("stop and capture are themselves", () => {
  assert.deepEqual(pressOf("stop", [], NONE), { action: "stop" });
  assert.deepEqual(pressOf("capture", [], NONE), { action: "capture" });
});

test("favourites are the board's first three, or those that were chosen", () => {
  assert.deepEqual(pressOf("favourite-2", BUTTONS, NONE), { action: "play", button: "two" });
  assert.deepEqual(pressOf("favourite-2", BUTTONS, ["", "four", ""]), { action: "play", button: "four" });
});

test("a favourite that is not on the board is no other one", () => {
  assert.equal(pressOf("favourite-2", BUTTONS, ["", "gone", ""]), null);
  assert.equal(pressOf("favourite-3", BUTTONS.slice(0, 1), NONE), null);
  assert.equal(pressOf("favourite-4", BUTTONS, NONE), null);
  assert.equal(pressOf("anything", BUTTONS, NONE), null);
});

test("a key that another extension took is told", () => {
  const manifest = { commands: { stop: { suggested_key: { default: "Alt+Shift+0" } }, capture: {} } };
  const rows = Object.fromEntries(rowsOf([{ name: "stop", shortcut: "" }, { name: "capture", shortcut: "" }], manifest).map((row) => [row.name, row]));
  assert.match(rows.stop.note, /Alt\+Shift\+0 is taken/);
  assert.equal(rows.capture.note, "");
  assert.equal(rowsOf([{ name: "stop", shortcut: "Ctrl+Q" }], manifest)[0].shortcut, "Ctrl+Q");
});

const badge = (changes, trouble = "") => {
  const model = ready({ state: rawState(changes) });
  return badgeOf(viewOf(model, NOON), model.state.playback, trouble);
};
const capture = { capture: { ...rawState().capture, status: "active", began_at: "2026-11-21T11:59:00Z" } };

test("the badge tells recording, playing, both and neither apart", () => {
  assert.deepEqual([badge({}), badge(capture), badge(playing("playing")), badge({ ...capture, ...playing("playing") })].map(({ text }) => text),
    ["", "REC", "▸", "REC▸"]);
  assert.match(badge({ ...capture, ...playing("playing") }).title, /recording and playing/);
});

test("the badge tells trouble, and what it is", () => {
  const away = badge({ link: { dialer: "unreachable", worker: "ok", since: null, text: "" } });
  assert.equal(away.text, "!");
  assert.match(away.title, /does not answer/);
  assert.match(badge(capture, "Another agent.").title, /recording\. Another agent\./);
});

test("the badge never claims what is not known", () => {
  assert.equal(badge(playing("unknown")).text, "?");
  assert.equal(badgeOf(viewOf(initial(), NOON), undefined, "").text, "off");
});

test("the badge tells of a question, and calls nothing recording that is not", () => {
  const state = rawState({ ...capture, allowed: ["capture_end"], reasons: {} });
  const model = after(ready({ state }), { type: "confirming", action: "capture_end", text: "End it?", at: NOON - 2_000 });
  const { text, title } = badgeOf(viewOf(model, NOON), model.state.playback, "");
  assert.equal(text, "?");
  assert.match(title, /End it\?/);
  assert.equal(badge({ capture: { ...capture.capture, left_over: true } }).text, "");
  assert.equal(badge({ capture: { ...capture.capture, silent_since: "2026-11-21T11:59:30Z" } }).text, "");
});

const SCREEN = "https://dialer.example.com";
const ALICE = { agent_user: "1000", name: "Alice", dialer: "main" };
const report = (user, call = "live", id = 7) => reportOf({ type: "vicidial", user, call }, { id, origin: SCREEN }, [SCREEN]);

test("a screen of another agent is warned of", () => {
  const reports = withReport({}, report("1001"));
  assert.match(warningOf(reports, ALICE), /logged in as 1001, but this panel is Alice's \(1000\)/);
  assert.equal(warningOf(withReport({}, report("1000")), ALICE), "");
  assert.equal(warningOf(reports, null), "");
});

test("two agents in one browser are warned of, whoever comes first", () => {
  const reports = [report("1000"), report("1001", "none", 8)].reduce(withReport, {});
  assert.match(warningOf(reports, ALICE), /1001/);
  assert.equal(callOf(reports, ALICE), "Customer on the line");
});

test("the same user of another dialer is another agent", () => {
  const reports = withReport({}, report("1000"));
  assert.match(warningOf(reports, ALICE, [SCREEN]), /dialer\.example\.com is another dialer than this panel's \(main\)/);
  assert.equal(callOf(reports, ALICE, [SCREEN]), "");
});

test("a screen is remembered until its tab is closed", () => {
  const reports = withReport({}, report("1001"));
  assert.match(warningOf(withTabs(reports, [7, 8]), ALICE), /1001/);
  assert.equal(warningOf(withTabs(reports, [8]), ALICE), "");
});

test("what a page says is not believed beyond its form", () => {
  assert.equal(reportOf({ type: "vicidial", user: "1001" }, { id: 7, origin: "https://evil.example" }, [SCREEN]), null);
  assert.equal(report("<b>1001</b>").user, "");
  assert.equal(report(["1001"]).user, "");
  assert.equal(report("1000", "<b>").call, "unknown");
  assert.equal(reportOf({ type: "command", command: "stop" }, { id: 7, origin: SCREEN }, [SCREEN]), null);
  assert.equal(reportOf(null, { id: 7, origin: SCREEN }, [SCREEN]), null);
});
