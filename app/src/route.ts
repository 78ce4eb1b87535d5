import { Store, useStore } from "./base/store.js";
import { keptAppKey } from "./session/kept.js";

/** Where the page is. The address of a room says what a guest needs to join, except secrets. */
export type Route =
  | { page: "lobby" }
  | { page: "login"; room: string }
  | { page: "room"; room: string }
  | { page: "missing" };

/** A login that somebody put into a link, behind the `#`, which no browser sends to a server. */
export interface Invitation {
  appKey: string;
  userUuid: string;
  userToken: string;
  /** With these two, the IM account is logged in first and its login reused. */
  accid: string;
  imToken: string;
  name: string;
}

const ROOM = /^[A-Za-z0-9\-_.]{1,64}$/;

export function routeOf(path: string, search = ""): Route {
  const [first = "", second = "", ...rest] = path.split("/").filter(Boolean);
  if (rest.length > 0) return { page: "missing" };
  if (first === "") return { page: "lobby" };
  if (first === "login" && second === "") {
    const room = new URLSearchParams(search).get("room") ?? "";
    return { page: "login", room: ROOM.test(room) ? room : "" };
  }
  const room = decoded(second);
  return first === "meet" && ROOM.test(room) ? { page: "room", room } : { page: "missing" };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "room":
      return `/meet/${encodeURIComponent(route.room)}`;
    case "login":
      return route.room ? `/login?room=${encodeURIComponent(route.room)}` : "/login";
    default:
      return "/";
  }
}

/** The link to give away: the room and the app it is in. */
export function roomLink(origin: string, room: string, appKey: string): string {
  return `${origin}${pathOf({ page: "room", room })}?app=${encodeURIComponent(appKey)}`;
}

/** The room that somebody means who pastes a link, a number with blanks, or a name; null for anything else. */
export function roomMeant(written: string): string | null {
  const given = written.trim();
  if (given.includes("/")) {
    const path = /^[a-z]+:\/\/[^/]+(\/[^?#]*)/i.exec(given)?.[1] ?? given.split(/[?#]/)[0] ?? "";
    const route = routeOf(path);
    return route.page === "room" ? route.room : null;
  }
  const joined = /^[\d\s-]+$/.test(given) ? given.replace(/[\s-]/g, "") : given;
  return ROOM.test(joined) ? joined : null;
}

/** A number is read in groups of three; any other name as it is. */
export function shownRoom(room: string): string {
  return /^\d{9}$/.test(room) ? room.replace(/(\d{3})(?=\d)/g, "$1 ") : room;
}

/** What a `#login?…` says; null when it says nothing of use. */
export function invitationOf(hash: string): Invitation | null {
  if (!hash.startsWith("#login?")) return null;
  const said = new URLSearchParams(hash.slice("#login?".length));
  const get = (name: string) => said.get(name) ?? "";
  const found: Invitation = {
    appKey: get("app"),
    userUuid: get("user"),
    userToken: get("token"),
    accid: get("im"),
    imToken: get("imToken"),
    name: get("name"),
  };
  return found.appKey && found.userUuid && found.userToken ? found : null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

const here = new Store<Route>(typeof location === "undefined" ? { page: "lobby" } : ofLocation());

export function useRoute(): Route {
  return useStore(here);
}

/** Goes to a page; `replace` leaves no trace in the history. */
export function go(route: Route, replace = false): void {
  const app = keptAppKey();
  const path = route.page === "room" && app ? roomLink("", route.room, app) : pathOf(route);
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  here.set(route);
}

/** Follows the browser's back and forward. */
export function followHistory(): void {
  window.addEventListener("popstate", () => here.set(ofLocation()));
}

/** Takes what the address says beside the page: an app's key, and a login in the fragment, which is cleared away. */
export function takeFromAddress(): { appKey: string; invitation: Invitation | null } {
  const invitation = invitationOf(location.hash);
  const appKey = new URLSearchParams(location.search).get("app") ?? invitation?.appKey ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return { appKey, invitation };
}

function ofLocation(): Route {
  return routeOf(location.pathname, location.search);
}
