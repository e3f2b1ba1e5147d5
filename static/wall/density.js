// How large the cards are, so that all of them fit on the screen where that is possible. Pure.

// Pixels at scale 1: the smallest card of each level. The stylesheet draws each with as much as has room on it.
export const LEVELS = Object.freeze({
  roomy: { width: 236, height: 92, gap: 10 },
  compact: { width: 204, height: 76, gap: 8 },
  dense: { width: 164, height: 44, gap: 5 },
});

// A desk is near: only what is as wide as a screen on the wall is drawn larger.
const FAR = 1900;
const CANDIDATES = [["roomy", 2], ["roomy", 1.5], ["compact", 2], ["roomy", 1.25], ["compact", 1.5], ["roomy", 1],
  ["compact", 1.25], ["compact", 1], ["dense", 1.5], ["dense", 1.25], ["dense", 1]];
// Where there is more room than needed, cards grow by no more than this.
const GROWTH = 1.35;

const fitting = (room, size, gap) => Math.max(1, Math.floor((room + gap) / (size + gap)));

// As few columns as will do, so that each card is as wide as can be; null where the cards do not fit.
function layout([name, scale], count, room) {
  const level = LEVELS[name];
  const [width, height, gap] = [level.width * scale, level.height * scale, level.gap * scale];
  const most = fitting(room.width, width, gap);
  const needed = Math.ceil(count / fitting(room.height, height, gap));
  if (needed > most) return null;
  const columns = Math.max(needed, Math.min(most, Math.ceil(room.width / (width * GROWTH))));
  const rows = Math.max(1, Math.ceil(count / columns));
  const grown = Math.min(height * GROWTH, (room.height + gap) / rows - gap);
  return { name, scale, columns, height: Math.floor(grown), gap: Math.round(gap) };
}

export function densityFor(count, room) {
  const allowed = CANDIDATES.filter(([, scale]) => scale === 1 || room.width >= FAR);
  for (const candidate of allowed) {
    const found = layout(candidate, count, room);
    if (found) return found;
  }
  // Nothing fits, so the page scrolls: then it may as well be readable.
  const { width, height, gap } = LEVELS.compact;
  return { name: "compact", scale: 1, columns: fitting(room.width, width, gap), height, gap };
}
