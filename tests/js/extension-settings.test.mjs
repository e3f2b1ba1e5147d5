import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetPairing, forgetToken, load, merged, pairingWith, savePairing, saveToken, serverOf, vicidialOf } from "../../extension/settings.js";

for (const [typed, origin] of [
  ["https://panel.example.com", "https://panel.example.com"], [" panel.example.com/ ", "https://panel.example.com"],
  ["https://panel.example.com:8443/panel/?x#y", "https://panel.example.com:8443"],
  ["http://127.0.0.1:8000", "http://127.0.0.1:8000"], ["http://localhost:8000/", "http://localhost:8000"],
]) test(`"${typed}" is ${origin}`, () => assert.deepEqual(serverOf(typed), { origin }));

for (const typed of ["", "  ", "https://", "http://panel.example.com", "javascript://x", "ftp://a.example", "a b", "http://127.0.0.1.evil.example", "https://*.example.com", "https://%2A.example.com"]) {
  test(`"${typed}" is no address of a server`, () => assert.match(serverOf(typed).problem, /address/));
}

test("VICIdial may be on plain http, and nowhere else", () => {
  assert.equal(vicidialOf("http://10.0.0.5/agc/vicidial.php").origin, "http://10.0.0.5");
  assert.ok(vicidialOf("file:///etc").problem);
  assert.ok(vicidialOf("").problem);
  assert.ok(vicidialOf("https://*/").problem);
});

test("what the administrator has set counts", () => {
  const settings = merged({ server: "https://own.example", vicidial: ["https://a.example"] },
    { server: "panel.example.com", vicidial: ["https://b.example/agc/", "nonsense://"] });
  assert.deepEqual([settings.server, settings.managed], ["https://panel.example.com", true]);
  assert.deepEqual(settings.vicidial, ["https://b.example", "https://a.example"]);
  assert.deepEqual(settings.managedVicidial, ["https://b.example"]);
});

test("a wrong setting of the administrator is said to be wrong", () => {
  const settings = merged({ server: "https://own.example" }, { server: "http://panel.example.com" });
  assert.match(settings.managedProblem, /https/);
  assert.equal(settings.managed, false);
});

test("without anything set there are defaults, with or without managed storage", async () => {
  const storage = { local: { get: async () => ({}) }, managed: { get: async () => { throw new Error("no policy"); } } };
  const settings = await load(storage);
  assert.deepEqual([settings.server, settings.token, settings.favourites], ["", "", ["", "", ""]]);
});

// What chrome.storage is, as far as it is used here.
function area() {
  const kept = {};
  return {
    get: async (names) => Object.fromEntries([names].flat().filter((name) => name in kept).map((name) => [name, kept[name]])),
    set: async (changes) => { Object.assign(kept, changes); },
    remove: async (names) => [names].flat().forEach((name) => delete kept[name]),
  };
}

const storageWith = (policy = {}) => ({ local: area(), session: area(), managed: { get: async () => policy } });

test("a token is only for the server that gave it", async () => {
  const policy = { server: "https://a.example" };
  const storage = storageWith(policy);
  await saveToken("secret", "https://a.example", storage);
  assert.equal((await load(storage)).token, "secret");
  policy.server = "https://b.example";
  assert.equal((await load(storage)).token, "");
  policy.server = "https://a.example";
  await forgetToken(storage);
  assert.equal((await load(storage)).token, "");
});

test("a pairing outlives the side panel until its code is too old", async () => {
  const storage = storageWith();
  const pairing = { server: "https://a.example", code: "ABCDEFGH", key: "k", expires: 1_000 };
  await savePairing(pairing, storage);
  assert.deepEqual(await pairingWith("https://a.example", 999, storage), pairing);
  assert.equal(await pairingWith("https://a.example", 1_000, storage), null);
  assert.equal(await pairingWith("https://b.example", 999, storage), null);
  await forgetPairing(storage);
  assert.equal(await pairingWith("https://a.example", 999, storage), null);
});
