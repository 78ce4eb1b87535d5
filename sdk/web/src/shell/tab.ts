const KEY = "parlor-device";

/**
 * The device id of this tab: its own, and the same after a reload.
 *
 * Each tab is a device of its own, so that two tabs of one account do not push each other out under a policy that allows
 * several devices. A tab that the browser duplicates begins with the id of the first; a lock that lives as long as the
 * page tells which of the two has it, and the other takes a fresh one.
 */
export async function deviceIdOfTab(): Promise<string> {
  const kept = readSession();
  if (kept && (await claim(kept))) return kept;
  const fresh = randomId();
  await claim(fresh);
  writeSession(fresh);
  return fresh;
}

export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether no other page has this id. Where the browser has no locks (plain HTTP), it is taken to be so. */
function claim(id: string): Promise<boolean> {
  const locks = typeof navigator === "undefined" ? undefined : navigator.locks;
  if (!locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    const forEver = new Promise<void>(() => {});
    locks
      .request(`${KEY}:${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? forEver : undefined;
      })
      .catch(() => resolve(true));
  });
}

function readSession(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function writeSession(id: string): void {
  try {
    sessionStorage.setItem(KEY, id);
  } catch {
    // A page without storage has a new id after each reload.
  }
}
