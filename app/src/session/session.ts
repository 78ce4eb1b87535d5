import NERoom, { NEAuthEvent, NIM } from "parlor-web";
import { Store, useStore } from "../base/store.js";
import { keepAppKey, keepLogin, keepName, keptLogin, keptName, type Login } from "./kept.js";

/** Who is logged in on this page. */
export type Session =
  | { status: "out"; error: unknown; kicked: boolean }
  | { status: "entering"; userUuid: string }
  | { status: "in"; appKey: string; userUuid: string; name: string; reusesIm: boolean };

const OUT: Session = { status: "out", error: null, kicked: false };

const session = new Store<Session>(OUT);
const kit = NERoom.getInstance();
let nim: NIM | null = null;

kit.authService.addAuthListener({
  onAuthEvent(event) {
    if (session.get().status !== "in") return;
    if (event === NEAuthEvent.LOGGED_OUT) session.set(OUT);
    else if (event !== NEAuthEvent.LOGGED_IN && event !== NEAuthEvent.NET_BROKEN) {
      keepLogin(null);
      session.set({ status: "out", error: null, kicked: event === NEAuthEvent.KICK_OUT });
    }
  },
});

export function useSession(): Session {
  return useStore(session);
}

export const present = session.get;

/** RoomKit of this page, for whoever is logged in. */
export function rooms() {
  return kit.roomService;
}

/** Logs in again as this tab was before it was loaded anew; not where the address asks for another app. */
export async function comeBack(appKey: string): Promise<void> {
  const login = keptLogin();
  if (login && (!appKey || appKey === login.appKey)) await logIn(login);
}

/** Logs in, with the IM login reused when there is one. Says by its session how it went. */
export async function logIn(login: Login, name = ""): Promise<boolean> {
  session.set({ status: "entering", userUuid: login.userUuid });
  try {
    await enter(login);
  } catch (error) {
    keepLogin(null);
    await leaveQuietly();
    session.set({ status: "out", error, kicked: false });
    return false;
  }
  const account = `${login.appKey}:${login.userUuid}`;
  if (name) keepName(account, name);
  keepLogin(login);
  keepAppKey(login.appKey);
  const shown = name || keptName(account) || login.userUuid;
  const { appKey, userUuid, accid } = login;
  session.set({ status: "in", appKey, userUuid, name: shown, reusesIm: accid !== "" });
  return true;
}

/** Goes by another name from now on. */
export function rename(name: string): void {
  const now = session.get();
  if (now.status !== "in" || !name.trim()) return;
  keepName(`${now.appKey}:${now.userUuid}`, name.trim());
  session.set({ ...now, name: name.trim() });
}

export async function logOut(): Promise<void> {
  keepLogin(null);
  await leaveQuietly();
  session.set(OUT);
}

async function enter({ appKey, userUuid, userToken, accid, imToken }: Login): Promise<void> {
  if (kit.isInitialized) kit.release();
  if (accid) {
    nim = NERoom.reuseIM(NIM).getInstance({ appKey, account: accid, token: imToken });
    await nim.connect();
    await kit.initialize({ appKey, im: nim });
  } else {
    await kit.initialize({ appKey });
  }
  await kit.authService.login(userUuid, userToken);
}

/** Logs everything out; what is gone already cannot fail it. */
async function leaveQuietly(): Promise<void> {
  const before = nim;
  nim = null;
  try {
    if (kit.authService.isLoggedIn) await kit.authService.logout();
  } catch {
    // The server notices by itself.
  }
  kit.release();
  await before?.destroy().catch(() => {});
}
