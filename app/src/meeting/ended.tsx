import { NERoomEndReason } from "parlor-web";
import { Button } from "../base/button.js";
import { Icon } from "../base/icon.js";
import { Frame } from "../lobby/frame.js";
import { go } from "../route.js";
import type { TextKey } from "../text/en.js";
import { useText } from "../text/text.js";

/** Says why the meeting is over, and what can be done now. */
export function Ended({ reason, onAgain }: { reason: NERoomEndReason; onAgain: (() => void) | null }) {
  const t = useText();
  const bySelf = reason === NERoomEndReason.LEAVE_BY_SELF;
  const why: TextKey = `ended${(reason as string).toUpperCase() as keyof typeof NERoomEndReason}`;
  return (
    <Frame>
      <section className="ended" role="status">
        <span className="ended-icon">
          <Icon name={bySelf ? "exit" : "note"} size={30} />
        </span>
        <h1>{t(bySelf ? "endedLeft" : "endedTitle")}</h1>
        <p className="lead">{t(why)}</p>
        <div className="ended-buttons">
          {onAgain && (
            <Button size="l" icon="retry" onClick={onAgain}>
              {t("rejoin")}
            </Button>
          )}
          <Button size="l" kind="main" onClick={() => go({ page: "lobby" })}>
            {t("backToLobby")}
          </Button>
        </div>
      </section>
    </Frame>
  );
}
