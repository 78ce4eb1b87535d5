import { Address } from "./address.js";
import { Driver } from "./driver.js";

interface Shared {
  readonly driver: Driver;
  users: number;
}

const shared = new Map<string, Shared>();

/**
 * The driver for an app on a server: one for the whole page, so that IM and RoomKit share the one login. Each call is
 * answered by one of {@link releaseDriver}. Null for what is not an address.
 */
export function acquireDriver(server: string, appKey: string, deviceId?: string): Driver | null {
  const address = Address.parse(server);
  if (!address) return null;
  const key = `${address.link()} ${appKey}`;
  const known = shared.get(key);
  if (known) {
    known.users += 1;
    return known.driver;
  }
  const driver = new Driver(address, appKey, deviceId);
  shared.set(key, { driver, users: 1 });
  return driver;
}

/** The last one who uses a driver ends it. */
export function releaseDriver(driver: Driver): void {
  for (const [key, entry] of shared) {
    if (entry.driver !== driver) continue;
    entry.users -= 1;
    if (entry.users > 0) return;
    shared.delete(key);
    driver.dispose();
  }
}

/** Where a page's server is when nobody says: where the page comes from. */
export function ownServer(): string {
  return typeof location === "undefined" || location.origin === "null" ? "" : location.origin;
}
