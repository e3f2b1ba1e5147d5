// One lasting connection: it reconnects by itself, notices silence, and tells what happens. It knows of no page
// beyond the events that say whether the network and the reader are there.

// Somebody who looks must see a loss within three seconds; nobody looks at a hidden page, so there it may cost less.
export const PACE = Object.freeze({
  watched: { pingAfter: 1_000, patience: 1_500 },
  hidden: { pingAfter: 10_000, patience: 3_000 },
  opening: 5_000, firstPause: 500, longestPause: 10_000, restartSpread: 4_000,
});

const NOT_LOGGED_IN = 4401;
const NOT_ALLOWED = 4403;
const TOO_MUCH = 1008;
const RESTARTING = 1012;

// The jitter keeps a whole floor from knocking at the same moment when the server comes back.
export function pauseBefore(attempt, code, random) {
  if (code === RESTARTING && attempt === 0) return PACE.firstPause + random() * PACE.restartSpread;
  const full = code === TOO_MUCH ? PACE.longestPause : Math.min(PACE.longestPause, PACE.firstPause * 2 ** attempt);
  return full / 2 + random() * (full / 2);
}

export class Connection {
  #socket = null;
  #timer = null;
  #attempt = 0;
  #round = 0;
  #ended = false;
  #lost = false;
  #options;

  // `ticket` brings the subprotocols of one attempt; where it throws, the attempt is over, with the error's `text`, and
  // if it is `final`, so are all others.
  constructor({ url, ticket, ping, onEvent, page = globalThis.document, network = globalThis, ...rest }) {
    this.#options = {
      url, ticket, ping, onEvent, page, network,
      WebSocket: rest.WebSocket ?? globalThis.WebSocket,
      now: rest.now ?? (() => Date.now()),
      random: rest.random ?? Math.random,
      setTimeout: rest.setTimeout ?? ((work, wait) => globalThis.setTimeout(work, wait)),
      clearTimeout: rest.clearTimeout ?? ((timer) => globalThis.clearTimeout(timer)),
    };
  }

  start() {
    const { network, page } = this.#options;
    network?.addEventListener?.("offline", () => this.#lose("This computer is offline."));
    network?.addEventListener?.("online", () => this.#hurry());
    page?.addEventListener?.("visibilitychange", () => this.#looked());
    this.#open();
  }

  // Tells whether the frame was handed to an open socket; if not, it has certainly not left.
  send(frame) {
    if (this.#socket?.readyState !== 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  close() {
    this.#ended = true;
    this.#drop();
  }

  restart() {
    this.#ended = false;
    this.#hurry();
  }

  #open() {
    const { ticket } = this.#options;
    this.#drop();
    this.#after(PACE.opening, () => this.#lose());
    if (!ticket) return this.#connect();
    const round = this.#round;
    const ours = (work) => (result) => { if (round === this.#round) work(result); };
    return ticket().then(
      ours((protocols) => this.#connect(protocols)),
      ours(({ text = "", final = false, code = 0 }) => (final ? this.#end(code, text) : this.#lose(text))),
    );
  }

  #connect(protocols) {
    const { WebSocket, url } = this.#options;
    const socket = protocols ? new WebSocket(url, protocols) : new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => this.#opened();
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = (event) => this.#closed(event.code, event.reason);
  }

  #opened() {
    this.#lost = false;
    this.#options.onEvent({ type: "connected", at: this.#options.now() });
    this.#watch();
  }

  #heard(text) {
    this.#attempt = 0;
    this.#options.onEvent({ type: "received", text, receivedAt: this.#options.now() });
    if (this.#socket) this.#watch();
  }

  // The server says why in plain words; a proxy in between may have swallowed them.
  #closed(code, reason) {
    if (code === NOT_LOGGED_IN) return this.#end(code, reason || "You are not logged in any more.");
    if (code === NOT_ALLOWED) return this.#end(code, reason || "This login may not use the panel. Ask your administrator.");
    return this.#lose(code === TOO_MUCH ? reason : "", code);
  }

  #end(code, text) {
    this.close();
    this.#options.onEvent({ type: "disconnected", at: this.#options.now(), text, final: true, code });
  }

  #pace() {
    return this.#options.page?.visibilityState === "hidden" ? PACE.hidden : PACE.watched;
  }

  // Any message proves that the other side is there; only silence is asked about.
  #watch() {
    this.#after(this.#pace().pingAfter, () => this.#ask());
  }

  #ask() {
    if (!this.send(this.#options.ping)) return this.#lose();
    return this.#after(this.#pace().patience, () => this.#lose());
  }

  #lose(text = "", code = 0) {
    if (this.#ended) return;
    this.#drop();
    if (!this.#lost || text) {
      this.#lost = true;
      this.#options.onEvent({ type: "disconnected", at: this.#options.now(), text, final: false, code });
    }
    const pause = pauseBefore(this.#attempt, code, this.#options.random);
    this.#attempt += 1;
    this.#after(pause, () => this.#open());
  }

  #hurry() {
    if (this.#ended || this.#socket?.readyState === 1) return;
    this.#attempt = 0;
    this.#open();
  }

  // A page that was asleep can't trust what it shows until the server has answered once more.
  #looked() {
    if (this.#ended || this.#options.page.visibilityState === "hidden") return;
    if (this.#socket?.readyState === 1) this.#ask();
    else this.#hurry();
  }

  #after(wait, work) {
    this.#options.clearTimeout(this.#timer);
    this.#timer = this.#options.setTimeout(work, wait);
  }

  // What a socket says, or a ticket brings, after it was given up must not count.
  #drop() {
    this.#options.clearTimeout(this.#timer);
    this.#round += 1;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket.readyState < 2) socket.close();
  }
}
