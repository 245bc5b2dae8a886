// Words that the server has not confirmed stay in this browser, for this person and the thing they are
// about, until it has. Signing out takes all of them along (leaving.js).
export function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}
export function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* full or switched off: the form still has the words */ }
}

// What is kept of one thing: `earlier` is what another visit left, read before this one keeps anything.
export function kept(user, thing) {
  const name = `draft:${user}:${thing}`;
  return {
    name,
    earlier: read(name),
    keep: (facts) => write(name, { ...facts, at: new Date().toISOString() }),
    forget: () => localStorage.removeItem(name),
  };
}
