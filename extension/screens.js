// What VICIdial's agent screens in this browser say of themselves. Their words are untrusted. Pure.

const LIFETIME = 12_000;
const USER = /^[-_0-9A-Za-z]{1,20}$/;
const CALLS = Object.freeze(["live", "dead", "none", "unknown"]);

// A message of the content script -> a report, or null for anything else.
export function reportOf(message, sender, allowed, at) {
  if (message?.type !== "vicidial" || !allowed.includes(sender.origin)) return null;
  const user = typeof message.user === "string" && USER.test(message.user) ? message.user : "";
  return { screen: sender.tab?.id, user, call: CALLS.includes(message.call) ? message.call : "unknown", at };
}

export const withReport = (reports, report) => ({ ...reports, [report.screen]: report });

const fresh = (reports, now) => Object.values(reports).filter(({ at }) => now - at < LIFETIME);

// Why the panel and the screens do not belong together, or "".
export function warningOf(reports, agent, now) {
  const others = [...new Set(fresh(reports, now).map(({ user }) => user).filter((user) => user && user !== agent?.agent_user))];
  if (!agent || !others.length) return "";
  return `VICIdial in this browser is logged in as ${others.join(" and ")}, but this panel is ${agent.name}'s (${agent.agent_user}). `
    + `What you press here goes to ${agent.agent_user}'s call.`;
}

// What the agent's own screen says of the call, or "".
export function callOf(reports, agent, now) {
  const own = fresh(reports, now).find(({ user }) => user === agent?.agent_user);
  return { live: "Customer on the line", dead: "Customer has hung up", none: "No call" }[own?.call] ?? "";
}
