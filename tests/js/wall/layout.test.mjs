import assert from "node:assert/strict";
import { test } from "node:test";
import { densityFor } from "../../../static/wall/density.js";
import { NONE, STATES, counts, filterOf, isPlaced, matches, searchOf } from "../../../static/wall/filter.js";
import { heldOrder, mayReorder, wantedOrder } from "../../../static/wall/order.js";
import { cardsOf } from "../../../static/wall/view.js";
import { NOON, iso, playing, rawCard, ready, recording } from "./made.mjs";

const LAPTOP = { width: 1408, height: 715 };
const SCREENS = [{ width: 2540, height: 1340 }, { width: 3820, height: 2050 }];

function fitsOn(count, room) {
  const { columns, height, gap } = densityFor(count, room);
  return Math.ceil(count / columns) * (height + gap) - gap <= room.height;
}

test("40 agents fit on a laptop, 300 on a screen on the wall, without scrolling", () => {
  assert.ok(fitsOn(40, LAPTOP));
  for (const room of SCREENS) assert.ok(fitsOn(300, room));
  assert.equal(densityFor(40, LAPTOP).name, "compact");
});

test("few agents get large cards, and far screens larger ones", () => {
  assert.equal(densityFor(1, LAPTOP).name, "roomy");
  assert.equal(densityFor(1, LAPTOP).scale, 1);
  assert.equal(densityFor(10, SCREENS[1]).scale, 2);
});

test("one agent does not fill the whole width", () => {
  assert.ok(densityFor(1, LAPTOP).columns > 3);
});

test("where nothing fits the cards stay readable and the page scrolls", () => {
  const narrow = densityFor(300, { width: 344, height: 400 });
  assert.deepEqual([narrow.name, narrow.columns], ["compact", 1]);
  assert.ok(densityFor(1, { width: 0, height: -50 }).columns >= 1);
});

test("the choice goes to the address and comes back from it", () => {
  const chosen = { q: "lopez & co", board: "Sales", dialer: "main", state: "trouble", full: true };
  assert.deepEqual(filterOf(searchOf(chosen)), chosen);
  assert.equal(searchOf(NONE), "");
  assert.deepEqual(filterOf("?state=nonsense&x=1"), { ...NONE });
});

const floor = cardsOf(ready(
  rawCard(1, "Alice López", {}, recording(5)), rawCard(2, "Bob", { board: "Collections", dialer: "east", panel_open: false }),
  rawCard(3, "Carol", {}, { session: { status: "LOGGED_OUT" } }), rawCard(4, "Dave", {}, playing("paused")),
  rawCard(5, "Erin", {}, { capture: { status: "unknown", checked_at: iso(NOON) } }),
), NOON);
const who = (filter) => floor.filter((view) => matches(view, { ...NONE, ...filter })).map(({ name }) => name);

test("agents are found by name, number, board, dialer and state", () => {
  assert.deepEqual(who({ q: "lópez ali" }), ["Alice López"]);
  assert.deepEqual(who({ q: "1001" }), ["Bob"]);
  assert.deepEqual(who({ board: "Collections" }), ["Bob"]);
  assert.deepEqual(who({ dialer: "main", state: "playing" }), ["Dave"]);
  assert.deepEqual(who({ q: "nobody" }), []);
});

test("each count is of those whom a press on it shows", () => {
  assert.deepEqual(counts(floor), { trouble: 2, call: 4, recording: 1, playing: 1, unknown: 1, panelless: 1, out: 1 });
  for (const state of Object.keys(STATES)) assert.equal(who({ state }).length, counts(floor)[state], state);
});

test("what nobody has seen for a while counts as not known, and as nothing else that it says", () => {
  const [stale] = cardsOf(ready(rawCard(1, "Alice", { followed: false, panel_open: true })), NOON + 120_000);
  assert.deepEqual(counts([stale]), { trouble: 0, call: 0, recording: 0, playing: 0, unknown: 1, panelless: 0, out: 0 });
});

test("the state does not decide where an agent belongs", () => {
  assert.equal(isPlaced(floor[0], { ...NONE, state: "out" }), true);
});

test("trouble comes first, then names as people sort them", () => {
  const names = (views) => wantedOrder(views).map((key) => views.find((view) => view.key === key).name);
  assert.deepEqual(names(floor), ["Erin", "Bob", "Alice López", "Carol", "Dave"]);
  const numbered = ["Agent 10", "agent 9", "Agent 9"].map((name, key) => ({ name, key, rank: 5 }));
  assert.deepEqual(wantedOrder(numbered), [1, 2, 0]);
});

test("held, everybody stays in place, the new stand at the end, the gone are gone", () => {
  assert.deepEqual(heldOrder([3, 1, 2], [1, 2, 4], new Set([1, 2, 3, 4])), [3, 1, 2, 4]);
  assert.deepEqual(heldOrder([3, 1, 2], [1, 2], new Set([1, 2])), [1, 2]);
});

test("nothing moves under a hand, nor right after it left, nor twice within two seconds", () => {
  const hand = { inside: false, movedAt: 0, leftAt: 0, reorderedAt: 0 };
  assert.equal(mayReorder(hand, NOON), true);
  assert.equal(mayReorder({ ...hand, inside: true, movedAt: NOON - 9_000 }, NOON), false);
  assert.equal(mayReorder({ ...hand, inside: true, movedAt: NOON - 11_000 }, NOON), true);
  assert.equal(mayReorder({ ...hand, leftAt: NOON - 500 }, NOON), false);
  assert.equal(mayReorder({ ...hand, reorderedAt: NOON - 1_500 }, NOON), false);
});

test("who has no customer is not counted as in a call, and what takes nothing down not as recording", () => {
  const left = rawCard(1, "Alice", {}, recording(5, { left_over: true }));
  const gone = rawCard(2, "Bob", {}, { ...recording(5, { silent_since: iso(NOON) }), session: { status: "INCALL", sub_status: "DEAD" } });
  const held = rawCard(3, "Carol", {}, { ...recording(5), session: { status: "INCALL", sub_status: "PARK" } });
  const { call, recording: recorded } = counts(cardsOf(ready(left, gone, held), NOON));
  assert.deepEqual([call, recorded], [2, 1]);
});
