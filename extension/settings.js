// What the agent or the fleet's administrator has set. Addresses are kept as origins.

const DEFAULTS = Object.freeze({ server: "", vicidial: [], favourites: ["", "", ""], token: "", tokenServer: "" });
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function parsed(text) {
  const trimmed = String(text ?? "").trim();
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
    // A star would stand for many hosts where the browser is asked to allow one.
    return url.hostname.includes("*") ? null : url;
  } catch {
    return null;
  }
}

// What somebody typed -> {origin}, or {problem} in plain words.
export function serverOf(text) {
  const url = parsed(text);
  if (!url?.hostname) return { problem: "Give Clipdeck's address, such as https://panel.example.com" };
  if (url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.test(url.hostname))) return { origin: url.origin };
  return { problem: "The address must begin with https://, or anybody on the way could press your buttons." };
}

export function vicidialOf(text) {
  const url = parsed(text);
  if (url?.hostname && /^https?:$/.test(url.protocol)) return { origin: url.origin };
  return { problem: "Give the address of VICIdial's agent screen, such as https://dialer.example.com" };
}

// What the browser is asked to allow. Patterns without a port hold for all of them.
export const patternOf = (origin) => `${new URL(origin).protocol}//${new URL(origin).hostname}/*`;

const textsOf = (value) => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
const originsOf = (texts) => texts.map((text) => vicidialOf(text).origin).filter(Boolean);

// What the administrator has set counts; VICIdial's addresses of both are good.
export function merged(local, managed) {
  const own = { ...DEFAULTS, ...local };
  const fixed = managed?.server ? serverOf(managed.server) : {};
  const server = fixed.origin ?? own.server;
  return {
    ...own,
    server,
    // A token is the server's that gave it. A policy may name another one at any time.
    token: own.tokenServer === server ? own.token : "",
    managed: Boolean(fixed.origin),
    managedProblem: fixed.problem ?? "",
    vicidial: [...new Set([...originsOf(textsOf(managed?.vicidial)), ...textsOf(own.vicidial)])],
    managedVicidial: originsOf(textsOf(managed?.vicidial)),
    favourites: DEFAULTS.favourites.map((none, place) => own.favourites?.[place] ?? none),
  };
}

// Without a policy there is no managed storage; some browsers say so by an error.
export async function load(storage = chrome.storage) {
  const [local, managed] = await Promise.all([storage.local.get(Object.keys(DEFAULTS)), storage.managed.get().catch(() => ({}))]);
  return merged(local, managed);
}

export const save = (changes, storage = chrome.storage) => storage.local.set(changes);
export const saveToken = (token, server, storage = chrome.storage) => save({ token, tokenServer: server }, storage);
export const forgetToken = (storage = chrome.storage) => storage.local.remove(["token", "tokenServer"]);

// A pairing on its way, {server, code, key, confirm, wait, expires}, outlives a side panel that is closed meanwhile,
// and ends with the browser.
export const savePairing = (pairing, storage = chrome.storage) => storage.session.set({ pairing });
export const forgetPairing = (storage = chrome.storage) => storage.session.remove("pairing");

// The one with this server that can still be confirmed, or null. `now` in milliseconds.
export async function pairingWith(server, now, storage = chrome.storage) {
  const { pairing } = await storage.session.get("pairing");
  return pairing?.server === server && now < pairing.expires ? pairing : null;
}
