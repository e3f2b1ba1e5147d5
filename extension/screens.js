// What VICIdial's agent screens in this browser say of themselves. Their words are untrusted. Pure.

const USER = /^[-_0-9A-Za-z]{1,20}$/;
const CALLS = Object.freeze(["live", "dead", "none", "unknown"]);

// An answer of the content script in a tab -> a report, or null for anything else.
export function reportOf(answer, { id, origin }, allowed) {
  if (answer?.type !== "vicidial" || !allowed.includes(origin)) return null;
  const user = typeof answer.user === "string" && USER.test(answer.user) ? answer.user : "";
  return { screen: id, origin, user, call: CALLS.includes(answer.call) ? answer.call : "unknown" };
}

export const withReport = (reports, report) => ({ ...reports, [report.screen]: report });

// Those of the tabs that are still there. A tab that does not answer in time has not changed.
export const withTabs = (reports, ids) => Object.fromEntries(Object.entries(reports).filter(([id]) => ids.includes(Number(id))));

// Why the panel and the screens do not belong together, or "". `foreign` are the origins of other dialers than the agent's.
export function warningOf(reports, agent, foreign = []) {
  if (!agent) return "";
  const screens = Object.values(reports).filter(({ user }) => user);
  const goes = `What you press here goes to ${agent.agent_user}'s call.`;
  const others = [...new Set(screens.map(({ user }) => user).filter((user) => user !== agent.agent_user))];
  if (others.length) {
    return `VICIdial in this browser is logged in as ${others.join(" and ")}, but this panel is ${agent.name}'s (${agent.agent_user}). ${goes}`;
  }
  const elsewhere = screens.find(({ origin }) => foreign.includes(origin));
  return elsewhere ? `VICIdial at ${elsewhere.origin} is another dialer than this panel's (${agent.dialer}). ${goes}` : "";
}

// What the agent's own screen says of the call, or "".
export function callOf(reports, agent, foreign = []) {
  const own = Object.values(reports).find(({ user, origin }) => user === agent?.agent_user && !foreign.includes(origin));
  return { live: "Customer on the line", dead: "Customer has hung up", none: "No call" }[own?.call] ?? "";
}
