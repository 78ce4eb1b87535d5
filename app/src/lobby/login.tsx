import { type FormEvent, useState } from "react";
import { Button } from "../base/button.js";
import { Field } from "../base/field.js";
import { Icon } from "../base/icon.js";
import { shownRoom } from "../route.js";
import { keptAppKey } from "../session/kept.js";
import { logIn, type Session } from "../session/session.js";
import { errorText, useLanguage, useText } from "../text/text.js";
import { Frame } from "./frame.js";

const EMPTY = { appKey: "", accid: "", imToken: "", userUuid: "", userToken: "" };
type Fields = typeof EMPTY;

/** What was written, for the page that comes back after a login that failed. */
let draft = EMPTY;

/** Logs in: the IM account first, then the room account on its connection; or the room account alone. */
export function LoginPage({ session, room }: { session: Extract<Session, { status: "out" }>; room: string }) {
  const t = useText();
  const language = useLanguage();
  const [fields, setFields] = useState<Fields>({ ...draft, appKey: draft.appKey || keptAppKey() });
  const [reuse, setReuse] = useState(true);
  const [checked, setChecked] = useState(false);
  const set = (name: keyof Fields) => (value: string) => setFields({ ...fields, [name]: value });
  const needed: (keyof Fields)[] = reuse
    ? ["appKey", "accid", "imToken", "userUuid", "userToken"]
    : ["appKey", "userUuid", "userToken"];
  const missing = (name: keyof Fields) => (checked && !fields[name].trim() ? t("fillIn") : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (needed.some((name) => !fields[name].trim())) return;
    const { accid, imToken, ...rest } = trimmed(fields);
    draft = fields;
    void logIn({ ...rest, accid: reuse ? accid : "", imToken: reuse ? imToken : "" }).then((isIn) => {
      if (isIn) draft = EMPTY;
    });
  };
  const field = (name: keyof Fields, label: string, secret = false) => (
    <Field
      label={label}
      value={fields[name]}
      onValue={set(name)}
      error={missing(name)}
      name={name}
      type={secret ? "password" : "text"}
      autoComplete={secret ? "current-password" : "username"}
      autoCapitalize="off"
      spellCheck={false}
      placeholder={secret || name === "appKey" ? undefined : t("accountPlaceholder")}
      hint={name === "appKey" && !fields.appKey ? t("appKeyHint") : undefined}
    />
  );
  return (
    <Frame>
      <div className="login">
        <section className="card">
          <h1>{t("loginTitle")}</h1>
          <p className="lead">{room ? t("loginToJoin", { room: shownRoom(room) }) : t("loginLead")}</p>
          {session.kicked && <p className="alert">{t("kickedTitle")}</p>}
          {session.error !== null && (
            <p className="alert" role="alert">
              {errorText(session.error, language)}
            </p>
          )}
          <form className="form" onSubmit={submit} noValidate>
            <Ways reuse={reuse} choose={setReuse} />
            {field("appKey", t("appKey"))}
            {reuse && (
              <div className="pair">
                {field("accid", t("imAccount"))}
                {field("imToken", t("imToken"), true)}
              </div>
            )}
            <div className="pair">
              {field("userUuid", t("roomAccount"))}
              {field("userToken", t("roomToken"), true)}
            </div>
            <Button kind="main" size="l" wide submit>
              {t("logIn")}
            </Button>
          </form>
          <How reuse={reuse} />
        </section>
        <p className="login-tagline">{t("tagline")}</p>
      </div>
    </Frame>
  );
}

function Ways({ reuse, choose }: { reuse: boolean; choose: (reuse: boolean) => void }) {
  const t = useText();
  return (
    <fieldset className="segments">
      <legend className="unseen">{t("loginWith")}</legend>
      {[true, false].map((each) => (
        <label key={String(each)} className={each === reuse ? "segment segment-on" : "segment"}>
          <input type="radio" name="way" className="unseen" checked={each === reuse} onChange={() => choose(each)} />
          {each ? t("loginReuse") : t("loginRoomOnly")}
        </label>
      ))}
    </fieldset>
  );
}

/** For a developer who looks for it: what happens, the calls, and the two codes that puzzle at first. */
function How({ reuse }: { reuse: boolean }) {
  const t = useText();
  const steps = reuse ? [t("howReuse1"), t("howReuse2"), t("howReuse3")] : [t("howOff1"), t("howOff2")];
  return (
    <details className="how">
      <summary>
        <Icon name="down" size={18} />
        {t("howTitle")}
      </summary>
      <ol>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <pre>{reuse ? REUSING : PLAIN}</pre>
      {reuse && (
        <dl>
          <dt>100004</dt>
          <dd>{t("how100004")}</dd>
          <dt>100005</dt>
          <dd>{t("how100005")}</dd>
        </dl>
      )}
      <p className="field-hint">{t("howOther")}</p>
    </details>
  );
}

const REUSING = `const nim = NERoom.reuseIM(NIM).getInstance({ appKey, account, token });
await nim.connect();
await roomKit.initialize({ appKey, im: nim });
await roomKit.authService.login(userUuid, userToken);`;

const PLAIN = `await roomKit.initialize({ appKey });
await roomKit.authService.login(userUuid, userToken);`;

function trimmed(fields: Fields): Fields {
  const pairs = Object.entries(fields).map(([name, value]) => [name, value.trim()]);
  return Object.fromEntries(pairs) as Fields;
}
