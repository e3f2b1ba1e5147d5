// In which order the cards stand: trouble first; and when they may change places. Pure.

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export function wantedOrder(views) {
  return [...views].sort((a, b) => a.rank - b.rank || collator.compare(a.name, b.name) || a.key - b.key).map(({ key }) => key);
}

// Under the pointer nothing moves: who is shown stays where they are, who is new stands at the end.
export function heldOrder(shown, wanted, known) {
  const stays = shown.filter((key) => known.has(key));
  const there = new Set(stays);
  return [...stays, ...wanted.filter((key) => !there.has(key))];
}

const HOLD = 10_000;
const CALM_DOWN = 1_000;
const PAUSE = 2_000;

// Held while somebody points or types there. A pointer that was left lying must not hold a screen on the wall for ever.
export function isHeld({ inside, movedAt, leftAt }, now) {
  return (inside && now - movedAt < HOLD) || now - leftAt < CALM_DOWN;
}

export function mayReorder({ inside, movedAt, leftAt, reorderedAt }, now) {
  return !isHeld({ inside, movedAt, leftAt }, now) && now - reorderedAt >= PAUSE;
}
