// What the agent or the fleet's administrator has set. Addresses are kept as origins.

const DEFAULTS = Object.freeze({ server: "", vicidial: [], favourites: ["", "", ""], token: "" });
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function parsed(text) {
  const trimmed = String(text ?? "").trim();
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
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

const textsOf = (value) => (Array.isArray(value) ? value.filter((item) => typeof item === "string") : []);
const originsOf = (texts) => texts.map((text) => vicidialOf(text).origin).filter(Boolean);

// What the administrator has set counts; VICIdial's addresses of both are good.
export function merged(local, managed) {
  const own = { ...DEFAULTS, ...local };
  const fixed = managed?.server ? serverOf(managed.server) : {};
  return {
    ...own,
    server: fixed.origin ?? own.server,
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
export const forgetToken = (storage = chrome.storage) => storage.local.remove("token");
