// How the capture toggle looks, and which of its two actions a press would mean.
import { age, clock } from "./words.js";

const TEXTS = Object.freeze({
  idle: "Off", starting: "Starting…", active: "Recording", stopping: "Ending…", unknown: "Not known",
  unsupported: "Not supported",
});

const MONO = "Stop ends every recording of this session, the campaign's own too.";
const NOT_OURS = "This recording was not begun here.";
const SURE = "The recording is just starting. Press again to end it all the same.";
const UNSUPPORTED = "This VICIdial is too old for stereo recording.";

// A capture that nobody can vouch for is ended rather than begun again, if the server would take either.
function actionOf(status, allowed) {
  if (status === "idle" || status === "unsupported") return "capture_begin";
  if (status !== "unknown") return "capture_end";
  return allowed.includes("capture_begin") && !allowed.includes("capture_end") ? "capture_begin" : "capture_end";
}

function elapsedOf(model, status, now) {
  const seconds = (now + model.offset - Date.parse(model.state.capture.began_at)) / 1000;
  return ["active", "stopping"].includes(status) && !Number.isNaN(seconds) ? clock(seconds) : "";
}

function hintOf(status, action, reason) {
  if (reason) return reason;
  if (status === "unsupported") return "";
  if (status === "starting") return "VICIdial took the command.";
  return action === "capture_begin" ? "Press to record both sides." : "Press to end the recording.";
}

function warningsOf(capture, status, live) {
  const warnings = [];
  if (capture.fault) warnings.push({ kind: "fault", text: String(capture.fault) });
  if (status === "unsupported" && !capture.fault) warnings.push({ kind: "fault", text: UNSUPPORTED });
  if (live && ["active", "stopping"].includes(status) && capture.ours === false) {
    warnings.push({ kind: "info", text: NOT_OURS });
  }
  if (capture.mono === true) warnings.push({ kind: "info", text: MONO });
  return warnings;
}

// A recording that was begun by a double press must not be lost by its second half, however slow that is.
function questionOf(look, note) {
  return look === "starting" && note?.kind !== "sure" ? SURE : "";
}

export function captureView(model, now, { live, sending, note, reasonAgainst }) {
  const capture = model.state?.capture ?? {};
  const known = TEXTS[capture.status] ? capture.status : "unknown";
  const status = live ? known : "unknown";
  const action = actionOf(known, model.state?.allowed ?? []);
  const reason = reasonAgainst(action);
  const look = live && sending ? "sending" : status === "idle" && reason ? "disabled" : status;
  const checked = (now + model.offset - Date.parse(capture.checked_at)) / 1000;
  const running = live && ["starting", "active", "stopping"].includes(status);
  return {
    look, action, reason, question: questionOf(look, note), disabled: Boolean(reason) || look === "sending", pressed: running,
    text: look === "sending" ? "Sending…" : TEXTS[status], hint: look === "sending" ? "" : hintOf(status, action, reason),
    elapsed: live ? elapsedOf(model, status, now) : "",
    recording: running && capture.recording_id ? String(capture.recording_id) : "",
    filename: running && capture.filename ? String(capture.filename) : "",
    checked: live && !Number.isNaN(checked) ? age(checked) : "",
    warnings: warningsOf(capture, status, live), note: note?.kind === "sure" && look !== "starting" ? null : note,
  };
}
