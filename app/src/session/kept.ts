/** What the client keeps in this browser. Logins are kept for the tab alone, and gone with it. */
export interface Login {
  appKey: string;
  userUuid: string;
  userToken: string;
  /** Both empty when RoomKit logs IM in by itself. */
  accid: string;
  imToken: string;
}

/** A room that this browser was in. */
export interface RecentRoom {
  room: string;
  name: string;
  appKey: string;
  /** The account that made it joins it as host again. */
  host: string;
  atMs: number;
}

const LOGIN = "parlor-login";
const APP = "parlor-app-key";
const NAME = "parlor-name";
const RECENT = "parlor-recent";
const RECENT_MOST = 8;

export const keptLogin = (): Login | null => readJson<Login>(sessionStorageOf(), LOGIN);

export function keepLogin(login: Login | null): void {
  write(sessionStorageOf(), LOGIN, login === null ? null : JSON.stringify(login));
}

export const keptAppKey = (): string => read(localStorageOf(), APP) ?? "";

export const keepAppKey = (appKey: string): void => write(localStorageOf(), APP, appKey);

/** The name that a person goes by, for each account of an app. */
export const keptName = (account: string): string => read(localStorageOf(), `${NAME}:${account}`) ?? "";

export const keepName = (account: string, name: string): void => write(localStorageOf(), `${NAME}:${account}`, name);

export function recentRooms(): RecentRoom[] {
  const kept = readJson<RecentRoom[]>(localStorageOf(), RECENT);
  return Array.isArray(kept) ? kept.filter(({ room, appKey }) => Boolean(room && appKey)) : [];
}

/** Puts a room at the top of the list; who made it stays known. */
export function rememberRoom(entry: RecentRoom): void {
  write(localStorageOf(), RECENT, JSON.stringify(withRoom(recentRooms(), entry)));
}

export function forgetRoom({ room, appKey }: RecentRoom): void {
  const left = recentRooms().filter((known) => known.room !== room || known.appKey !== appKey);
  write(localStorageOf(), RECENT, JSON.stringify(left));
}

export function withRoom(rooms: readonly RecentRoom[], entry: RecentRoom): RecentRoom[] {
  const isSame = (known: RecentRoom) => known.room === entry.room && known.appKey === entry.appKey;
  const host = entry.host || (rooms.find(isSame)?.host ?? "");
  const others = rooms.filter((known) => !isSame(known));
  return [{ ...entry, host }, ...others].slice(0, RECENT_MOST);
}

function read(storage: Storage | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null;
  } catch {
    return null;
  }
}

function readJson<T>(storage: Storage | null, key: string): T | null {
  try {
    return JSON.parse(read(storage, key) ?? "null") as T | null;
  } catch {
    return null;
  }
}

function write(storage: Storage | null, key: string, value: string | null): void {
  try {
    if (value === null) storage?.removeItem(key);
    else storage?.setItem(key, value);
  } catch {
    // A page without storage forgets.
  }
}

function localStorageOf(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function sessionStorageOf(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
