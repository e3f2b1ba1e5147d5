// The question that stands before a press which is confirmed first. Pure.

const ANSWERS = Object.freeze({
  capture_begin: { yes: "Record", no: "Don't record" },
  capture_end: { yes: "End the recording", no: "Let it run" },
});
const ANOTHER = "It is another recording now.";

// Whoever presses twice has not read what came in between.
const READING = 1_000;

// The second half of a double press on an answer falls on what the question covered: it is none of that one's.
export const fallsThrough = (answeredAt, at) => at - answeredAt < READING / 2;

const recordingOf = (model) => model.state?.capture.recording_id ?? null;

export const asking = (model, { action, text, at }) => ({ action, text, at, recording: recordingOf(model) });

// The server's words may change while they are read: then they are new, and have to be read again.
export function askedStill(question, model, at) {
  const text = question && model.state?.confirm[question.action];
  return text && text !== question.text ? { ...question, text, at } : question;
}

// What was asked and is beside the point by now stays until it is put away, so that nothing else comes under the
// pointer of whoever is about to answer.
export function questionView(model, now, reasonAgainst) {
  const { question } = model;
  if (!question) return null;
  const { yes, no } = ANSWERS[question.action] ?? { yes: "Yes", no: "No" };
  const settled = reasonAgainst(question.action) || (question.recording === recordingOf(model) ? "" : ANOTHER);
  if (settled) return { action: question.action, text: `Not now. ${settled}`, yes, no: "Close", open: false };
  return { action: question.action, text: question.text, yes, no, open: now - question.at >= READING };
}
