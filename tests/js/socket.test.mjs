import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, PACE, pauseBefore } from "../../static/panel/socket.js";

// A clock that only moves when told to.
class Clock {
  time = 0;
  #timers = new Map();
  #next = 1;
  now = () => this.time;
  setTimeout = (work, wait) => (this.#timers.set(this.#next, { at: this.time + wait, work }), this.#next++);
  clearTimeout = (id) => this.#timers.delete(id);
  pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.time = due[1].at;
      due[1].work();
    }
    this.time = end;
  }
}

const listening = (more = {}) => {
  const handlers = {};
  return { ...more, addEventListener: (name, work) => { handlers[name] = work; }, fire: (name) => handlers[name]() };
};

function setUp({ random = () => 1, ticket } = {}) {
  const sockets = [];
  class Fake {
    readyState = 0;
    sent = [];
    constructor(url, protocols) { this.url = url; this.protocols = protocols; sockets.push(this); }
    send(text) { this.sent.push(JSON.parse(text)); }
    close() { this.readyState = 3; }
    open() { this.readyState = 1; this.onopen(); }
    say(text) { this.onmessage?.({ data: text }); }
    end(code, reason = "") { this.readyState = 3; this.onclose?.({ code, reason }); }
  }
  const clock = new Clock();
  const events = [];
  const page = listening({ visibilityState: "visible" });
  const network = listening();
  const connection = new Connection({ url: "ws://x/", ticket, ping: { type: "ping" }, onEvent: (event) => events.push(event), page, network,
    WebSocket: Fake, random, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout });
  connection.start();
  return { sockets, clock, events, page, network, connection, types: () => events.map(({ type }) => type), last: () => sockets.at(-1) };
}

test("it connects, tells what it hears and sends", () => {
  const { last, connection, types } = setUp();
  assert.equal(connection.send({ a: 1 }), false);
  last().open();
  last().say("hello");
  assert.equal(connection.send({ a: 1 }), true);
  assert.deepEqual(types(), ["connected", "received"]);
  assert.deepEqual(last().sent, [{ a: 1 }]);
});

test("silence is declared a loss within three seconds where somebody looks, with half of one to draw it", () => {
  const { last, clock, types } = setUp();
  last().open();
  clock.pass(PACE.watched.pingAfter);
  assert.deepEqual(last().sent, [{ type: "ping" }]);
  clock.pass(2500 - PACE.watched.pingAfter);
  assert.deepEqual(types(), ["connected", "disconnected"]);
});

test("any message is a sign of life", () => {
  const { last, clock, types } = setUp();
  last().open();
  for (let second = 0; second < 20; second += 1) {
    clock.pass(PACE.watched.pingAfter - 1);
    last().say("x");
  }
  assert.ok(!types().includes("disconnected"));
  assert.deepEqual(last().sent, []);
});

test("a hidden page asks every ten seconds, and at once when it is looked at again", () => {
  const { last, clock, page, types } = setUp();
  page.visibilityState = "hidden";
  last().open();
  clock.pass(9_999);
  assert.deepEqual(last().sent, []);
  page.visibilityState = "visible";
  page.fire("visibilitychange");
  assert.deepEqual(last().sent, [{ type: "ping" }]);
  clock.pass(PACE.watched.patience);
  assert.equal(types().at(-1), "disconnected");
});

test("pauses grow from half a second to ten, with jitter", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 9].map((attempt) => pauseBefore(attempt, 1006, () => 1));
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  assert.equal(pauseBefore(0, 1006, () => 0), 250);
});

test("a restart of the server spreads the floor out", () => {
  assert.equal(pauseBefore(0, 1012, () => 0), 500);
  assert.equal(pauseBefore(0, 1012, () => 1), 4500);
});

test("who said too much is told so, and comes back late", () => {
  assert.equal(pauseBefore(0, 1008, () => 1), PACE.longestPause);
  const { last, events } = setUp();
  last().open();
  last().end(1008, "This page sent far too much.");
  assert.deepEqual([events.at(-1).final, events.at(-1).text], [false, "This page sent far too much."]);
});

test("it goes on trying, and an answer makes the pauses short again", () => {
  const { sockets, last, clock, types } = setUp();
  last().end(1006);
  clock.pass(500);
  last().end(1006);
  clock.pass(999);
  assert.equal(sockets.length, 2);
  clock.pass(1);
  assert.equal(sockets.length, 3);
  assert.deepEqual(types(), ["disconnected"]);
  last().open();
  last().say("x");
  last().end(1006);
  clock.pass(500);
  assert.equal(sockets.length, 4);
  assert.deepEqual(types(), ["disconnected", "connected", "received", "disconnected"]);
});

test("a connection that never opens is given up", () => {
  const { sockets, clock } = setUp();
  clock.pass(PACE.opening + 500);
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0].readyState, 3);
});

for (const code of [4401, 4403]) {
  test(`${code} is final`, () => {
    const { sockets, last, clock, events, network } = setUp();
    last().open();
    last().end(code);
    clock.pass(60_000);
    network.fire("online");
    assert.equal(sockets.length, 1);
    assert.deepEqual([events.at(-1).final, events.at(-1).code], [true, code]);
    assert.notEqual(events.at(-1).text, "");
  });
}

test("the server's own words say why it closed", () => {
  const { last, events } = setUp();
  last().open();
  last().end(4403, "This login was closed.");
  assert.equal(events.at(-1).text, "This login was closed.");
});

test("offline is a loss at once, online tries at once", () => {
  const { sockets, last, network, events } = setUp();
  last().open();
  network.fire("offline");
  assert.match(events.at(-1).text, /offline/);
  network.fire("online");
  assert.equal(sockets.length, 2);
  last().open();
  network.fire("online");
  assert.equal(sockets.length, 2);
});

test("what a socket says after it was given up doesn't count", () => {
  const { sockets, last, network, events } = setUp();
  last().open();
  network.fire("offline");
  const count = events.length;
  sockets[0].say("late");
  sockets[0].end(4401);
  assert.equal(events.length, count);
});

test("closed stays closed until it is restarted", () => {
  const { sockets, last, clock, connection } = setUp();
  last().open();
  connection.close();
  clock.pass(60_000);
  assert.equal(sockets.length, 1);
  connection.restart();
  assert.equal(sockets.length, 2);
});

const settled = () => new Promise((resolve) => { setImmediate(resolve); });

test("each attempt brings a ticket of its own", async () => {
  let bought = 0;
  const { sockets, last, clock } = setUp({ ticket: async () => ["clipdeck.v1", `ticket.${++bought}`] });
  assert.equal(sockets.length, 0);
  await settled();
  assert.deepEqual(last().protocols, ["clipdeck.v1", "ticket.1"]);
  last().open();
  last().end(1006);
  clock.pass(500);
  await settled();
  assert.deepEqual(last().protocols, ["clipdeck.v1", "ticket.2"]);
});

test("where no ticket is to be had, it says why and tries again", async () => {
  const { sockets, clock, events } = setUp({ ticket: async () => { throw { text: "No server there." }; } });
  await settled();
  assert.deepEqual([events.at(-1).text, events.at(-1).final], ["No server there.", false]);
  clock.pass(500);
  await settled();
  assert.equal(sockets.length, 0);
  assert.equal(events.length, 2);
});

test("a ticket that is refused for good ends it", async () => {
  const { clock, events } = setUp({ ticket: async () => { throw { text: "Revoked.", final: true, code: 4401 }; } });
  await settled();
  assert.deepEqual([events.at(-1).text, events.at(-1).final, events.at(-1).code], ["Revoked.", true, 4401]);
  clock.pass(60_000);
  await settled();
  assert.equal(events.length, 1);
});

test("a ticket that comes too late opens nothing", async () => {
  let deliver;
  const { sockets, clock, connection } = setUp({ ticket: () => new Promise((resolve) => { deliver = resolve; }) });
  const late = deliver;
  clock.pass(PACE.opening + 500);
  late(["late"]);
  await settled();
  assert.equal(sockets.length, 0);
  deliver(["in time"]);
  await settled();
  assert.deepEqual(sockets.map(({ protocols }) => protocols), [["in time"]]);
  connection.close();
});
