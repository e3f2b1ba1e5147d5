import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClick } from "../../static/panel/protocol.js";
import { initial } from "../../static/panel/store.js";
import { viewOf } from "../../static/panel/view.js";
import { NOON, after, came, iso, rawState, ready, snapshot, stateMessage, playing } from "./made.mjs";

const press = (action, button) => ({ type: "pressed", at: NOON, click: makeClick(action, { button }, `${action}-1`) });
const seen = (changes, now = NOON) => viewOf(ready({ state: rawState(changes) }), now);
const lost = { type: "disconnected", at: NOON + 1000 };

test("before the snapshot everything is disabled and nothing is claimed", () => {
  const view = viewOf(initial(), NOON);
  assert.equal(view.connection.status, "connecting");
  assert.equal(view.capture.look, "unknown");
  assert.ok(Object.values(view.controls).every(({ disabled }) => disabled));
});

test("idle: clips can be pressed, controls say why not", () => {
  const view = seen({});
  assert.equal(view.buttons.terms.look, "idle");
  assert.equal(view.buttons.terms.disabled, false);
  assert.equal(view.buttons.terms.time, "0:18");
  assert.deepEqual([view.controls.stop.look, view.controls.stop.reason], ["disabled", "Nothing is playing."]);
});

test("a press shows at once, and stop is open to it", () => {
  const view = viewOf(after(ready(), press("play", "terms")), NOON);
  assert.deepEqual([view.buttons.terms.look, view.buttons.terms.text], ["sending", "Sending…"]);
  assert.equal(view.buttons["recorded-line"].look, "idle");
  assert.equal(view.controls.stop.disabled, false);
});

for (const [status, text] of [["starting", "Starting…"], ["paused", "Paused"], ["stopping", "Stopping…"]]) {
  test(`${status} has a look and a word of its own`, () => {
    const button = seen(playing(status)).buttons.terms;
    assert.deepEqual([button.look, button.text, button.pressed], [status, text, true]);
  });
}

test("playing goes on by this client's clock, from the server's position, to the end at most", () => {
  const at = (milliseconds) => seen(playing("playing", 6), NOON + milliseconds).buttons.terms;
  assert.deepEqual([at(0).time, at(0).progress], ["0:06 / 0:18", 6 / 18]);
  assert.equal(at(3000).progress, 0.5);
  assert.deepEqual([at(60_000).time, at(60_000).progress], ["0:18 / 0:18", 1]);
  assert.match(at(0).text, /unconfirmed/);
  assert.equal(seen(playing("playing", 6, { evidence: "seen" })).buttons.terms.text, "Playing");
});

test("the line above says what the button says", () => {
  assert.equal(seen(playing("playing", 6)).now, "Terms: playing, unconfirmed");
  assert.equal(seen(playing("playing", 6, { evidence: "seen" })).now, "Terms: playing");
  assert.equal(seen(playing("unknown")).now, "Terms: not known");
});

test("without a position the beginning counts, corrected to the server's clock", () => {
  const change = playing("playing", 6, { position_seconds: null, began_at: iso(NOON + 4000) });
  const model = after(ready(), came(stateMessage(2, change, NOON + 10_000), NOON));
  assert.equal(viewOf(model, NOON).buttons.terms.time, "0:06 / 0:18");
});

for (const status of ["paused", "stopping"]) {
  test(`${status} stands still`, () => {
    assert.equal(seen(playing(status, 6), NOON + 5000).buttons.terms.progress, 6 / 18);
  });
}

test("what closes several buttons is said once, what closes one is said on it", () => {
  const one = seen({ reasons: { play: "Another clip is playing." } });
  assert.deepEqual([one.boardReason, one.buttons["recorded-line"].shared], ["", false]);
  const all = seen({ reasons: { play: "Nobody is on the line.", replace: "Nobody is on the line." } });
  assert.deepEqual([all.boardReason, all.buttons["recorded-line"].shared], ["Nobody is on the line.", true]);
});

test("unknown is said, and an unheard-of status is unknown too", () => {
  assert.equal(seen(playing("unknown")).buttons.terms.look, "unknown");
  assert.equal(seen(playing("dancing")).buttons.terms.look, "unknown");
});

test("each button follows the reason of its own kind", () => {
  const view = seen({ reasons: { play: "Another clip is playing." } });
  assert.deepEqual([view.buttons["recorded-line"].look, view.buttons["recorded-line"].reason], ["disabled", "Another clip is playing."]);
  assert.equal(view.buttons.terms.look, "idle");
});

test("without reasons, what is allowed and enabled decides", () => {
  const view = seen({ reasons: undefined, allowed: ["stop"], link: { dialer: "unreachable", worker: "ok" } });
  assert.equal(view.controls.stop.look, "idle");
  assert.equal(view.controls.pause.look, "disabled");
  assert.equal(view.buttons.terms.reason, "VICIdial does not answer.");
});

test("a refusal stands beside the button that was pressed", () => {
  const model = after(ready(), press("play", "terms"), came({ type: "rejected", id: "play-1", code: "x", text: "No." }));
  assert.equal(viewOf(model, NOON).buttons.terms.note.text, "No.");
  assert.equal(viewOf(model, NOON).buttons["recorded-line"].note, null);
});

test("a lost connection leaves nothing looking alive", () => {
  const view = viewOf(after(ready({ state: rawState(playing("playing")) }), lost), NOON + 2000);
  assert.equal(view.connection.status, "lost");
  assert.equal(view.buttons.terms.look, "unknown");
  assert.equal(view.buttons["recorded-line"].look, "disabled");
  assert.equal(view.capture.look, "unknown");
  assert.equal(view.session.label, "Not known");
  assert.ok(Object.values(view.controls).every(({ disabled, look }) => disabled && look === "disabled"));
});

test("reconnected but without a snapshot is not yet connected", () => {
  const model = after(ready(), lost, { type: "connected", at: NOON + 2000 });
  assert.equal(viewOf(model, NOON).connection.status, "connecting");
  assert.equal(viewOf(after(model, came(snapshot(4))), NOON).connection.status, "connected");
});

const CAPTURE = { status: "active", recording_id: "121242", filename: "file", began_at: iso(NOON - 83_000), checked_at: iso(NOON - 6000), ours: true, fault: null };

test("an active capture shows its time and its number and would be ended", () => {
  const { capture } = seen({ capture: CAPTURE, reasons: {} });
  assert.deepEqual([capture.look, capture.action, capture.elapsed, capture.filename], ["active", "capture_end", "1:23", "file"]);
  assert.deepEqual([capture.recording, capture.checked, capture.pressed], ["121242", "6 s ago", true]);
  assert.deepEqual(capture.warnings, []);
});

test("an idle capture would be begun, and says why it can't", () => {
  assert.deepEqual([seen({}).capture.look, seen({}).capture.action], ["idle", "capture_begin"]);
  const { capture } = seen({ reasons: { capture_begin: "Nobody is on the line." } });
  assert.deepEqual([capture.look, capture.hint], ["disabled", "Nobody is on the line."]);
});

test("starting, sending, unknown, unsupported differ", () => {
  assert.equal(seen({ capture: { status: "starting" } }).capture.text, "Starting…");
  assert.equal(seen({ capture: { status: "unsupported" } }).capture.warnings.length, 1);
  assert.equal(seen({ capture: { status: "unknown" }, allowed: ["capture_begin"] }).capture.action, "capture_begin");
  assert.equal(seen({ capture: { status: "unknown" }, allowed: ["capture_end"] }).capture.action, "capture_end");
  assert.equal(viewOf(after(ready(), press("capture_begin")), NOON).capture.look, "sending");
});

test("a recording that is just starting is ended only by whoever is asked and presses again", () => {
  const starting = ready({ state: rawState({ capture: { status: "starting" }, reasons: {} }) });
  const { question } = viewOf(starting, NOON).capture;
  assert.match(question, /again/);
  const told = { type: "questioned", target: "action:capture", text: question, at: NOON };
  const asked = viewOf(after(starting, told), NOON).capture;
  assert.deepEqual([asked.question, asked.note.text, asked.action], ["", question, "capture_end"]);
  const active = after(starting, told, came(stateMessage(2, { capture: CAPTURE })));
  assert.deepEqual([viewOf(active, NOON).capture.question, viewOf(active, NOON).capture.note], ["", null]);
});

test("faults, strangers' recordings and mono are told", () => {
  const { warnings } = seen({ capture: { ...CAPTURE, ours: false, mono: true, fault: "The agent screen did not carry it out." } }).capture;
  assert.deepEqual(warnings.map(({ kind }) => kind), ["fault", "info", "info"]);
  assert.match(warnings[2].text, /every recording/);
});

test("link and session are told with their age", () => {
  const view = seen({ link: { dialer: "login_refused", worker: "away", since: iso(NOON), text: "Change the password." } });
  assert.equal(view.link.level, "trouble");
  assert.match(view.link.text, /refuses.*worker away/);
  assert.equal(view.link.detail, "Change the password.");
  assert.deepEqual([view.session.label, view.session.age], ["In call", "3 s ago"]);
});

test("a dialer that can't pause shows no such controls", () => {
  assert.deepEqual(["stop", "pause", "resume", "restart"].map((action) => seen({ pause_supported: false }).controls[action].hidden),
    [false, true, true, false]);
});

const DOUBT = "No customer was on the line 4 s ago. VICIdial is asked first.";

test("a doubt closes nothing: it is said once for several buttons, or on the one that it is about", () => {
  const all = seen({ doubts: { play: DOUBT, replace: DOUBT } });
  assert.deepEqual([all.buttons.terms.look, all.buttons.terms.disabled, all.buttons.terms.doubt, all.boardReason], ["idle", false, DOUBT, DOUBT]);
  const one = seen({ doubts: { replace: DOUBT } });
  assert.deepEqual([one.boardReason, one.buttons.terms.doubt, one.buttons.terms.shared, one.buttons["recorded-line"].doubt], ["", DOUBT, false, ""]);
});

test("a doubt about a control stands on it as long as it could be pressed", () => {
  const state = rawState({ ...playing("playing"), allowed: ["pause"], reasons: {}, doubts: { pause: DOUBT } });
  const view = viewOf(ready({ state }), NOON).controls.pause;
  assert.deepEqual([view.look, view.disabled, view.doubt], ["idle", false, DOUBT]);
  assert.equal(viewOf(after(ready({ state }), press("pause")), NOON).controls.pause.doubt, "");
});

test("a button with a doubt shows that a press is sent, like any other", () => {
  const state = rawState({ doubts: { play: DOUBT, replace: DOUBT } });
  const view = viewOf(after(ready({ state }), press("play", "terms")), NOON).buttons.terms;
  assert.deepEqual([view.look, view.text, view.doubt], ["sending", "Sending…", ""]);
});

const chip = (session) => {
  const { label, tone } = seen({ session: { status: "INCALL", checked_at: iso(NOON), ...session } }).session;
  return [label, tone];
};

test("an agent without a customer does not look like one in a call", () => {
  assert.deepEqual(chip({ sub_status: "DEAD" }), ["Customer gone", "warn"]);
  assert.deepEqual(chip({ sub_status: "", customer_gone: true }), ["Customer gone", "warn"]);
  assert.deepEqual(chip({ sub_status: "PARK" }), ["On hold", "calm"]);
  assert.deepEqual(chip({ status: "PAUSED", sub_status: "DISPO" }), ["Disposition", "calm"]);
});

test("three in a call are in a call, an unknown word means nothing, and who is out is out", () => {
  for (const word of ["3-WAY", "", "NEW", undefined]) assert.deepEqual(chip({ sub_status: word }), ["In call", "good"]);
  assert.deepEqual(chip({ status: "LOGGED_OUT", sub_status: "DEAD" }), ["Logged out", "bad"]);
});
