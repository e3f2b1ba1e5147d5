// Clipdeck's API. Whatever goes wrong becomes a Problem in plain words; a final one is not tried again by itself.

const API = 1;
// Less than what a connection waits for (panel/socket.js), so that its words are heard.
const PATIENCE = 4_000;

export class Problem extends Error {
  constructor(code, text, { final = false } = {}) {
    super(text);
    Object.assign(this, { code, text, final });
  }
}

// A token that is good no more: pairing anew helps.
export const UNPAIRED = Object.freeze(["token_missing", "token_unknown", "token_revoked", "token_expired", "token_of_another"]);
const FINAL = Object.freeze([...UNPAIRED, "agent_closed", "origin_not_allowed", "pairing_gone", "pairing_refused"]);

const unreachable = (origin) => new Problem("unreachable", `${origin} cannot be reached. A browser does not tell an extension why: `
  + "the server or the network may be down, its certificate may be wrong, something else may answer there, or it does not "
  + "know this extension. "
  + "Open the address in a tab: it shows which.");
const older = () => new Problem("older", "The server's Clipdeck is older than this extension. Ask your administrator to update it.", { final: true });
const newer = () => new Problem("newer", "The server's Clipdeck is newer than this extension. Update the extension.", { final: true });

const SOON = 7 * 24 * 3600 * 1000;

// A token's last days, in words; "" before them. `now` in milliseconds.
export function endOf({ expires_at: end }, now) {
  if (!(Date.parse(end) - now < SOON)) return "";
  return `This connection ends on ${new Date(end).toLocaleDateString()}. Disconnect in the options when no call is on, and connect anew.`;
}

function jsonOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export class Server {
  #options;
  #known = false;

  constructor(origin, { token = "", protocol, fetch = (...words) => globalThis.fetch(...words) }) {
    this.#options = { origin, token, protocol, fetch };
  }

  // Whether a Clipdeck is there that speaks as this extension does.
  async check() {
    const { protocol } = this.#options;
    const { product, api, protocol: theirs } = await this.#ask("GET", "");
    if (product !== "clipdeck") throw this.#noClipdeck();
    if (api < API || theirs < protocol) throw older();
    if (api > API || theirs > protocol) throw newer();
    this.#known = true;
  }

  // The subprotocols of one attempt to connect.
  async ticket() {
    await this.check();
    const { ticket } = await this.#ask("POST", "tickets/");
    return ["clipdeck.v1", `ticket.${ticket}`];
  }

  begin(name) { return this.#ask("POST", "pairings/", { name }); }
  poll(key) { return this.#ask("POST", "pairings/poll/", { key }); }
  me() { return this.#ask("GET", "me/"); }
  board() { return this.#ask("GET", "board/"); }
  revoke() { return this.#ask("POST", "revoke/"); }

  async #ask(method, path, body) {
    const { origin, token, fetch } = this.#options;
    // Who merely says what is here gets no token.
    const headers = { ...(token && path && { Authorization: `Bearer ${token}` }), ...(body && { "Content-Type": "application/json" }) };
    let answer, text;
    try {
      answer = await fetch(`${origin}/api/v1/${path}`, {
        method, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store", redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      // An answer may break off anywhere.
      text = await answer.text();
    } catch {
      throw unreachable(origin);
    }
    return this.#read(answer, jsonOf(text));
  }

  #read(answer, value) {
    if (answer.ok && value !== null && typeof value === "object") return value;
    if (value?.error?.code) throw new Problem(String(value.error.code), String(value.error.text), { final: FINAL.includes(value.error.code) });
    // A proxy without its server behind it answers like this, for a while.
    if (answer.status >= 500) throw new Problem("trouble", `${this.#options.origin} is in trouble (${answer.status}).`);
    throw this.#noClipdeck();
  }

  // Where a Clipdeck was a moment ago, a proxy or the network's own login page has stepped in between: that passes.
  #noClipdeck() {
    return new Problem("not_clipdeck", `There is no Clipdeck at ${this.#options.origin}. Check the address.`, { final: !this.#known });
  }
}
