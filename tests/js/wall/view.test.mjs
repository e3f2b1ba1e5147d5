import assert from "node:assert/strict";
import { test } from "node:test";
import { newsText } from "../../../static/wall/alerts.js";
import { alertsOf, alertsTitle, cardsOf, clickView, connectionView, detailView, newsOf, titleOf } from "../../../static/wall/view.js";
import { NOON, after, alerts, came, connected, iso, playing, rawAlert, rawCard, ready, recording, wall } from "./made.mjs";

const card = (state = {}, changes = {}, at = NOON, ...rest) => cardsOf(after(ready(rawCard(1, "Alice", changes, state)), ...rest), at)[0];
const session = (status) => ({ session: { status, checked_at: iso(NOON), since: iso(NOON - 65_000) } });
const kinds = (view) => view.troubles.map(({ kind }) => kind);

test("a card says status and time in it, by the server's clock", () => {
  assert.deepEqual(card().status, { label: "In call", tone: "good", short: "Call", time: "1:05" });
  const behind = ready(rawCard(1, "Alice"));
  behind.offset = 5000;
  assert.equal(cardsOf(behind, NOON)[0].status.time, "1:10");
});

test("a capture: off, starting, on with its time, not known with its age, fault", () => {
  assert.equal(card().capture.text, "");
  assert.equal(card({ capture: { status: "starting" } }).capture.text, "Rec starting");
  assert.deepEqual([card(recording(61)).capture.text, card(recording(61)).capture.time], ["Rec", "1:01"]);
  const unknown = card({ capture: { status: "unknown", checked_at: iso(NOON - 40_000) } }).capture;
  assert.deepEqual([unknown.look, unknown.time], ["unknown", "seen 40 s ago"]);
  const fault = card({ capture: { status: "idle", fault: "It did not begin." } }).capture;
  assert.deepEqual([fault.status, fault.look, fault.text], ["idle", "fault", "Rec fault"]);
});

test("a status that this page does not know is not taken for well", () => {
  assert.equal(card({ capture: { status: "dancing" } }).capture.look, "unknown");
  assert.equal(card(playing("dancing")).playback.look, "unknown");
});

test("a clip runs on from where it was when the card was made", () => {
  const later = card(playing("playing"), {}, NOON + 3000).playback;
  assert.deepEqual([later.text, later.time, later.proof], ["Our terms", "0:05 / 0:18", "proved"]);
  assert.ok(Math.abs(later.progress - 5 / 18) < 1e-9);
  assert.equal(card(playing("playing"), {}, NOON + 99_000).playback.progress, 1);
  assert.equal(card(playing("paused"), {}, NOON + 3000).playback.time, "0:02 / 0:18");
  assert.equal(card(playing("paused")).playback.text, "Paused: Our terms");
  assert.equal(card(playing("starting", { evidence: "accepted" })).playback.proof, "taken");
  assert.equal(card(playing("unknown", { position_seconds: null })).playback.progress, null);
});

test("a clip without a button on the board is called by its own name", () => {
  assert.equal(card(playing("playing", { button: "gone", clip: "old-clip" })).playback.text, "old-clip");
});

test("trouble: faults, what is not known, the link, alerts, a call without a panel, in this order", () => {
  const link = { link: { dialer: "login_refused", worker: "away", text: "" } };
  const all = { capture: { status: "idle", fault: "x" }, ...playing("unknown"), ...link };
  const view = card(all, { panel_open: false }, NOON, alerts(rawAlert(1)));
  assert.deepEqual(kinds(view), ["fault", "unknown", "link", "link", "alert", "unwatched"]);
  assert.equal(view.rank, 0);
  assert.deepEqual(kinds(card()), []);
  assert.equal(card().rank, 5);
});

test("of whom nobody has asked there is nothing to tell, which is no trouble", () => {
  const view = card({ capture: { status: "unknown", checked_at: null, fault: null } });
  assert.deepEqual([view.capture.look, view.capture.text, kinds(view)], ["unasked", "Rec not known", []]);
  assert.deepEqual(kinds(card({ capture: { status: "unknown", checked_at: iso(NOON), fault: null } })), ["unknown"]);
  assert.deepEqual(kinds(card({ capture: { status: "unknown", checked_at: null, fault: "Lost." } })), ["fault", "unknown"]);
});

test("a panel is missed in a call only", () => {
  assert.deepEqual(kinds(card(session("READY"), { panel_open: false })), []);
  assert.deepEqual(kinds(card(session("INCALL"), { panel_open: false })), ["unwatched"]);
});

test("a fault is not told twice, by its alert as well", () => {
  assert.deepEqual(kinds(card({ capture: { status: "idle", fault: "x" } }, {}, NOON, alerts(rawAlert(1, { kind: "not_begun" })))), ["fault"]);
});

test("alerts of others stand on their own cards", () => {
  assert.deepEqual(kinds(card({}, {}, NOON, alerts(rawAlert(1, { agent: 2 })))), []);
});

test("the last trouble is told with its age", () => {
  assert.deepEqual(card({}, { trouble: { at: iso(NOON - 120_000), text: "Refused." } }).last, { text: "Refused.", time: "2 min ago" });
});

test("alerts that nobody looks after come first, with their age", () => {
  const model = after(ready(), alerts(rawAlert(2, { acknowledged_by: "Sue", acknowledged_at: iso(NOON) }), rawAlert(1)));
  const [first, second] = alertsOf(model, NOON);
  assert.deepEqual([first.id, first.age, first.taken], [1, "30 s ago", ""]);
  assert.equal(second.id, 2);
  assert.match(second.taken, /^Sue, /);
  assert.equal(alertsOf(after(ready(), alerts(rawAlert(1, { kind: "worker_away", agent: null, name: "" }))), NOON)[0].name, "All agents");
});

test("many new alerts are spoken as a number", () => {
  const named = { name: "Alice", text: "Recording." };
  assert.equal(newsText([named]), "Alice: Recording.");
  assert.equal(newsText([named, named, named]), "3 new alerts.");
});

test("a lost connection says since when what is shown is old", () => {
  assert.equal(connectionView(ready()).text, "Live");
  const lost = connectionView(after(ready(), { type: "disconnected", at: NOON }));
  assert.equal(lost.status, "lost");
  assert.match(lost.text, /What is shown is from/);
  assert.equal(connectionView(after(ready(), { type: "disconnected", at: NOON }, connected)).status, "connecting");
});

test("a click tells what, how it ended, when, and by whom", () => {
  const click = { id: "a", action: "play", button: "terms", clip: "t", status: "refused", text: "No.", actor: "Sue", requestedAt: NOON, endedAt: NOON };
  const view = clickView(click, { terms: "Our terms" });
  assert.deepEqual([view.what, view.end, view.by, view.text], ["Play: Our terms", "refused", "Sue", "No."]);
  assert.notEqual(view.endedAt, "");
  assert.equal(clickView({ ...click, action: "stop", button: "", clip: "", endedAt: null }, {}).endedAt, "");
});

const opened = (state, ...events) => after(ready(rawCard(1, "Alice", {}, state)), { type: "watched", key: 1 }, ...events);

test("an opened agent offers what would be taken in, and says why not else", () => {
  const busy = opened({ ...recording(5), ...playing("playing"), allowed: ["stop", "capture_end"], reasons: {} });
  assert.deepEqual(detailView(busy, NOON).reasons, { stop: "", capture_end: "" });
  const quiet = opened({ allowed: [], reasons: { stop: "Nothing is playing." } });
  assert.deepEqual(detailView(quiet, NOON).reasons, { stop: "Nothing is playing.", capture_end: "No recording is running." });
});

test("a press that is on its way, or a lost connection, closes the control", () => {
  const busy = opened({ allowed: ["stop"], reasons: {} });
  const pressed = { type: "pressed", click: { id: "a", agent: 1, action: "stop" } };
  assert.equal(detailView(after(busy, pressed), NOON).reasons.stop, "It is on its way.");
  assert.equal(detailView(after(busy, { type: "disconnected", at: NOON }), NOON).reasons.stop, "The wall is not connected.");
  const rejected = after(busy, pressed, came({ type: "rejected", id: "a", code: "x", text: "No." }));
  assert.equal(detailView(rejected, NOON).answer, "No.");
});

test("nobody is opened where nobody is watched", () => {
  assert.equal(detailView(ready(rawCard(1, "Alice")), NOON), null);
});

const old = { session: { status: "INCALL", checked_at: iso(NOON - 120_000), since: iso(NOON - 300_000) } };
const unfollowed = { followed: false, panel_open: false };

test("what nobody has seen for a while says when it was seen, and is no trouble", () => {
  const view = card(old, unfollowed);
  assert.deepEqual([view.stale, view.status.time, view.status.tone, kinds(view)], [true, "seen 2 min ago", "", []]);
  const capture = card({ ...old, ...recording(600, { checked_at: iso(NOON - 120_000) }) }, unfollowed).capture;
  assert.deepEqual([capture.text, capture.time], ["Rec", "seen 2 min ago"]);
  assert.equal(card(old).status.time, "5:00");
  const never = card({ session: { status: "UNKNOWN", checked_at: null, since: null } }, unfollowed);
  assert.deepEqual([never.stale, never.status.time], [false, ""]);
});

test("without a connection the clocks stand until a wall has come again", () => {
  const lost = after(ready(rawCard(1, "Alice")), { type: "disconnected", at: NOON + 1000 });
  assert.equal(cardsOf(lost, NOON + 60_000)[0].status.time, "1:06");
  const reconnected = after(lost, { type: "disconnected", at: NOON + 9000 }, { type: "connected", at: NOON + 50_000 });
  assert.equal(cardsOf(reconnected, NOON + 60_000)[0].status.time, "1:06");
  assert.equal(cardsOf(after(reconnected, wall(rawCard(1, "Alice"))), NOON + 60_000)[0].status.time, "2:05");
});

test("an opened agent's clip says in words what is proved of it", () => {
  assert.equal(card(playing("playing")).playback.words, "It was proved that it plays.");
  assert.equal(card(playing("playing", { evidence: "accepted" })).playback.words, "VICIdial took the command; that it plays is not proved.");
  assert.equal(card(playing("paused")).playback.words, "");
  assert.equal(card().playback.words, "");
});

test("agents of the same name are told apart, by their number or else by their dialer", () => {
  const maria = (key, changes) => rawCard(key, "Maria", changes);
  const numbers = (...cards) => cardsOf(ready(...cards), NOON).map(({ number }) => number);
  assert.deepEqual(numbers(maria(1), rawCard(2, "Bob")), ["", ""]);
  assert.deepEqual(numbers(maria(1), maria(2)), ["1000", "1001"]);
  assert.deepEqual(numbers(maria(1), maria(2, { agent: "1000", dialer: "east" })), ["1000, main", "1000, east"]);
});

test("an alert names the number as well, where it stands and where it is spoken", () => {
  const model = after(ready(rawCard(1, "Alice")), alerts(), alerts(rawAlert(1)));
  assert.equal(alertsOf(model, NOON)[0].name, "Alice (1000)");
  assert.match(newsText(newsOf(model)), /^Alice \(1000\): /);
});

test("the number of alerts is said in plain words, and in the title as long as somebody is needed", () => {
  const taken = rawAlert(9, { acknowledged_by: "Sue" });
  const said = (...list) => [alertsTitle(after(ready(), alerts(...list))), titleOf(after(ready(), alerts(...list)))];
  assert.deepEqual(said(), ["No alerts", "Wall · Clipdeck"]);
  assert.deepEqual(said(rawAlert(1)), ["1 alert", "(1) Wall · Clipdeck"]);
  assert.deepEqual(said(rawAlert(1), rawAlert(2), taken), ["2 alerts and 1 looked after", "(2) Wall · Clipdeck"]);
  assert.deepEqual(said(taken), ["1 alert, looked after", "Wall · Clipdeck"]);
});

const sub = (changes) => card({ session: { ...session("INCALL").session, ...changes } });

test("a card without a customer is not green, and misses no panel", () => {
  const gone = cardsOf(ready(rawCard(1, "Alice", { panel_open: false }, { session: { ...session("INCALL").session, sub_status: "DEAD" } })), NOON)[0];
  assert.deepEqual([gone.status.label, gone.status.tone, gone.status.short, kinds(gone)], ["Customer gone", "warn", "Gone", []]);
  assert.deepEqual([sub({ sub_status: "PARK" }).status.label, sub({ sub_status: "PARK" }).status.short], ["On hold", "Hold"]);
  assert.deepEqual([sub({ sub_status: "DISPO" }).status.tone, sub({ sub_status: "3-WAY" }).status.tone], ["calm", "good"]);
});

test("a card tells what runs from what VICIdial only calls so", () => {
  const left = card(recording(90_000, { left_over: true })).capture;
  assert.deepEqual([left.status, left.look, left.text], ["active", "left_over", "Rec left over"]);
  assert.match(left.time, /^since /);
  const silent = card(recording(83, { silent_since: iso(NOON - 20_000) })).capture;
  assert.deepEqual([silent.status, silent.look, silent.text, silent.time], ["active", "silent", "Rec over", "1:03"]);
  assert.match(silent.words, /hung up at 1:03$/);
});

test("an opened agent says whose recording it is, where it is not the agent's", () => {
  assert.equal(card(recording(61, { ours: false })).capture.words, "Recording, not begun here 1:01");
  assert.match(card(recording(61, { ours: null })).capture.words, /nobody knows/);
  assert.equal(card(recording(61, { ours: true })).capture.words, "Recording 1:01");
});

test("a screen that is waited for is watched, and is no fault", () => {
  const view = card({ capture: { status: "starting", fault_code: "waiting_for_screen", fault: "Is the tab hidden?" } });
  assert.deepEqual([view.capture.look, view.capture.slow, view.capture.text], ["starting", true, "Rec waiting"]);
  assert.deepEqual(view.troubles.map(({ kind, short, text }) => [kind, short, text]), [["alert", "Screen waits", "Is the tab hidden?"]]);
});

test("that the customer has hung up is no trouble of the recording", () => {
  assert.deepEqual(kinds(card(recording(83, { silent_since: iso(NOON), fault_code: "customer_left", fault: "The customer hung up." }))), []);
});

test("a dialer that can't record says which way, and is no trouble", () => {
  const off = card({ capture: { status: "unsupported", capability: "switched_off", capability_text: "Switch it on.", fault: null } });
  assert.deepEqual([off.capture.text, off.capture.words, off.capture.incapacity, kinds(off)], ["Rec switched off", "Switch it on.", "", []]);
  assert.equal(card(recording(5, { capability: "switched_off", capability_text: "Switch it on." })).capture.incapacity, "Switch it on.");
});

test("a recording that will begin by itself is told once, whether as a fault or as an alert", () => {
  const alert = rawAlert(1, { kind: "begins_by_itself", text: "It will begin in the next call." });
  const later = { capture: { status: "idle", fault_code: "will_begin_in_next_call", fault: "It will begin." } };
  assert.deepEqual(kinds(card(later, {}, NOON, alerts(alert))), ["fault"]);
  assert.equal(card(later).capture.look, "fault");
  assert.deepEqual(card({}, {}, NOON, alerts(alert)).troubles.map(({ short }) => short), ["Begins by itself"]);
});

test("an alert of a kind that this page does not know is told with its own words", () => {
  const view = card({}, {}, NOON, alerts(rawAlert(1, { kind: "something_new", text: "Something new." })));
  assert.deepEqual(view.troubles.map(({ kind, short, text }) => [kind, short, text]), [["alert", "Alert", "Something new."]]);
});

test("the question before an end, and the doubt beside it, come with the opened agent", () => {
  const state = { ...recording(5), allowed: ["capture_end"], reasons: {}, confirm: { capture_end: "Not begun here. End it?" }, doubts: { capture_end: "Asked first." } };
  const view = detailView(opened(state), NOON);
  assert.deepEqual([view.confirm, view.doubts], [{ capture_end: "Not begun here. End it?" }, { stop: "", capture_end: "Asked first." }]);
  assert.equal(detailView(opened({ allowed: [], doubts: { stop: "Asked first." } }), NOON).doubts.stop, "");
});

test("an end that waits in the queue closes its control, and a stop never does", () => {
  const busy = opened({ ...recording(5), ...playing("playing"), allowed: ["stop", "capture_end"], reasons: {} });
  const waiting = (status) => after(busy, came({ type: "clicks", agent: 1, now: iso(NOON), clicks: [
    { id: "a", action: "capture_end", status }, { id: "b", action: "stop", status }] }));
  assert.deepEqual(detailView(waiting("queued"), NOON).reasons, { stop: "", capture_end: "It is on its way." });
  assert.equal(detailView(waiting("done"), NOON).reasons.capture_end, "");
});
