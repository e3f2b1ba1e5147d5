// How a recording stands: what VICIdial says of it and what follows from that. Panel and wall share it. Pure.

const STATUSES = Object.freeze(["idle", "starting", "active", "stopping", "unknown", "unsupported"]);

// `later` is a begin that waited until its call was over: the next call brings it. VICIdial calls a recording active as
// long as nobody has ended it: `left_over` is one that began before this login or call, `silent` is one whose customer
// has hung up. None of the three takes anything down.
export function standOf(capture) {
  if (!STATUSES.includes(capture.status)) return "unknown";
  if (capture.status === "idle" && capture.fault_code === "will_begin_in_next_call") return "later";
  if (capture.status !== "active") return capture.status;
  if (capture.left_over === true) return "left_over";
  return Number.isNaN(Date.parse(capture.silent_since)) ? "active" : "silent";
}

// Seconds that were recorded until `now` in milliseconds of the server's clock, or null where nobody can say. The clock
// stands where the customer hung up.
export function secondsOf(capture, now) {
  const silent = Date.parse(capture.silent_since);
  const seconds = ((Number.isNaN(silent) ? now : silent) - Date.parse(capture.began_at)) / 1000;
  return ["active", "stopping", "silent"].includes(standOf(capture)) && !Number.isNaN(seconds) ? Math.max(0, seconds) : null;
}

// VICIdial took the command some time ago, and the agent's screen has not carried it out.
export const isSlow = ({ status, fault_code: code }) => code === "waiting_for_screen" && ["starting", "stopping"].includes(status);

const LEVELS = Object.freeze({
  waiting_for_screen: "warn", near_limit: "warn", begun_in_other_call: "warn", ended_elsewhere: "warn", customer_left: "info",
});

// What is wrong, and how bad it is; null where nothing is. A code that this page does not know is taken seriously.
export function troubleOf({ fault, fault_code: code }) {
  return fault ? { kind: LEVELS[code] ?? "fault", text: String(fault) } : null;
}

const CAPABILITIES = Object.freeze({
  too_old: ["Too old", "This VICIdial is too old for stereo recording."],
  switched_off: ["Switched off", "Stereo recording is switched off on this VICIdial."],
  no_permission: ["Not permitted", "Clipdeck's user may not record on this VICIdial."],
});
const UNSUPPORTED = Object.freeze(["Not supported", "This VICIdial can't record in this way."]);

// Why this dialer can't record, in a word or two and in a sentence with what to do; null where it can.
export function incapacityOf({ status, capability, capability_text: text }) {
  const known = CAPABILITIES[capability];
  if (!known && status !== "unsupported") return null;
  const [short, sentence] = known ?? UNSUPPORTED;
  return { short, text: text || sentence };
}
