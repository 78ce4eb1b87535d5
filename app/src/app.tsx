import { useEffect } from "react";
import { Button } from "./base/button.js";
import { Logo } from "./base/icon.js";
import { Toasts } from "./base/toast.js";
import { Lobby } from "./lobby/lobby.js";
import { LoginPage } from "./lobby/login.js";
import { RoomPage } from "./meeting/page.js";
import { go, useRoute } from "./route.js";
import { useSession } from "./session/session.js";
import { useText } from "./text/text.js";

/** The client: one page at a time, by the address and by who is logged in. */
export function App() {
  return (
    <>
      <Page />
      <Toasts />
    </>
  );
}

function Page() {
  const t = useText();
  const route = useRoute();
  const session = useSession();
  useEffect(() => {
    if (session.status === "in" && route.page === "login") {
      go(route.room ? { page: "room", room: route.room } : { page: "lobby" }, true);
    }
  }, [session.status, route]);
  if (route.page === "missing") return <Missing />;
  if (session.status === "entering") {
    return (
      <main className="waiting" aria-busy="true">
        <Logo size={56} />
        <p>{t("tryIt", { name: session.userUuid })}</p>
      </main>
    );
  }
  if (session.status === "out") return <LoginPage session={session} room={route.page === "lobby" ? "" : route.room} />;
  if (route.page === "room") return <RoomPage key={route.room} room={route.room} session={session} />;
  return <Lobby session={session} />;
}

function Missing() {
  const t = useText();
  return (
    <main className="waiting">
      <Logo size={56} />
      <h1>{t("missingPage")}</h1>
      <Button kind="main" onClick={() => go({ page: "lobby" })}>
        {t("backToLobby")}
      </Button>
    </main>
  );
}
