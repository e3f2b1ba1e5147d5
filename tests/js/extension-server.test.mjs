import assert from "node:assert/strict";
import { test } from "node:test";
import { Server, endOf } from "../../extension/server.js";

const ORIGIN = "https://panel.example.com";
const INDEX = { product: "clipdeck", api: 1, protocol: 1 };

// A server that answers each path with a status and a body; a body that is no text is JSON.
function serverWith(answers, token = "secret") {
  const asked = [];
  const fetch = async (url, options) => {
    asked.push({ url, ...options });
    const answer = answers[url.slice(`${ORIGIN}/api/v1/`.length)];
    if (!answer) throw new TypeError("Failed to fetch");
    const [status, body] = answer;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  return { server: new Server(ORIGIN, { token, protocol: 1, fetch }), asked };
}

const refusal = (code, text = "Words.") => ({ error: { code, text } });
const problemOf = (promise) => promise.then(() => assert.fail("it went well"), (problem) => problem);

test("a ticket goes into the subprotocols, the token into a header, and cookies nowhere", async () => {
  const { server, asked } = serverWith({ "": [200, INDEX], "tickets/": [201, { ticket: "t1" }] });
  assert.deepEqual(await server.ticket(), ["clipdeck.v1", "ticket.t1"]);
  for (const { headers, credentials, url } of asked) {
    // Whether a Clipdeck is there at all is asked without it.
    assert.deepEqual([headers.Authorization, credentials], [url.endsWith("/v1/") ? undefined : "Bearer secret", "omit"]);
    assert.ok(!url.includes("secret"));
  }
});

test("who cannot be reached may be down, or have a wrong certificate: nobody can tell which", async () => {
  const problem = await problemOf(serverWith({}).server.check());
  assert.deepEqual([problem.code, problem.final], ["unreachable", false]);
  assert.match(problem.text, /certificate/);
});

for (const [what, answer] of [
  ["a page", [200, "<html>Hello</html>"]], ["another program", [200, { product: "other" }]], ["nothing", [404, "Not found"]],
]) {
  test(`${what} is not a Clipdeck`, async () => {
    const problem = await problemOf(serverWith({ "": answer }).server.check());
    assert.deepEqual([problem.code, problem.final], ["not_clipdeck", true]);
    assert.ok(problem.text.includes(ORIGIN));
  });
}

for (const [index, code, who] of [
  [{ ...INDEX, protocol: 0 }, "older", /administrator/], [{ ...INDEX, protocol: 2 }, "newer", /extension/],
  [{ ...INDEX, api: 2 }, "newer", /extension/],
]) {
  test(`${JSON.stringify(index)} is ${code}`, async () => {
    const problem = await problemOf(serverWith({ "": [200, index] }).server.check());
    assert.equal(problem.code, code);
    assert.match(problem.text, who);
  });
}

for (const code of ["token_revoked", "token_expired", "agent_closed", "origin_not_allowed"]) {
  test(`${code} is final, in the server's own words`, async () => {
    const { server } = serverWith({ "": [200, INDEX], "tickets/": [403, refusal(code)] });
    const problem = await problemOf(server.ticket());
    assert.deepEqual([problem.code, problem.text, problem.final], [code, "Words.", true]);
  });
}

test("an answer that breaks off is no word of the server's", async () => {
  const broken = new ReadableStream({ pull(controller) { controller.error(new TypeError("network error")); } });
  const server = new Server(ORIGIN, { protocol: 1, fetch: async () => new Response(broken, { status: 200 }) });
  const problem = await problemOf(server.check());
  assert.deepEqual([problem.code, problem.final], ["unreachable", false]);
});

test("where a Clipdeck was before, something else that answers will pass", async () => {
  const answers = { "": [200, INDEX] };
  const { server } = serverWith(answers);
  await server.check();
  answers[""] = [200, "<html>Log in to the network</html>"];
  const problem = await problemOf(server.check());
  assert.deepEqual([problem.code, problem.final], ["not_clipdeck", false]);
});

test("a proxy without its server is trouble that passes", async () => {
  const problem = await problemOf(serverWith({ "": [502, "<html>Bad gateway</html>"] }).server.check());
  assert.deepEqual([problem.code, problem.final], ["trouble", false]);
});

test("a connection's last week is told", () => {
  const token = { expires_at: "2026-11-28T12:00:00Z" };
  assert.equal(endOf(token, Date.parse("2026-11-21T12:00:00Z")), "");
  assert.match(endOf(token, Date.parse("2026-11-21T12:00:01Z")), /ends on .*28/);
  assert.equal(endOf({}, Date.now()), "");
});
