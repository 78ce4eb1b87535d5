import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./theme/tokens.css";
import "./theme/page.css";
import "./base/base.css";
import "./lobby/lobby.css";
import "./meeting/meeting.css";
import "./people/people.css";
import "./chat/chat.css";
import "./device/device.css";
import { App } from "./app.js";
import { followHistory, takeFromAddress } from "./route.js";
import { keepAppKey } from "./session/kept.js";
import { comeBack, logIn } from "./session/session.js";

const { appKey, invitation } = takeFromAddress();
if (appKey) keepAppKey(appKey);
followHistory();
void (invitation ? logIn(invitation, invitation.name) : comeBack(appKey));

const place = document.getElementById("app");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
