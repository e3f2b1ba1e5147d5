// How the capture toggle looks, and which of its two actions a press would mean.
import { incapacityOf, isSlow, secondsOf, standOf, troubleOf } from "./recording.js";
import { age, clock, otherDay, timeOfDay } from "./words.js";

const TEXTS = Object.freeze({
  idle: "Off", starting: "Starting…", active: "Recording", stopping: "Ending…", unknown: "Not known",
  later: "In the next call", left_over: "Left over", silent: "Customer gone",
});

const MONO = "Stop ends every recording of this session, the campaign's own too.";
const NOT_OURS = "This recording was not begun here.";
const NOBODYS = "It is not known who began this recording.";
const LEFT_OVER = "VICIdial still calls a recording active that began before this call or login. It probably does not run.";
const SURE = "The recording is just starting. Press again to end it all the same.";

// What nobody can vouch for is ended rather than begun again, if the server would take either. A recording that is left
// over, or that only the next call would bring, does not take this call down.
function actionOf(capture, allowed) {
  const stand = standOf(capture);
  if (stand === "idle" || stand === "unsupported") return "capture_begin";
  const begins = allowed.includes("capture_begin");
  if (["left_over", "later"].includes(stand)) return begins ? "capture_begin" : "capture_end";
  return begins && !allowed.includes("capture_end") && stand === "unknown" ? "capture_begin" : "capture_end";
}

function textOf(capture, stand) {
  if (stand === "unsupported") return incapacityOf(capture).short;
  return isSlow(capture) ? "Waiting…" : TEXTS[stand];
}

// What can't be recorded at all is said below; here, that it is no more than that.
function hintOf(capture, { stand, action, reason, doubt }) {
  return stand === "unsupported" ? "Clips play all the same." : reason || doubt || restingHint(capture, stand, action);
}

function restingHint(capture, stand, action) {
  if (isSlow(capture)) return `VICIdial's agent screen has not ${stand === "starting" ? "begun" : "ended"} it yet.`;
  if (action === "capture_begin") return capture.mono ? "Press to record." : stand === "idle" ? "Press to record both sides." : "Press to record this call.";
  if (stand === "starting") return "VICIdial took the command.";
  return stand === "silent" ? "Nothing is recorded any more." : stand === "later" ? "" : "Press to end the recording.";
}

function beginOf({ began_at: began }, now) {
  return [otherDay(Date.parse(began), now), timeOfDay(Date.parse(began))].filter(Boolean).join(", ");
}

const STANDING = ["active", "stopping", "silent"];

function warningsOf(capture, stand, live) {
  const trouble = troubleOf(capture);
  const incapacity = incapacityOf(capture);
  const standing = live && STANDING.includes(stand);
  return [
    trouble,
    incapacity && incapacity.text !== trouble?.text && { kind: "warn", text: incapacity.text },
    live && stand === "left_over" && { kind: "warn", text: LEFT_OVER },
    standing && capture.ours === false && { kind: "info", text: NOT_OURS },
    standing && capture.ours === null && { kind: "info", text: NOBODYS },
    capture.mono === true && { kind: "info", text: MONO },
  ].filter(Boolean);
}

// Whoever does not see the panel hears what goes wrong, and no more.
function spokenOf(capture) {
  const { kind, text } = troubleOf(capture) ?? {};
  return kind && kind !== "info" ? `Capture: ${text}` : "";
}

// A recording that was begun by a double press must not be lost by its second half, however slow that is.
function questionOf(look, action, note) {
  return look === "starting" && action === "capture_end" && note?.kind !== "sure" ? SURE : "";
}

const byAction = (value) => ({ capture_begin: value("capture_begin"), capture_end: value("capture_end") });

export function captureView(model, now, { live, sending, note, reasonAgainst }) {
  const { capture = {}, allowed = [], confirm = {}, doubts = {} } = model.state ?? {};
  const known = standOf(capture);
  const stand = live ? known : "unknown";
  const action = actionOf(capture, allowed);
  const against = byAction(reasonAgainst);
  const reason = against[action];
  const doubt = live && !reason ? doubts[action] ?? "" : "";
  const look = live && sending ? "sending" : stand === "idle" && reason ? "disabled" : stand;
  const at = now + model.offset;
  const checked = (at - Date.parse(capture.checked_at)) / 1000;
  const seconds = live ? secondsOf(capture, at) : null;
  const running = live && ["starting", ...STANDING].includes(stand);
  const named = running || ["left_over", "later"].includes(stand);
  return {
    look, action, reason, doubt, against, confirm: byAction((each) => confirm[each] ?? ""),
    question: questionOf(look, action, note), disabled: Boolean(reason) || look === "sending", pressed: running,
    slow: live && isSlow(capture),
    text: look === "sending" ? "Sending…" : live ? textOf(capture, stand) : TEXTS.unknown,
    hint: look === "sending" ? "" : hintOf(capture, { stand, action, reason, doubt }),
    elapsed: seconds === null ? "" : clock(seconds),
    recording: named && capture.recording_id ? String(capture.recording_id) : "",
    filename: named && capture.filename ? String(capture.filename) : "",
    began: stand === "left_over" ? beginOf(capture, at) : "",
    checked: live && !Number.isNaN(checked) ? age(checked) : "",
    ends: stand === "left_over" && action === "capture_begin" && !against.capture_end,
    warnings: warningsOf(capture, stand, live), spoken: live ? spokenOf(capture) : "", note: note?.kind === "sure" && look !== "starting" ? null : note,
  };
}
