// What the toolbar's badge says of a panel, in four letters and in words. Pure.

const RED = "#b3161e", AMBER = "#8a4b00", BLUE = "#1d4ed8", GREY = "#52607a";

export const CLOSED = Object.freeze({ text: "off", colour: GREY, title: "Clipdeck: the side panel is closed. Click to open it." });

// `open` is whether a side panel is; then none of them is connected.
export const unsent = (what, open) => ({
  text: "!", colour: AMBER,
  title: `Clipdeck: "${what}" was not sent, because the side panel is ${open ? "not connected" : "closed. Click to open it"}.`,
});

const CAPTURED = ["starting", "active", "stopping"];
const PLAYED = ["starting", "playing", "paused", "stopping"];

// `trouble` is what else is wrong, in words, or "".
export function badgeOf({ live, connection, link, capture, question }, playback, trouble) {
  if (!live) return { text: "off", colour: GREY, title: `Clipdeck: ${connection.text}` };
  const words = [];
  if (CAPTURED.includes(capture.look)) words.push("recording");
  if (PLAYED.includes(playback?.status)) words.push(playback.status === "paused" ? "paused" : "playing");
  const doing = words.join(" and ");
  const wrong = trouble || (link.level === "ok" ? "" : link.text);
  const title = `Clipdeck: ${[doing || "ready", wrong].filter(Boolean).join(". ")}`;
  if (question?.open) return { text: "?", colour: AMBER, title: `Clipdeck asks in the side panel: ${question.text}` };
  if (wrong) return { text: "!", colour: AMBER, title };
  if (capture.look === "unknown" || playback?.status === "unknown") return { text: "?", colour: AMBER, title: "Clipdeck: not everything is known" };
  if (words.includes("recording")) return { text: words.length > 1 ? "REC▸" : "REC", colour: RED, title };
  return { text: words.length ? "▸" : "", colour: BLUE, title };
}
